// Calls in the order of one of their columns. A million of them may not become a million rows first, so texts are looked up
// once for all calls that must have the same.
import { NONE, type Table } from '../../../capture/table'
import { Call, type Conversation, Outcome } from '../../../conversation/model'
import { returnedFailure } from '../../../diagnosis/signs/call/return-value'
import type { Names } from '../../../names/names'
import type { CallOrder } from '../../api'
import { callRow } from './call-rows'

type Get = (column: Call) => number

const NUMBERS: Partial<Record<CallOrder, Call>> = {
  request: Call.RequestFrame,
  response: Call.ResponseFrame,
  seconds: Call.Microseconds,
}

/** Of two calls with the same number the text of the column is the same. */
const SAME: Record<
  Exclude<CallOrder, 'request' | 'response' | 'seconds'>,
  (get: Get, returned: () => number | undefined) => number
> = {
  interfaceName: (get) => get(Call.Interface),
  method: (get) => get(Call.Interface) * 2 ** 17 + Math.min(get(Call.Opnum), 2 ** 17 - 1),
  user: (get) => get(Call.Connection) * 2 ** 20 + Math.min(get(Call.Security), 2 ** 20 - 1),
  level: (get) => get(Call.Level),
  outcome: (get) => get(Call.Outcome),
  status: (get, returned) => {
    if (get(Call.Outcome) === Outcome.Fault) return get(Call.Status)
    const failure = returned()
    return failure === undefined ? -1 : failure + 2 ** 32 * (1 + get(Call.Interface))
  },
  executed: (get) => get(Call.Executed),
}

/** Every call, the least first; what is missing comes before all else, and equal calls as they were made: as all without an order. */
export function callsBy(
  order: CallOrder | undefined,
  conversation: Conversation,
  names: Names,
): Uint32Array<ArrayBuffer> {
  const { calls } = conversation
  if (!order) return Uint32Array.from({ length: calls.rows }, (_, call) => call)
  const column = NUMBERS[order]
  const keys =
    column === undefined
      ? textRanks(order as keyof typeof SAME, conversation, names)
      : Float64Array.from({ length: calls.rows }, (_, call) => {
          const value = calls.get(column, call)
          return value === NONE ? -1 : value
        })
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b)
}

/** Those of the calls whose request or answer is complete in one of the frames, which are rising; undefined means any. */
export function callsWithin(
  frames: Uint32Array | undefined,
  list: Uint32Array<ArrayBuffer>,
  { calls }: Conversation,
): Uint32Array<ArrayBuffer> {
  if (!frames) return list
  return list.filter((call) => isWithin(frames, calls, call))
}

/** True if a call's request or answer is complete in one of the frames, which are rising. */
export function isWithin(frames: Uint32Array, calls: Table, call: number): boolean {
  return (
    holdsFrame(frames, calls.get(Call.RequestFrame, call)) || holdsFrame(frames, calls.get(Call.ResponseFrame, call))
  )
}

/** True if a frame is one of the frames, which are rising. */
export function holdsFrame(rising: Uint32Array, value: number): boolean {
  let [from, end] = [0, rising.length]
  while (from < end) {
    const middle = (from + end) >>> 1
    if (rising[middle]! < value) from = middle + 1
    else end = middle
  }
  return rising[from] === value
}

function textRanks(order: keyof typeof SAME, conversation: Conversation, names: Names): Float64Array {
  const { calls } = conversation
  const texts = new Map<number, string>()
  const keys = Float64Array.from({ length: calls.rows }, (_, call) => {
    const key = SAME[order](
      (column) => calls.get(column, call),
      () => returnedFailure(conversation, names, call),
    )
    if (!texts.has(key)) texts.set(key, callRow(conversation, names, call)[order])
    return key
  })
  const { compare } = new Intl.Collator('en')
  const sorted = [...new Set(texts.values())].sort(compare)
  const ranks = new Map(sorted.map((text, rank) => [text, rank]))
  return keys.map((key) => ranks.get(texts.get(key)!)!)
}
