import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NETMON_HEADER, netmonComments, netmonProcesses, netmonTables } from './netmon'

const word = (value: number) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]
const wide = (text: string) => [...text].flatMap((letter) => [letter.charCodeAt(0), 0])
const latin = (text: string) => [...text].map((letter) => letter.charCodeAt(0))
const counted = (bytes: number[]) => [...word(bytes.length), ...bytes]

/** A process without an icon: path, id, ports, IPv4 addresses in 16 bytes each. */
const process = (path: string, id: number) => [
  ...counted(wide(`${path}\0`)),
  ...counted([1, 2, 3]), // icon
  ...word(id),
  ...[0x87, 0, 0, 0, 0x35, 0xc0, 0, 0], // ports 135 and 49205, each with two bytes of padding
  ...word(0), // not IPv6
  ...new Array<number>(32).fill(0),
]
const table = Uint8Array.from([1, 0, ...process('C:\\Windows\\svchost.exe', 712), ...process('wmic.exe', 4660)])

const comment = (recordAt: number, title: string, description: string) => [
  ...word(1),
  ...word(recordAt),
  ...counted(wide(title)),
  ...counted(latin(description)),
]
const rich = "{\\rtf1\\ansi{\\fonttbl{\\f0 Segoe UI;}}\\f0\\fs18 here it \\b breaks\\b0\\par after 5\\'a0s}"
const comments = Uint8Array.from([...comment(156, 'Look', rich), ...comment(388, '', 'plain')])

test('the header says where the tables lie', () => {
  const header = new Uint8Array(NETMON_HEADER)
  header.set([...word(900), ...word(80), ...word(1000), ...word(2)], 40)
  expect(netmonTables(header)).toEqual({ commentsAt: 900, commentsLength: 80, processesAt: 1000, processes: 2 })
  expect(netmonTables(header.subarray(1))).toBeUndefined()
})

test('processes by position, with path and id', () => {
  expect(netmonProcesses(table, 2)).toEqual([
    { path: 'C:\\Windows\\svchost.exe', id: 712 },
    { path: 'wmic.exe', id: 4660 },
  ])
  expect(netmonProcesses(table, 4_000_000_000)).toHaveLength(2)
})

test('comments with the words of their rich text', () => {
  expect(netmonComments(comments)).toEqual([
    { recordAt: 156, title: 'Look', description: 'here it breaks\nafter 5\u00a0s' },
    { recordAt: 388, title: '', description: 'plain' },
  ])
})

test('cut at every length: what is whole is kept', () => {
  for (let length = 0; length <= table.length; length++)
    expect(netmonProcesses(table.slice(0, length), 2).length).toBeLessThanOrEqual(2)
  for (let length = 0; length < comments.length; length++)
    expect(netmonComments(comments.slice(0, length)).length).toBeLessThanOrEqual(1)
})

test('any bytes give a result', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (bytes, count) => {
      expect(netmonProcesses(bytes, count).length).toBeLessThanOrEqual(bytes.length)
      expect(netmonComments(bytes).length).toBeLessThanOrEqual(bytes.length)
    }),
  )
})
