import { expect, test } from 'vitest'
import { diagnose, found, type Play, returning, SVCCTL, working, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const session = play.rpc()
  const logon = play.logon('CORP\\ann', 'integrity', { package: 'spnego', offersKerberos: true })
  session.call(session.bind(SVCCTL, { logon }), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
}

test('Kerberos first in the offer and NTLM in the end is remarked', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'kerberos-fallback')
  expect(finding).toMatchObject({ severity: 'note', confidence: 'high' })
  expect(finding!.explanation).toContain('CORP\\ann')
  expect(wrong(findings)).toEqual([])
})

test('it stays a note where the logon then fails: that is the matter of another rule', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const logon = play.logon('CORP\\ann', 'integrity', { package: 'spnego', offersKerberos: true })
    session.fault(session.request(session.bind(SVCCTL, { logon }), { opnum: 12 }), 5)
  })
  expect(found(findings, 'kerberos-fallback')).toMatchObject({ severity: 'note' })
  expect(found(findings, 'logon-refused')).toMatchObject({ severity: 'error' })
})

test('Negotiate that offers NTLM alone is no fall', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\ann', 'integrity', { package: 'spnego' }) })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'kerberos-fallback')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('raw NTLM is a choice, not a fall', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'kerberos-fallback')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('kerberos-fallback', shows)
