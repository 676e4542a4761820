import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const session = play.rpc()
  session.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'integrity', { package: 'kerberos', kerberosError: 41 }) })
}

test('KRB_AP_ERR_MODIFIED in the answer to a bind is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'kerberos-wrong-server')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('decrypt')
})

test('a ticket that is taken is fine', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'integrity', { package: 'kerberos' }) })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'kerberos-wrong-server')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a fresh ticket that the same server takes puts it right', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'integrity', { package: 'kerberos' }) })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'kerberos-wrong-server')).toMatchObject({ kind: 'normal', severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('kerberos-wrong-server', shows)
