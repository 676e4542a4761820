// What inspect prints of an event trace: its events, and what the file says about itself.
import { Event, Frame, Interface } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { NONE } from '../../capture/table'
import { timeText } from '../../describe/frame-line'
import { type TraceEvent, Trace } from '../../etw/events/trace'
import { formatName } from '../worker/opened'
import { aboutCapture } from '../query/about'
import type { ReadFile } from './read-file'

/** The events of a trace in the order of time, one object each; none for another file. */
export function* eventLines({ analysis, pieces }: ReadFile): Iterable<unknown> {
  const trace = new Trace(analysis.capture)
  const file = new Pieces(pieces)
  for (let row = 0; row < trace.events; row++) {
    const bytes = trace.isKept(row)
      ? undefined
      : file.read(eventAt(analysis.capture, row), analysis.capture.events.get(Event.Length, row))
    yield eventLine(trace.event(row, bytes))
  }
}

function eventAt({ events }: Capture, row: number): number {
  return events.get(Event.AtHigh, row) * 0x1_0000_0000 + events.get(Event.AtLow, row)
}

/** The object for one event; what is absent is left out. */
export function eventLine(event: TraceEvent): Record<string, unknown> {
  const { row, provider, id, version, fields, numbers, message, frame, left, isKnown } = event
  const present = (value: number) => (value === NONE ? undefined : value)
  return {
    n: row + 1,
    t: timeText(event.seconds, event.nanos),
    provider: provider.name,
    guid: provider.guid,
    id,
    version,
    level: event.level,
    pid: present(event.processId),
    tid: present(event.threadId),
    activity: event.activity,
    relatedActivity: event.relatedActivity,
    name: event.name || undefined,
    fields: isKnown ? fields : undefined,
    numbers: Object.keys(numbers).length > 0 ? numbers : undefined,
    message,
    frame: frame === undefined ? undefined : frame + 1,
    undecoded: left > 0 ? left : undefined,
  }
}

/** What the file says about itself, in one object. */
export function aboutLine({ analysis, isTrace, bytes, note }: ReadFile): Record<string, unknown> {
  const { capture, parser } = analysis
  const { interfaces, operatingSystem, application } = aboutCapture(capture)
  const trace = isTrace ? new Trace(capture) : undefined
  const summary = trace?.summary
  const span = timesOf(capture)
  return {
    format: isTrace ? 'etl' : formatName(parser.format),
    frames: capture.frames.rows,
    bytes,
    from: span && timeText(...span.from),
    to: span && timeText(...span.to),
    tool: trace ? trace.tool : application[0],
    system: trace ? trace.system : operatingSystem[0],
    computer: trace?.processes.computer || undefined,
    providers: summary?.providers.map(({ guid, events }) => ({ guid, name: trace!.nameOf(guid), events })),
    events: trace?.events,
    frameEvents: summary?.frameEvents,
    dropEvents: summary?.dropEvents,
    eventsLost: summary?.eventsLost,
    buffersLost: summary?.buffersLost,
    isMerged: summary?.isMerged,
    isClosed: summary?.isClosed,
    interfaces: interfaces.map(({ name, link }, row) => ({
      name: name || undefined,
      link,
      linkType: capture.interfaces.get(Interface.LinkType, row),
    })),
    cut: cutAt(capture),
    notes: note === undefined ? undefined : [note],
    report:
      trace?.report &&
      Object.fromEntries(
        Object.entries(trace.report).map(([name, list]: [string, unknown[]]) => [
          name,
          name === 'files' ? list : list.length,
        ]),
      ),
    explanation: trace?.explanation(capture.frames.rows),
  }
}

/** Bytes that the longest of the frames that were cut kept; undefined where none was cut. */
function cutAt({ frames }: Capture): number | undefined {
  let cut: number | undefined
  for (let row = 0; row < frames.rows; row++) {
    const captured = frames.get(Frame.Captured, row)
    if (captured < frames.get(Frame.Length, row)) cut = Math.max(cut ?? 0, captured)
  }
  return cut
}

type Time = [seconds: number, nanos: number]

/** The earliest and the latest time of a frame or an event. */
function timesOf({ frames, events }: Capture): { from: Time; to: Time } | undefined {
  let [from, to]: [Time | undefined, Time | undefined] = [undefined, undefined]
  const add = (time: Time) => {
    if (time[1] === NONE) return
    if (!from || isBefore(time, from)) from = time
    if (!to || isBefore(to, time)) to = time
  }
  for (let row = 0; row < frames.rows; row++) add([frames.get(Frame.Seconds, row), frames.get(Frame.Nanos, row)])
  for (let row = 0; row < events.rows; row++) add([events.get(Event.Seconds, row), events.get(Event.Nanos, row)])
  return from && to ? { from, to } : undefined
}

function isBefore(a: Time, b: Time): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
}

/** Bytes by place, of a file that is in pieces; places that are asked for rise. */
class Pieces {
  #index = 0
  #from = 0

  constructor(private readonly pieces: Uint8Array[]) {}

  read(at: number, length: number): Uint8Array {
    while (this.#index < this.pieces.length && at >= this.#from + this.pieces[this.#index]!.length)
      this.#from += this.pieces[this.#index++]!.length
    // A block never spans two pieces.
    return this.pieces[this.#index]?.subarray(at - this.#from, at - this.#from + length) ?? new Uint8Array(0)
  }
}
