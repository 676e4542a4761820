import { expect, test } from 'vitest'
import { byteText } from './byte-text'
import { listText } from './list-text'

const titles = ['No.', 'Info']

test('CSV quotes what must be quoted, and what would be a formula is text', () => {
  expect(
    listText(
      titles,
      [
        ['1', 'a "b", c'],
        ['-2', '=HYPERLINK("x")'],
        ['3', '-1+2'],
      ],
      'csv',
    ),
  ).toBe('No.,Info\r\n1,"a ""b"", c"\r\n-2,"\'=HYPERLINK(""x"")"\r\n3,\'-1+2\r\n')
})

test('text is aligned, JSON has the titles as keys', () => {
  expect(
    listText(
      titles,
      [
        ['1', 'a'],
        ['100', 'b'],
      ],
      'text',
    ),
  ).toBe('No.  Info\n1    a\n100  b\n')
  expect(JSON.parse(listText(titles, [['1', 'a']], 'json'))).toEqual([{ 'No.': '1', Info: 'a' }])
})

test('bytes as a dump, hexadecimal digits, a C array and base64', () => {
  const bytes = Uint8Array.from({ length: 17 }, (_, at) => at + 0x3e)
  expect(byteText(bytes, 'dump', '')).toBe(
    '0000  3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d  >?@ABCDEFGHIJKLM\n' + '0010  4e' + ' '.repeat(45) + '  N',
  )
  expect(byteText(bytes.subarray(0, 3), 'hex', '')).toBe('3e3f40')
  expect(byteText(bytes.subarray(0, 2), 'c', 'frame_1')).toBe(
    'static const unsigned char frame_1[2] = {\n  0x3e, 0x3f\n};',
  )
  expect(byteText(bytes.subarray(0, 3), 'base64', '')).toBe('Pj9A')
})
