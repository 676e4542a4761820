// Frames, calls, their users, faults and closes over time.
import type { Table } from '../../capture/table'
import { relativeTime } from '../../capture/text'
import { NONE } from '../../capture/table'
import { callerOf, identityName } from '../../conversation/identity-name'
import { Call, type Conversation, Outcome } from '../../conversation/model'
import type { Timeline } from '../api'

/** Users whose calls are counted apart, those with the most calls. */
const MOST_USERS = 24

/**
 * `steps` steps from the earliest frame to the latest; only what is in `shown` counts, where that is given. Times before the first frame (clocks jump) count in the first step.
 */
export function timelineOf(
  frames: Table,
  { calls, connections }: Pick<Conversation, 'calls' | 'connections'>,
  steps: number,
  shown?: Uint32Array,
): Timeline {
  const among = shown && new Uint8Array(frames.rows)
  if (among) for (const row of shown) among[row] = 1
  let last = 0
  for (let row = 0; row < frames.rows; row++) last = Math.max(last, relativeTime(frames, row))
  const width = last > 0 ? last / steps : 1
  const zeros = () => new Array<number>(steps).fill(0)
  const timeline: Timeline = {
    seconds: Array.from({ length: steps }, (_, step) => step * width),
    frames: zeros(),
    calls: zeros(),
    users: [],
    faults: zeros(),
    closes: zeros(),
  }
  const counts = (row: number) => row !== NONE && row < frames.rows && among?.[row] !== 0
  const count = (numbers: number[], row: number) => {
    if (!counts(row)) return
    const step = Math.floor(relativeTime(frames, row) / width)
    numbers[Math.max(0, Math.min(step, steps - 1))]!++
  }
  for (let row = 0; row < frames.rows; row++) count(timeline.frames, row)
  const userOf = userNames(connections)
  const totals = new Map<string, number>()
  for (let call = 0; call < calls.rows; call++) {
    const user = counts(calls.get(Call.RequestFrame, call)) ? userOf(calls, call) : ''
    if (user !== '') totals.set(user, (totals.get(user) ?? 0) + 1)
  }
  const busiest = [...totals].toSorted((a, b) => b[1] - a[1]).slice(0, MOST_USERS)
  timeline.users = busiest.map(([name]) => ({ name, calls: zeros() }))
  const ofUser = new Map(timeline.users.map(({ name, calls }) => [name, calls]))
  for (let call = 0; call < calls.rows; call++) {
    count(timeline.calls, calls.get(Call.RequestFrame, call))
    const own = ofUser.get(userOf(calls, call))
    if (own) count(own, calls.get(Call.RequestFrame, call))
    if (calls.get(Call.Outcome, call) === Outcome.Fault) count(timeline.faults, calls.get(Call.ResponseFrame, call))
  }
  for (const { closes } of connections) for (const { frame } of closes) count(timeline.closes, frame ?? NONE)
  return timeline
}

/** The name of a call's user, each name put together once; '' where it is unknown. */
function userNames(connections: Conversation['connections']): (calls: Table, call: number) => string {
  const names = new Map<object, string>()
  return (calls, call) => {
    const connection = connections[calls.get(Call.Connection, call)]
    const caller = connection && callerOf(connection, calls.get(Call.Security, call))
    if (!caller) return ''
    const name = names.get(caller) ?? identityName(caller)
    names.set(caller, name)
    return name
  }
}
