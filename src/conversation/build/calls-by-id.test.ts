import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NONE } from '../../capture/table'
import { CallsById } from './calls-by-id'

const step = fc.record({ what: fc.constantFrom('set', 'delete'), id: fc.nat(4), call: fc.nat(1000) })

describe('calls by id', () => {
  it('holds what a Map holds after any steps', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const calls = new CallsById()
        const map = new Map<number, number>()
        for (const { what, id, call } of steps) {
          if (what === 'set') calls.set(id, call)
          else calls.delete(id)
          if (what === 'set') map.set(id, call)
          else map.delete(id)
          for (let of = 0; of <= 4; of++) {
            expect(calls.get(of)).toBe(map.get(of) ?? NONE)
            expect(calls.has(of)).toBe(map.has(of))
          }
        }
      }),
    )
  })
})
