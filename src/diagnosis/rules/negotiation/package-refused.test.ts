import { expect, test } from 'vitest'
import { diagnose, found, type Play, returning, SVCCTL, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const session = play.rpc()
  const logon = play.logon('CORP\\ann', 'integrity', { package: 'spnego', rejected: true })
  session.answer(session.offer(SVCCTL, { logon }))
  session.close('client')
}

test('"reject" from the server is reported with what was offered', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'package-refused')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.explanation).toContain('10.0.0.6')
  expect(finding!.explanation).toContain('NTLM')
})

test('a negotiation that takes another round is fine', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const logon = play.logon('CORP\\ann', 'integrity', { package: 'spnego', offersKerberos: true })
    session.call(session.bind(SVCCTL, { logon }), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'package-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('package-refused', shows)
