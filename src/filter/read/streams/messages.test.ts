import { describe, expect, test } from 'vitest'
import { isBrowser, smb1Commands, smb2Commands, smb2Statuses } from './smb-messages'
import { dnsTokens, httpTokens, ldapTokens, tdsTokens } from './tokens'

const bytes = (hex: string) => Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
const text = (letters: string) =>
  Array.from(letters, (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('')

/** NTLM NEGOTIATE: signature, type 1, flags. MS-NLMP 2.2.1.1. */
const NEGOTIATE = text('NTLMSSP\0') + '01000000 07820002 0000000000000000 0000000000000000'
const length = (hex: string, digits: number) =>
  (hex.replace(/\s/g, '').length / 2).toString(16).padStart(2 * digits, '0')

describe('tokens', () => {
  // LDAPMessage { 1, bindRequest { 3, "", sasl { "GSS-SPNEGO", token } } }: RFC 4511 4.2.
  const sasl = `040a ${text('GSS-SPNEGO')} 04${length(NEGOTIATE, 1)} ${NEGOTIATE}`
  const request = `020103 0400 a3${length(sasl, 1)} ${sasl}`
  const message = `020101 60${length(request, 1)} ${request}`
  const ldap = bytes(`30${length(message, 1)} ${message}`)

  test('of a bind to LDAP', () => expect(ldapTokens(ldap).map(({ ntlm }) => ntlm?.type)).toEqual([1]))

  test('of a bind, cut at every length', () => {
    for (let end = 0; end < ldap.length; end++) expect(ldapTokens(ldap.subarray(0, end)).length).toBeLessThan(2)
  })

  test('of a bind without SASL: none', () => expect(ldapTokens(bytes('300c 020101 6007 020103 0400 8000'))).toEqual([]))

  test('of HTTP, RFC 4559', () => {
    const base64 = btoa(String.fromCharCode(...bytes(NEGOTIATE)))
    const head = (header: string) => bytes(text(`GET / HTTP/1.1\r\n${header}\r\n\r\n`))
    expect(httpTokens(head(`Authorization: NTLM ${base64}`)).map(({ ntlm }) => ntlm?.type)).toEqual([1])
    expect(httpTokens(head(`Authorization: Basic ${base64}`))).toEqual([])
    expect(httpTokens(head('WWW-Authenticate: Negotiate'))).toEqual([])
    expect(httpTokens(head('WWW-Authenticate: Negotiate A'))).toEqual([])
  })

  test('of SQL Server: SSPI packets and tokens of results, MS-TDS 2.2.6.8, 2.2.7.21', () => {
    expect(tdsTokens(bytes(`11 01 0028 0000 01 00 ${NEGOTIATE}`)).map(({ ntlm }) => ntlm?.type)).toEqual([1])
    expect(tdsTokens(bytes(`04 01 0030 0000 01 00 ed 2000 ${NEGOTIATE}`)).map(({ ntlm }) => ntlm?.type)).toEqual([1])
    expect(tdsTokens(bytes('01 01 0008 0000 01 00'))).toEqual([])
  })

  test('of a key exchange in DNS, RFC 2930 2', () => {
    const data = `0a ${text('gss.micros')} 00 00000000 00000000 0003 0000 ${length(NEGOTIATE, 2)} ${NEGOTIATE} 0000`
    const dns = bytes(`0000 0001 0000 0000 0000 0000 0001 00 00f9 00ff 00000000 ${length(data, 2)} ${data}`)
    expect(dnsTokens(dns).map(({ ntlm }) => ntlm?.type)).toEqual([1])
    for (let end = 0; end < dns.length; end++) expect(dnsTokens(dns.subarray(0, end)).length).toBeLessThan(2)
  })
})

describe('SMB messages', () => {
  /** A header of 64 bytes: command, flags (1: an answer), offset of the next message. MS-SMB2 2.2.1.2. */
  const header = (command: string, status: string, isAnswer: boolean, next = '00000000') =>
    `fe534d42 4000 0000 ${status} ${command} 0100 ${isAnswer ? '01' : '00'}000000 ${next} ${'00'.repeat(40)}`

  test('of a compound have a command each', () => {
    const message = bytes(
      `00000080 ${header('0300', '00000000', false, '40000000')} ${header('0500', '00000000', false)}`,
    )
    expect(smb2Commands(message)).toEqual([3, 5])
    expect(smb2Statuses(message)).toEqual([])
  })

  test('compressed: a pattern of 64 bytes repeats nothing that is a header', () =>
    // MS-SMB2 2.2.42.2: chained, algorithm 4 (pattern), then one byte and how often.
    expect(smb2Commands(bytes('00000018 fc534d42 40000000 0400 0100 08000000 00 00 0000 40000000'))).toEqual([]))

  test('answers to a create with the status within its AAPL context', () => {
    // Context: next 0, name at 16 of 4, data at 24 of 16: command 2 (resolve an id), status c000000f.
    const context = `00000000 1000 0400 0000 1800 10000000 ${text('AAPL')} 00000000 02000000 00000000 0f0000c0 00000000`
    const body = `5900 ${'00'.repeat(78)} 98000000 28000000`
    const message = bytes(`000000c0 ${header('0500', '00000000', true)} ${body} ${context}`)
    expect(smb2Statuses(message)).toEqual([0, 0xc000000f])
    for (let end = 4; end < message.length; end++) expect(smb2Statuses(message.subarray(0, end)).length).toBeLessThan(3)
  })

  test('to the mailslot of the browser, MS-BRWS 2.2', () => {
    const smb = (name: string) => bytes(`ff534d42 25 ${'00'.repeat(27)} 11 ${'00'.repeat(34)} 0000 ${text(name)} 00`)
    expect(isBrowser(smb('\\MAILSLOT\\BROWSE'))).toBe(true)
    expect(isBrowser(smb('\\MAILSLOT\\NET\\NETLOGON'))).toBe(false)
    expect(smb1Commands(Uint8Array.from([0, 0, 0, 99, ...smb('\\MAILSLOT\\BROWSE')]))).toEqual([0x25])
  })
})
