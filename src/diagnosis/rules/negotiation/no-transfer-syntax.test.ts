import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { NDR32, NDR64 } from '../../../testing/scenario'

const shows: Play = (play) => {
  const session = play.rpc()
  session.answer(session.offer(SVCCTL, { transfers: [NDR64] }), [{ result: 2, reason: 2 }])
  session.close('client')
}

test('offers that are all refused for their encoding are reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'no-transfer-syntax')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('svcctl')
})

test('one of two is normal', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { transfers: [NDR32, NDR64] })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'no-transfer-syntax')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('no-transfer-syntax', shows)
