import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DNS_VALUES } from './dns-values'

const bytes = (hex: string) => Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
const every = (values: Readonly<Record<string, (message: Uint8Array) => unknown[]>>, message: Uint8Array) =>
  Object.fromEntries(Object.entries(values).map(([name, read]) => [name, read(message)]))

describe('DNS messages, RFC 1035 4.1', () => {
  // Answer 1234, no error: host.example A, with 192.0.2.1 and 2001:db8::1; the names point back.
  const answer = bytes(`1234 8180 0001 0002 0000 0000
    04 686f7374 07 6578616d706c65 00 0001 0001
    c00c 0001 0001 0000003c 0004 c0000201
    c00c 001c 0001 0000003c 0010 20010db8000000000000000000000001`)

  const nameOf = (name: string) => DNS_VALUES['dns.qry.name']!(bytes(`0000 0100 0001 0000 0000 0000 ${name} 0001 0001`))

  test('have these values', () =>
    expect(every(DNS_VALUES, answer)).toEqual({
      'dns.id': [0x1234],
      'dns.flags.response': [1],
      'dns.flags.rcode': [0],
      'dns.qry.name': ['host.example'],
      'dns.qry.type': [1],
      'dns.a': [bytes('c0000201')],
      'dns.aaaa': [bytes('20010db8000000000000000000000001')],
    }))

  test('have no name with a label of no kind', () => expect([...nameOf('80'), ...nameOf('46')]).toEqual([]))

  test('cut at every length lose the last values first', () => {
    let before = 0
    for (let end = 0; end <= answer.length; end++) {
      const count = Object.values(every(DNS_VALUES, answer.subarray(0, end))).flat().length
      expect(count).toBeGreaterThanOrEqual(before)
      before = count
    }
    expect(before).toBe(7)
  })

  test.each([
    ['that point at themselves end', 'c00c', '<Name contains a pointer that loops>'],
    ['that point at a label before themselves end', '0161 c00c', '<Name contains a pointer that loops>'],
    ['are shown with their controls as escapes', '05 61 04 0a 5c 7f 00', 'a\\004\\n\\\\177'],
    ['are read as UTF-8', '04 c3a4 fc 62 00', '\u00e4\ufffdb'],
    ['are shown with other unprintable characters by number', '03 e2808e 00', '\\u200e'],
    [
      'of 253 characters are the longest',
      ('3f' + '61'.repeat(63)).repeat(3) + '3d' + '61'.repeat(61) + '00',
      [...Array<string>(3).fill('a'.repeat(63)), 'a'.repeat(61)].join('.'),
    ],
    [
      'of 254 characters are too long',
      ('3f' + '61'.repeat(63)).repeat(3) + '3e' + '61'.repeat(62) + '00',
      '<Name too long>',
    ],
    ['of the root', '00', '<Root>'],
    ['with a label of another kind', '0161 46', '<Unknown extended label>'],
  ])('of names %s', (_, name, text) => {
    expect(nameOf(name)).toEqual([text])
  })

  test('and any other bytes cause no exception', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (message) => {
        expect(Object.keys(every(DNS_VALUES, message))).toHaveLength(7)
      }),
    ))
})
