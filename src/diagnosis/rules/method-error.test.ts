import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(1060))
}

test('a return value that says no is told by its symbol', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'method-error')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('ERROR_SERVICE_DOES_NOT_EXIST')
})

test('"more data" is none', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(234))
  })
  expect(found(findings, 'method-error')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('sealed, nothing can be said', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { level: 'privacy' })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(1060))
  })
  expect(found(findings, 'method-error')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// The scenario writes its stubs in little-endian order.
inOtherClothes('method-error', shows, { except: ['by big-endian peers'] })
