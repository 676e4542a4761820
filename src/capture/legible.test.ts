import { expect, test } from 'vitest'
import { escaped, legible, legibleLines, legibly } from './legible'

test.each([
  ['NTLMSSP\0', 'NTLMSSP‹NUL›'],
  ['a\tb\r\nc\x7f', 'a‹TAB›b‹CR›‹LF›c‹U+007F›'],
  ['\x9b31m', '‹U+009B›31m'], // a terminal's control sequence in one byte
  ['invoice\u202egnp.exe', 'invoice‹U+202E›gnp.exe'],
  ['ad\u200bmin', 'ad‹U+200B›min'],
  ['\ud800', '‹U+D800›'],
])('%j is shown as %s', (text, shown) => {
  expect(legible(text)).toBe(shown)
})

test.each(['REDMOND\\jiangyue', 'محمد', 'Zoë', '管理者', '👩‍💻 of 🇩🇪', 'न्‍'])('%s stays as it is', (text) => {
  expect(legible(text)).toBe(text)
})

test('lines stay lines where there may be several', () => {
  expect(legibleLines('one\r\n\ttwo\0')).toBe('one\r\n\ttwo‹NUL›')
})

test('texts are found wherever they stand, and nothing else is touched', () => {
  const bytes = Uint8Array.of(0, 1)
  const time = new Date(0)
  expect(legibly({ list: ['a\0', 7, undefined, { deep: 'b\n' }], bytes, time, none: null })).toEqual({
    list: ['a‹NUL›', 7, undefined, { deep: 'b‹LF›' }],
    bytes,
    time,
    none: null,
  })
  expect(legibly({ bytes }).bytes).toBe(bytes)
})

test.each([
  ['ad‹NUL›min‹CR›‹LF›', 'ad\\x00min\\x0d\\x0a'],
  ['‹U+009B›31m', '\\x9b31m'],
  ['eve‹U+202E›nimda', 'eve\\u202enimda'],
  ['‹XYZ› and ‹quoted›', '‹XYZ› and ‹quoted›'],
])('a filter writes %s as %s', (text, written) => {
  expect(escaped(text)).toBe(written)
})
