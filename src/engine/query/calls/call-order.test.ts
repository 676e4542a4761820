import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Analysis } from '../../read/analysis'
import type { CallOrder, CallRow } from '../../api'
import { callsBy, callsWithin } from './call-order'
import { callRow } from './call-rows'
import { namesFrom } from '../../read/names-text'

const folder = new URL('../../../', import.meta.url)
const module = await WebAssembly.compile(readFileSync(new URL('../asm/build/release.wasm', folder)))
const names = await namesFrom((table) =>
  Promise.resolve(readFileSync(new URL(`names/data/${table}.tsv`, folder), 'utf8')),
)
const analysis = await Analysis.start(module)
analysis.feed(readFileSync(new URL('../public/examples/case-study.pcapng', folder)))
const conversation = analysis.end()

const orders: CallOrder[] = ['request', 'response', 'interfaceName', 'method', 'user', 'level', 'outcome', 'status', 'executed', 'seconds'] // prettier-ignore

test.each(orders)('calls by %s: each once, none before a lesser one', (order) => {
  const calls = callsBy(order, conversation, names)
  expect(calls.toSorted()).toEqual(Uint32Array.from({ length: conversation.calls.rows }, (_, call) => call))
  const { compare } = new Intl.Collator('en')
  const key = (row: CallRow) => row[order] ?? -1
  const rows = Array.from(calls, (call) => callRow(conversation, names, call))
  for (const [i, row] of rows.entries()) {
    const [before, after] = [key(rows[i - 1] ?? row), key(row)]
    const difference = typeof before === 'string' ? compare(before, String(after)) : before - Number(after)
    expect(difference).toBeLessThanOrEqual(0)
    if (difference === 0 && i > 0) expect(rows[i - 1]!.call).toBeLessThan(row.call)
  }
})

test('without an order calls stand as they were made', () => {
  expect(Array.from(callsBy(undefined, conversation, names))).toEqual([...Array(conversation.calls.rows).keys()])
})

test('calls of frames are those whose request or answer is complete in one of them', () => {
  const within = callsWithin(Uint32Array.of(100, 522, 524), callsBy('seconds', conversation, names), conversation)
  const rows = Array.from(within, (call) => callRow(conversation, names, call))
  expect(rows.map(({ request, response }) => [request, response])).toEqual([[522, 524]])
  expect(callsWithin(new Uint32Array(0), callsBy(undefined, conversation, names), conversation)).toHaveLength(0)
})
