import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dnsQuery, dnsResponse, TYPE_A, TYPE_AAAA } from '../../testing/captures/network/dns'
import { Reader } from '../reader'
import { asciiOf, bytesOf } from '../testing'
import { dns } from './dns'
import { plainQuestion } from './plain-question'

const label = (text: string) => (text.length + 0x100).toString(16).slice(1) + asciiOf(text)

test('a question and its answers', () => {
  expect(plainQuestion(dnsQuery(1, 'Server1.corp.example', TYPE_A))).toEqual({
    ...{ response: false, opcode: 0, rcode: 0, truncated: false, hasAnswers: false },
    ...{ type: 1, nameLength: 20, host: 'server1' },
  })
  expect(plainQuestion(dnsResponse(1, 'server1.corp.example', TYPE_AAAA, [], 3))).toMatchObject({
    ...{ response: true, rcode: 3, hasAnswers: false, type: 28, host: 'server1' },
  })
})

describe('left to the full dissector', () => {
  test.each<[string, string]>([
    [
      'an answer under another name',
      `0001 8180 0001 0002 0000 0000 ${label('w')} ${label('example')} 00 0001 0001
      c00c 0005 0001 00000001 0002 c00e  c00e 0001 0001 00000001 0004 0a000001`,
    ],
    [
      'a code that may be extended',
      `002a 8500 0001 0000 0000 0001 ${label('test')} 00 0001 0001 00 0029 0001 01 00 0000 0000`,
    ],
    ['two questions', `0001 0000 0002 0000 0000 0000 ${label('a')} 00 0001 0001 ${label('b')} 00 0001 0001`],
    ['a label with a space', `0001 0000 0001 0000 0000 0000 ${label('a b')} 00 0001 0001`],
    ['the root', '0001 0000 0001 0000 0000 0000 00 0001 0001'],
    ['a name that is a pointer', '0001 0000 0001 0000 0000 0000 c00c 0001 0001'],
  ])('%s', (_, hex) => {
    expect(plainQuestion(bytesOf(hex))).toBeUndefined()
  })

  test('what is cut at any length', () => {
    const whole = dnsResponse(1, 'server1.corp.example', TYPE_A, [{ value: '10.0.0.6' }], 0)
    for (let length = 0; length < whole.length; length++)
      expect(plainQuestion(whole.subarray(0, length)), `${length}`).toBeUndefined()
  })
})

test('agrees with the full dissector wherever it reads a message, whatever bytes are changed', () => {
  const plain = [
    dnsQuery(1, 'server1.corp.example', TYPE_A),
    dnsResponse(1, 'server1.corp.example', TYPE_A, [{ value: '10.0.0.6' }, { value: '10.0.0.7' }], 0),
    dnsResponse(1, 'server1.corp.example', TYPE_A, [], 3),
  ]
  let agreed = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...plain),
      fc.array(fc.tuple(fc.nat(59), fc.nat(255)), { maxLength: 3 }),
      (message, changes) => {
        const bytes = message.slice()
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        const quick = plainQuestion(bytes)
        if (!quick) return
        agreed++
        const full = dns(new Reader(bytes))!
        const names = [...full.questions, ...full.answers].map(({ name }) => name.split('.')[0]!.toLowerCase())
        expect(quick).toEqual({
          ...{ response: full.response, opcode: full.opcode, truncated: full.truncated },
          rcode: quick.hasAnswers ? quick.rcode : full.rcode,
          hasAnswers: full.answers.length > 0,
          type: full.questions[0]!.type,
          nameLength: expect.any(Number) as number,
          host: names[0],
        })
        expect(new Set(names)).toEqual(new Set([quick.host]))
      },
    ),
    { numRuns: 2000 },
  )
  expect(agreed).toBeGreaterThan(200)
})
