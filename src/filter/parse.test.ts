import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from './parse'
import { type Filter, print } from './tree'

function treeOf(text: string): Filter {
  const parsed = parse(text)
  if (!('tree' in parsed)) throw new Error(`${text}: ${parsed.message}`)
  return parsed.tree
}

/** The tree without places, which printing changes. */
function shape(text: string): unknown {
  return JSON.parse(JSON.stringify(treeOf(text), (key, value: unknown) => (key === 'at' || key === 'end' ? 0 : value)))
}

function mistakeOf(text: string) {
  const parsed = parse(text)
  if ('tree' in parsed) throw new Error(`${text} has no mistake`)
  return parsed
}

describe('what parses', () => {
  test.each([
    ['tcp', 'tcp'],
    ['tcp.port eq 135 and not udp', 'tcp.port == 135 && !udp'],
    ['a or b and c', 'a || b && c'],
    ['(a or b) and c', '(a || b) && c'],
    ['!a == 1', '!(a == 1)'],
    ['not not a', '!!a'],
    ['tcp.port in {1, 5..9 , 0x10}', 'tcp.port in {1, 5 .. 9, 0x10}'],
    ['tcp.port not in {135}', 'tcp.port not in {135}'],
    ['eth.src[0:3,-1] == 00:00:83', 'eth.src[0:3, -1:1] == 00:00:83'],
    ['eth.src[1-2] == 00:83', 'eth.src[1-2] == 00:83'],
    ['tcp.flags & 0x12 == 2', 'tcp.flags & 0x12 == 2'],
    ['tcp&&udp', 'tcp && udp'],
    ['any tcp.port > 5', 'any tcp.port > 5'],
    ['user == "a \\"b\\" \\x41\\\\"', 'user == "a \\"b\\" A\\\\"'],
    ['user matches r"\\d+"', 'user matches "\\\\d+"'],
    ['user ~ "x"', 'user matches "x"'],
    ['ip.addr ~= 10.0.0.1', 'ip.addr !== 10.0.0.1'],
    ['ipv6.addr == fe80::1/64', 'ipv6.addr == fe80::1/64'],
    ['notify.x == index', 'notify.x == index'],
  ])('%s', (text, printed) => expect(print(treeOf(text))).toBe(printed))
})

describe('what is wrong, and where', () => {
  test.each([
    ['', 0, 'A field is expected, but the filter ends.'],
    ['tcp.port ==', 11, 'A value is expected, but the filter ends.'],
    ['10.0.0.1', 0, 'A field is expected, but here is “10.0.0.1”. An address is asked for by “ip.addr == 10.0.0.1”.'],
    ['tcp.port = 5', 9, '“Equal” is written “==”.'],
    ['tcp udp', 4, '“udp” was not expected here.'],
    ['tcp)', 3, '“)” was not expected here.'],
    ['(tcp && udp', 11, 'A “)” is missing.'],
    ['tcp && ', 7, 'A field is expected, but the filter ends.'],
    ['tcp.port in {1 5}', 15, '“..”, “,” or “}” is expected, but here is “5”.'],
    ['a == "x', 7, 'The string is not closed: a " is missing.'],
  ])('%s', (text, at, message) => expect(mistakeOf(text)).toMatchObject({ at, message }))

  test('an escape sequence that does not exist', () => expect(mistakeOf('a == "\\q"')).toMatchObject({ at: 6 }))

  test('depth without end', () => {
    expect(mistakeOf('('.repeat(5000))).toMatchObject({ at: 200 })
    expect(mistakeOf('!'.repeat(5000))).toMatchObject({ at: 200 })
    expect(mistakeOf('not '.repeat(2400))).toMatchObject({ at: 800 })
    expect(mistakeOf(`a == ${'1'.repeat(20_000)}`)).toMatchObject({ at: 10_000 })
  })
})

const name = fc
  .stringMatching(/^[a-z]{1,4}\.[a-z_]{1,6}[0-9]?$/)
  .filter((text) => !/^(in|or|and|not|eq|ne|[gl][te])\./.test(text))
const literal = fc.oneof(
  fc.stringMatching(/^[0-9a-f]{1,3}(:[0-9a-f]{1,2}){0,3}$/),
  fc.ipV4(),
  fc.string({ maxLength: 12 }).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`),
)
const test_ = fc.oneof(
  name,
  fc
    .tuple(name, fc.constantFrom('==', '!=', '===', '!==', '<', '<=', '>', '>=', 'contains', 'matches', 'eq'), literal)
    .map((parts) => parts.join(' ')),
  fc
    .tuple(name, fc.array(literal, { minLength: 1, maxLength: 3 }))
    .map(([field, set]) => `${field} in {${set.join(', ')}}`),
  fc
    .tuple(name, fc.nat(9), fc.nat(9), literal)
    .map(([field, at, length, value]) => `${field}[${at}:${length}] == ${value}`),
  fc.tuple(name, fc.nat(0xffff), literal).map(([field, mask, value]) => `${field} & ${mask} == ${value}`),
)
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    test_,
    fc
      .tuple(tie('filter'), fc.constantFrom('&&', '||', 'and', 'or'), tie('filter'))
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    tie('filter').map((operand) => `!(${operand})`),
  ),
}))

describe('for any text', () => {
  test('printing and parsing again gives the same tree', () =>
    fc.assert(
      fc.property(filter, (text) => {
        expect(shape(print(treeOf(text)))).toEqual(shape(text))
      }),
    ))

  test('parsing gives a tree, or a mistake within the text, and never throws', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          filter.chain((text) => fc.nat(text.length).map((cut) => text.slice(0, cut))),
        ),
        (text) => {
          const parsed = parse(text)
          if ('tree' in parsed) expect(print(parsed.tree)).not.toBe('')
          else expect(parsed.at).toBeLessThanOrEqual(text.length)
        },
      ),
    ))
})
