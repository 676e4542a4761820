// NTLM over datagrams, by the signature of another implementation: gss-ntlmssp 1.2.0 with GSS_C_DATAGRAM_FLAG. What it seals is not used here:
// it encrypts with the key stream of the message before, against MS-NLMP 3.4.3.
import { expect, test } from 'vitest'
import { fromHex, utf8 } from './bytes'
import { NtlmSession } from './ntlm-session'

test('the signature of a datagram is encrypted with a key stream of its own', () => {
  const bytes = utf8('answer number 0')
  const token = fromHex('01000000d97fd6f4be9eeec300000000')!
  const open = (part: Uint8Array) =>
    new NtlmSession(fromHex('282e3f1774d44e3297172b7eb015a8e3')!, 0xe2c9b275).open({
      bytes: part,
      stubAt: 0,
      stubEnd: part.length,
      token,
      fromClient: true,
      isSealed: false,
    })
  expect(open(bytes)).toEqual({ verified: true })
  expect(open(bytes.map((byte) => byte ^ 1))).toEqual({ verified: false })
})
