// What the conversion of a trace counted; it travels in the derived capture as JSON.

export interface TraceSummary {
  /** Operating system that wrote the trace, as "10.0", and its build. */
  version: string
  build: number
  processors: number
  pointerBytes: number
  sessionName: string
  fileName: string
  /** False where the trace was not stopped cleanly. */
  isClosed: boolean
  /** True where it was merged, which adds the schema. */
  isMerged: boolean
  isCircular: boolean
  compression: number
  eventsLost: number
  buffersLost: number
  /** Buffers that are marked as coming after a loss. */
  lossMarks: number
  buffers: number
  /** Descriptions of kinds of events and of values in the file. */
  schemas: number
  /** Events with a frame, and those of a drop; pktmon logs a packet once for each component. */
  frameEvents: number
  dropEvents: number
  /** Packets, each counted once. */
  frames: number
  /** Messages that only the program's symbols can turn into text. */
  messages: number
  /** Bytes that the longest of the frames that were cut kept; undefined when none was cut. */
  cut?: number
  /** Seconds since 1970 of the first and the last event. */
  from?: number
  to?: number
  providers: { guid: string; events: number }[]
}

/** The counts of two traces that were read as one. */
export function combined(one: TraceSummary | undefined, other: TraceSummary | undefined): TraceSummary | undefined {
  if (!one || !other) return one ?? other
  const providers = new Map(one.providers.map(({ guid, events }) => [guid, events]))
  for (const { guid, events } of other.providers) providers.set(guid, (providers.get(guid) ?? 0) + events)
  const sums = { ...one }
  for (const key of COUNTS) sums[key] += other[key]
  const froms = [one.from, other.from].filter((time) => time !== undefined)
  const tos = [one.to, other.to].filter((time) => time !== undefined)
  const cuts = [one.cut, other.cut].filter((cut) => cut !== undefined)
  return {
    ...sums,
    isClosed: one.isClosed && other.isClosed,
    isMerged: one.isMerged && other.isMerged,
    ...(cuts.length > 0 && { cut: Math.max(...cuts) }),
    ...(froms.length > 0 && { from: Math.min(...froms), to: Math.max(...tos) }),
    providers: Array.from(providers, ([guid, events]) => ({ guid, events })),
  }
}

const COUNTS = [
  'eventsLost',
  'buffersLost',
  'lossMarks',
  'buffers',
  'schemas',
  'frameEvents',
  'dropEvents',
  'frames',
  'messages',
] as const
