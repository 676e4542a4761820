import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as statuses from './statuses'

/** Values by symbol, from the tables of the product. */
function symbols(table: string): Map<string, number> {
  const lines = readFileSync(new URL(`data/${table}.tsv`, import.meta.url), 'utf8').split('\n')
  return new Map(lines.map((line) => line.split('\t')).map(([value, , symbol]) => [symbol ?? '', parseInt(value!, 16)]))
}

const named = Object.entries(statuses).filter(([, value]) => typeof value === 'number')

test.each([
  [/^STATUS_/, 'ntstatus'],
  [/^(ERROR|RPC)_/, 'win32'],
])('statuses called %s have the value that the table %s gives them', (prefix, table) => {
  const known = symbols(table)
  const ours = named.filter(([name]) => prefix.test(name))
  expect(ours.length).toBeGreaterThan(0)
  expect(ours.map(([name]) => [name, known.get(name)])).toEqual(ours)
})

test('a set has a Win32 error and its HRESULT, and the fault of C706 where there is one', () => {
  expect([...statuses.ACCESS_DENIED]).toEqual([5, 0x80070005])
  expect([...statuses.PROTOCOL_ERROR]).toEqual([0x1c01000b, 0x6c0, 0x800706c0])
})
