import { expect, test } from 'vitest'
import { negTokenInit, OID_NTLM } from '../../testing/captures/security/spnego'
import { readToken } from './tokens'

const KERBEROS = '1.2.840.113554.1.2.2'

test('an offer of several packages opens a handshake and says which', () => {
  const { opens, learnt } = readToken(negTokenInit([KERBEROS, OID_NTLM]))
  expect(opens).toBe(true)
  expect(learnt.offeredMechanisms).toEqual([KERBEROS, OID_NTLM])
  expect(learnt.mechanism).toBeUndefined()
})

test('an offer of one package is one of that package', () => {
  expect(readToken(negTokenInit([OID_NTLM])).learnt).toMatchObject({ mechanism: 'ntlm' })
})

test('bytes that are no token say nothing, wherever they end', () => {
  const token = negTokenInit([KERBEROS, OID_NTLM])
  for (let length = 0; length < token.length; length++) expect(() => readToken(token.subarray(0, length))).not.toThrow()
  expect(readToken(new Uint8Array(0))).toEqual({ opens: false, learnt: {} })
})
