import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong } from '../../../testing/diagnose'

test('a client that goes on with an older method copes with older servers', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 60, stub: new Uint8Array(40) }), 0x1c010002)
    session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'unknown-operation')).toMatchObject({ kind: 'finding', severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a client that calls one method after the other in vain probes', async () => {
  const calls = (opnums: number[]) =>
    diagnose((play) => {
      const { session, binding } = working(play)
      for (const opnum of opnums)
        session.fault(session.request(binding, { opnum, stub: new Uint8Array(0) }), opnum > 60 ? 0x1c010002 : 0x6f7)
    })
  const findings = await calls([1, 2, 3, 4, 5, 61, 62, 63, 64])
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'unknown-operation')).toMatchObject({ severity: 'note', count: 9 })
  expect(wrong(await calls([61, 1]))).toEqual(['unknown-operation', 'bad-stub-data'])
})
