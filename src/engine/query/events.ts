// The events of a trace as the page lists them, what about them a filter asks, and where a packet was seen.
import { Event, EventFlag, Frame } from '../../../asm/layout'
import { legibly } from '../../capture/legible'
import { NONE } from '../../capture/table'
import { valueText } from '../../etw/events/decode'
import type { Trace, TraceEvent } from '../../etw/events/trace'
import type { MachineReport } from '../../etw/report/model'
import type { EventsOfFrames } from '../../filter/events-of-frames'
import type { AboutTrace, EventRow } from '../api'
import type { Source } from '../read/source'

const MAX_TEXT = 2000
/** Events whose texts a search or a filter looks into. */
const MAX_SEARCHED = 500_000

/** Events to list: rows whose provider, id, name or text contains the words; those that only carry a frame are left out. */
export function eventsWith(trace: Trace, words: string): Uint32Array {
  const { events } = trace.capture
  const wanted = words.trim().toLowerCase()
  const found: number[] = []
  for (let row = 0; row < events.rows; row++) {
    if (events.get(Event.Flags, row) & EventFlag.Frame) continue
    if (wanted === '' || (row < MAX_SEARCHED && searchText(trace, row).includes(wanted))) found.push(row)
  }
  return Uint32Array.from(found)
}

function searchText(trace: Trace, row: number): string {
  const provider = trace.providerOf(row).name
  if (!trace.isKept(row)) return `${provider} ${trace.idOf(row)}`.toLowerCase()
  const event = trace.event(row)
  return `${provider} ${event.id} ${event.name} ${textOf(event)}`.toLowerCase()
}

/** Events as rows of the list; those whose bytes are not kept are read from the file. */
export async function eventRows(trace: Trace, file: Source, rows: Uint32Array): Promise<EventRow[]> {
  const { events, frames } = trace.capture
  const list: EventRow[] = []
  for (const row of rows) {
    if (row >= events.rows) continue
    const at = events.get(Event.AtHigh, row) * 0x1_0000_0000 + events.get(Event.AtLow, row)
    const bytes = trace.isKept(row) ? undefined : await file.read(at, events.get(Event.Length, row))
    const event = trace.event(row, bytes)
    const before = events.get(Event.FramesBefore, row)
    const near = event.frame ?? (before > 0 ? before - 1 : frames.rows > 0 ? 0 : undefined)
    list.push(
      legibly({
        row,
        time: secondsFromStart(trace, row),
        provider: shortName(event.provider.name),
        id: event.id,
        name: event.name,
        process: processOf(trace, event.processId),
        text: textOf(event).slice(0, MAX_TEXT),
        fields: Object.entries(event.fields).map(([name, value]) => ({
          name,
          value: valueText(value).slice(0, MAX_TEXT),
        })),
        ...(event.activity !== undefined && { activity: event.activity }),
        ...(near !== undefined && { frame: near }),
        isTied: event.frame !== undefined,
      }),
    )
  }
  return list
}

/** Seconds from the first frame, or from the first event where there is no frame. */
function secondsFromStart({ capture: { events, frames } }: Trace, row: number): number {
  const isFrame = frames.rows > 0
  const start = isFrame
    ? [frames.get(Frame.Seconds, 0), frames.get(Frame.Nanos, 0)]
    : [events.get(Event.Seconds, 0), events.get(Event.Nanos, 0)]
  return events.get(Event.Seconds, row) - start[0]! + (events.get(Event.Nanos, row) - start[1]!) / 1e9
}

/** The message of an event, else its fields in a line, else what is known of it. */
export function textOf({ message, fields, isKnown, left }: TraceEvent): string {
  if (message) return message.replaceAll(/\s+/g, ' ').trim()
  if (!isKnown) return `${left} bytes; the trace does not describe them`
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join(', ')
}

function shortName(provider: string): string {
  return provider.replace(/^Microsoft-Windows-/, '')
}

function processOf(trace: Trace, pid: number): string {
  if (pid === NONE) return ''
  const image = trace.processes.byId.get(pid)?.image
  return image ? `${image} (${pid})` : String(pid)
}

/** Provider, id and text of the events that belong to a frame, for filters. */
export function eventsOfFrames(trace: Trace): EventsOfFrames {
  const { events } = trace.capture
  const found: EventsOfFrames = { frames: [], providers: [], ids: [], texts: [] }
  for (let row = 0; row < Math.min(events.rows, MAX_SEARCHED); row++) {
    const frame = events.get(Event.Frame, row)
    if (frame === NONE) continue
    found.frames.push(frame)
    found.providers.push(trace.providerOf(row).name)
    found.ids.push(trace.idOf(row))
    found.texts.push(trace.isKept(row) ? textOf(trace.event(row)) : '')
  }
  return found
}

/** Where pktmon saw a packet, in a sentence; undefined for a packet of which there is one sighting only. */
export function pathOf(trace: Trace, frame: number): string | undefined {
  const { events } = trace.capture
  const steps: string[] = []
  for (const row of trace.eventsOf(frame)) {
    if (events.get(Event.Flags, row) & EventFlag.Frame && trace.providerOf(row).name === 'Microsoft-Windows-PktMon') {
      const { fields, numbers } = trace.event(row)
      const component = fields.ComponentId
      const direction = typeof fields.DirTag === 'string' ? ` ${fields.DirTag}` : ''
      const isDrop = (numbers.DropReason ?? fields.DropReason ?? 0) !== 0
      if (typeof component === 'number')
        steps.push(`${trace.componentName(component)}${direction}${isDrop ? ' (dropped)' : ''}`)
    }
  }
  return steps.length > 1 ? `Seen by pktmon at ${steps.join(', ')}.` : undefined
}

/** What the report beside the trace holds, a line for each kind. */
function reportLines({ files, drops, filters, processes, connections, adapters }: MachineReport): string[] {
  const count = (list: readonly unknown[], one: string, many = `${one}s`) =>
    list.length === 0 ? [] : [`${list.length.toLocaleString('en')} ${list.length === 1 ? one : many}`]
  return [
    `Read: ${files.join(', ')}`,
    ...count(drops, 'packet that the firewall dropped', 'packets that the firewall dropped'),
    ...count(filters, 'filter of the firewall with its rule', 'filters of the firewall with their rules'),
    ...count(processes, 'process', 'processes'),
    ...count(connections, 'connection or listening port', 'connections and listening ports'),
    ...adapters.map(({ description, driver }) => `Network card: ${description}${driver && `, driver ${driver}`}`),
  ]
}

/** What the trace says about itself, for the page. */
export function aboutTrace(trace: Trace): AboutTrace {
  const { summary } = trace
  return {
    ...(trace.tool !== undefined && { tool: trace.tool }),
    ...(trace.system !== undefined && { system: trace.system }),
    computer: trace.processes.computer,
    events: trace.events,
    frameEvents: summary?.frameEvents ?? 0,
    dropEvents: summary?.dropEvents ?? 0,
    eventsLost: summary?.eventsLost ?? 0,
    buffersLost: summary?.buffersLost ?? 0,
    isMerged: summary?.isMerged ?? false,
    ...(summary?.cut !== undefined && { cut: summary.cut }),
    providers: (summary?.providers ?? [])
      .map(({ guid, events }) => ({ name: trace.nameOf(guid), events }))
      .sort((a, b) => b.events - a.events),
    report: trace.report ? reportLines(trace.report) : [],
    explanation: trace.explanation(trace.capture.frames.rows) ?? [],
  }
}
