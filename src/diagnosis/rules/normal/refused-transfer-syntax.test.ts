import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { NDR32, NDR64 } from '../../../testing/scenario'

const shows: Play = (play) => {
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { transfers: [NDR32, NDR64] })
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
}

test('NDR64 refused beside NDR is normal', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'refused-transfer-syntax')
  expect(finding).toMatchObject({ kind: 'normal' })
  expect(finding!.title).toContain('harmless')
})

test('a refusal of everything is not', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    session.answer(session.offer(SVCCTL, { transfers: [NDR64] }), [{ result: 2, reason: 2 }])
  })
  expect(found(findings, 'refused-transfer-syntax')).toBeUndefined()
  expect(wrong(findings)).toContain('no-transfer-syntax')
})

inOtherClothes('refused-transfer-syntax', shows)
