import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { GrowingTable, NONE } from '../../../capture/table'
import { Call, Outcome } from '../../../conversation/model'
import { namesFrom } from '../../../engine/read/names-text'
import { returnedFailure } from './return-value'

const names = await namesFrom((table) =>
  Promise.resolve(readFileSync(new URL(`../../../names/data/${table}.tsv`, import.meta.url), 'utf8')),
)
const NETLOGON = '12345678-1234-abcd-ef00-01234567cffb'
const MANAGEMENT = 'afa8bd80-7d8a-11c9-bef4-08002b102989'
const DFS = '4fc742e0-4a10-11cf-8273-00aa004ae673'
const UNKNOWN = '00000000-1111-2222-3333-444444444444'

function answer(uuid: string, status: number, outcome = Outcome.Response, opnum = 2) {
  const calls = new GrowingTable(Call.COLUMNS)
  calls.add()
  calls.set(Call.Interface, 0, 0)
  calls.set(Call.Opnum, 0, opnum)
  calls.set(Call.Outcome, 0, outcome)
  calls.set(Call.Status, 0, status)
  return returnedFailure({ calls, interfaces: [uuid] }, names, 0)
}

test('an answer that says that the method failed', () => expect(answer(NETLOGON, 0xc0000022)).toBe(0xc0000022))

test.each([
  ['success', answer(NETLOGON, 0)],
  ['a sealed answer', answer(NETLOGON, NONE)],
  ['more to come', answer(NETLOGON, 0x105)],
  ['a fault, which is reported as such', answer(NETLOGON, 0xc0000022, Outcome.Fault)],
  ['a truth value', answer(MANAGEMENT, 1)],
  ['a version', answer(DFS, 1, Outcome.Response, 0)],
  ['an interface whose answers are not known', answer(UNKNOWN, 5)],
])('%s is none', (_, failure) => expect(failure).toBeUndefined())
