// Frames, calls, faults and closes over time.
import type { Table } from '../../capture/table'
import { relativeTime } from '../../capture/text'
import { NONE } from '../../capture/table'
import { Call, type Conversation, Outcome } from '../../conversation/model'
import type { Timeline } from '../api'

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
    faults: zeros(),
    closes: zeros(),
  }
  const count = (counts: number[], row: number) => {
    if (row === NONE || row >= frames.rows || among?.[row] === 0) return
    const step = Math.floor(relativeTime(frames, row) / width)
    counts[Math.max(0, Math.min(step, steps - 1))]!++
  }
  for (let row = 0; row < frames.rows; row++) count(timeline.frames, row)
  for (let call = 0; call < calls.rows; call++) {
    count(timeline.calls, calls.get(Call.RequestFrame, call))
    if (calls.get(Call.Outcome, call) === Outcome.Fault) count(timeline.faults, calls.get(Call.ResponseFrame, call))
  }
  for (const { closes } of connections) for (const { frame } of closes) count(timeline.closes, frame ?? NONE)
  return timeline
}
