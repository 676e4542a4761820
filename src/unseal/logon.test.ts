// What the list of logons says: a sentence for each outcome, with what would open the logon.
import { expect, test } from 'vitest'
import { logonExplanation, newLogon } from './logon'

const place = { frame: 0, stream: 0, isSmb: false }
const ntlm = { ...newLogon({ ...place, package: 'ntlm' }), user: 'alice', domain: 'CORP' }
const kerberos = { ...newLogon({ ...place, package: 'kerberos' }), service: 'host/a@EXAMPLE.COM' }

test.each([
  [
    { ...ntlm, secret: 'right' as const, sealed: 2, opened: 2 },
    /^The secret is right: it gives the response that the client sent\.$/,
  ],
  [{ ...ntlm, secret: 'right' as const, sealed: 2, opened: 1 }, /not in the capture/],
  [{ ...ntlm, isSmb: true, secret: 'right' as const, isOpenedByKey: true }, /^The session key is right/],
  [{ ...ntlm, secret: 'wrong' as const }, /does not give the response/],
  [ntlm, /^No secret is for this account\. The password or NT hash of CORP\\alice opens it\.$/],
  [{ ...ntlm, untried: 'no challenge' as const }, /challenge is not in the capture/],
  [{ ...ntlm, untried: 'anonymous' as const }, /anonymous/],
  [kerberos, /The key of host\/a@EXAMPLE\.COM opens it/],
  [{ ...kerberos, user: 'alice' }, /So does the password of alice/],
  [
    { ...kerberos, user: 'alice', untried: 'armored' as const },
    /armored.*secret of the computer account.*password of alice.*key of host\/a@EXAMPLE\.COM opens it/,
  ],
  [{ ...kerberos, untried: 'too many accounts' as const }, /Give the account/],
  [newLogon({ ...place, package: 'smb', isSmb: true }), /Its logon is not in the capture/],
])('%#', (logon, text) => expect(logonExplanation(logon)).toMatch(text))
