import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong } from '../../../e2e/diagnosing'

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
