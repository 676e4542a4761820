import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HTTP_VALUES, ldapResults } from './application-values'

const bytes = (hex: string) => Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
const text = (letters: string) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
const every = (values: Readonly<Record<string, (message: Uint8Array) => unknown[]>>, message: Uint8Array) =>
  Object.fromEntries(Object.entries(values).map(([name, read]) => [name, read(message)]))

describe('HTTP heads, RFC 9112 2.1', () => {
  test('of a request', () =>
    expect(every(HTTP_VALUES, text('GET /a?b HTTP/1.1\r\nhost: www.example:80\r\n\r\n'))).toEqual({
      'http.request.method': ['GET'],
      'http.request.uri': ['/a?b'],
      'http.host': ['www.example:80'],
      'http.response.code': [],
    }))

  test('of an answer', () =>
    expect(every(HTTP_VALUES, text('HTTP/1.1 401 Unauthorized\r\n\r\n'))).toEqual({
      'http.request.method': [],
      'http.request.uri': [],
      'http.host': [],
      'http.response.code': [401],
    }))
})

describe('LDAP results, RFC 4511 4.1.9', () => {
  // LDAPMessage 1: bindResponse { invalidCredentials (49), "", "" }.
  const refused = '300c 020101 6107 0a0131 0400 0400'

  test('of an answer; none of a request or an entry', () => {
    expect(ldapResults(bytes(refused))).toEqual([49])
    expect(ldapResults(bytes('300c 020101 6007 020103 0400 8000'))).toEqual([])
    expect(ldapResults(bytes('3009 020102 6404 0400 3000'))).toEqual([])
  })

  test('of each message in a datagram', () =>
    expect(ldapResults(bytes(`3009 020102 6404 0400 3000 ${refused}`))).toEqual([49]))

  test('within a buffer that is signed, and not within one that is encrypted: RFC 4121 4.2.6.2', () => {
    const token = (flags: string, checksum: string, rotated: string) =>
      `0504 ${flags} ff ${checksum} ${rotated} 0000000000000001`
    expect(ldapResults(bytes(`00000020 ${token('01', '0002', '0000')} ${refused} aabb`))).toEqual([49])
    expect(ldapResults(bytes(`00000020 ${token('01', '0002', '0002')} aabb ${refused}`))).toEqual([49])
    expect(ldapResults(bytes(`00000020 ${token('03', '0002', '0000')} ${refused} aabb`))).toEqual([])
  })
})

test('any other bytes cause no exception', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (message) => {
      expect(Object.keys({ ...every(HTTP_VALUES, message), ldap: ldapResults(message) })).toHaveLength(5)
    }),
  ))
