// Writes records of a trace into the derived capture, in order: frames joined from their copies, events, and notes.
import { uuidText } from '../../capture/text'
import { EventFlag, NoteKind } from '../../../asm/layout'
import type { Buffers } from '../container/buffers'
import type { Copies, Packet } from './copies'
import { type DerivedCapture, NONE } from './derived'
import {
  type EventItems,
  eventItems,
  type FrameEvent,
  FrameEvents,
  providerTraits,
  type Sighting,
} from './frame-events'
import { clearProtected, isDecrypted, Link } from './link'
import type { LogHeader } from '../container/log-header'
import { dropText } from '../events/pktmon'
import { type Preview, SCHEMA_EVENT, SCHEMA_MAP } from './preview'
import { KERNEL, knownProvider, MACHINE, Role, SCHEMA } from '../events/providers'
import { Kind, type Records } from '../container/records'
import type { TraceSummary } from '../events/summary'

/** Events are held back until no earlier frame can come; more are freed at once. */
const MAX_HELD = 16384
/** Fewer events are not written at a time, except for the last. */
const LEAST_WRITTEN = 1024
const MAX_PROVIDERS = 4096
const MAX_DROPS_SHOWN = 4
/** Link types are below. */
const LINKS = 0x100
const ACTIVITY = 64
/** EVENT_HEADER.Flags, and its EVENT_HEADER_FLAG_STRING_ONLY. */
const FLAGS = 4
const STRING_ONLY = 4
/** Longer data of an event is not kept in memory. */
const MAX_KEPT_BYTES = 8192

const SCHEMA_BUILD = 32
const FIRST_KERNEL_HOOK = 0x100
/** Hooks of the kernel that say which processes, connections, services and cards there are, and how the machine is called. */
const KERNEL_NOTES = new Set([0x301, 0x302, 0x303, 0x304, 0x60c, 0x60f, 0x61c, 0x61f, 0xb0a, 0xb0d, 0xb0f])
/** Loading of an image, and the images that are loaded when a trace begins or ends: thousands, of which programs say what a process is. */
const IMAGE_HOOKS = new Set([0x140a, 0x1403, 0x1404])
/** `.exe` and a zero in UTF-16. */
const PROGRAM_END = [0x2e, 0, 0x65, 0, 0x78, 0, 0x65, 0, 0, 0]

/** True if bytes end with the name of a program, whatever the case of its letters. */
function endsInProgram(bytes: Uint8Array, end: number): boolean {
  const from = end - PROGRAM_END.length
  return from >= 0 && PROGRAM_END.every((byte, i) => bytes[from + i] === byte || (bytes[from + i]! | 0x20) === byte)
}

interface SeenProvider {
  index: number
  role: Role
  guid: string
  /** The GUID as four words. */
  a: number
  b: number
  c: number
  d: number
  events: number
}

interface HeldEvent {
  ticks: number
  provider: SeenProvider
  flags: number
  id: number
  version: number
  level: number
  opcode: number
  task: number
  processId: number
  threadId: number
  packet: Packet | undefined
  bytes: Uint8Array
  activityAt: number
  relatedAt: number
  schemaAt: number
  schemaLength: number
  dataAt: number
  dataEnd: number
}

export class TraceWriter {
  readonly #providers = new Map<number, SeenProvider[]>()
  readonly #list: SeenProvider[] = []
  #last: SeenProvider | undefined
  readonly #frames = new FrameEvents()
  /** By link, and by component or card. */
  readonly #interfaces = new Map<number, number>()
  #held: HeldEvent[] = []
  /** Packets that get no more copies; the first `#counted` of them have their rows. */
  #closed: Packet[] = []
  #counted = 0
  #rows = 0
  #mostHeld = MAX_HELD
  #now = -Infinity
  #flushedAt = -Infinity
  #firstTicks = Infinity
  #lastTicks = -Infinity
  #frameEvents = 0
  #dropEvents = 0
  #kernelEvents = 0
  #messages = 0
  #schemas = 0
  #cut: number | undefined

  constructor(
    private readonly derived: DerivedCapture,
    private readonly header: LogHeader,
    private readonly known: Preview,
    private readonly copies: Copies,
    /** How long a packet stays open for copies. */
    private readonly openTicks: number,
  ) {}

  /** Begins the capture. */
  begin(): void {
    this.derived.begin(`Windows ${this.header.version} build ${this.header.build}`)
  }

  /** Takes the record that `records` is at. */
  record(records: Records): void {
    const { ticks } = records
    if (ticks > this.#now) this.#now = ticks
    switch (records.kind) {
      case Kind.Event:
        this.#event(records)
        break
      case Kind.Classic:
        this.#classic(records)
        break
      case Kind.System:
        this.#system(records)
        break
      case Kind.Message:
        this.#messages++
        break
      default:
        break
    }
    const held = this.#held.length
    const isDue = held >= LEAST_WRITTEN && this.#now - this.#flushedAt > 2 * this.openTicks
    if (isDue || held >= this.#mostHeld) this.#flush(this.#now)
  }

  /** Writes what is held, and the summary. */
  end(buffers: Buffers): void {
    this.#flush(Infinity)
    const { header } = this
    const time = (ticks: number) => {
      const { seconds, units } = header.clock.utc(ticks)
      return seconds + units / 1e7
    }
    const summary: TraceSummary = {
      version: header.version,
      build: header.build,
      processors: header.processors,
      pointerBytes: header.pointerBytes,
      sessionName: header.sessionName,
      fileName: header.fileName,
      isClosed: header.isClosed,
      isMerged: header.isMerged,
      isCircular: header.isCircular,
      compression: header.compression,
      eventsLost: header.eventsLost,
      buffersLost: header.buffersLost,
      lossMarks: buffers.lossMarks,
      buffers: buffers.list.length,
      schemas: this.#schemas,
      frameEvents: this.#frameEvents,
      dropEvents: this.#dropEvents,
      frames: this.#rows,
      messages: this.#messages,
      ...(this.#cut !== undefined && { cut: this.#cut }),
      ...(this.#firstTicks <= this.#lastTicks && { from: time(this.#firstTicks), to: time(this.#lastTicks) }),
      providers: [
        ...this.#list.map(({ guid, events }) => ({ guid, events })),
        ...(this.#kernelEvents > 0 ? [{ guid: KERNEL, events: this.#kernelEvents }] : []),
      ],
    }
    this.derived.note(NoteKind.Summary, new TextEncoder().encode(JSON.stringify(summary)))
  }

  #event(records: Records): void {
    const provider = this.#provider(records)
    if (!provider) return
    this.#seen(records.ticks)
    provider.events++
    const { view, at } = records
    const id = view.getUint16(at + 40, true)
    const items = eventItems(records)
    const frame = provider.role >= Role.Ndis ? this.#frames.read(records, provider.role, id) : undefined
    const packet = frame && this.#frame(frame)
    this.#held.push({
      ticks: records.ticks,
      provider,
      flags: flagsOf(provider.role, records, items, frame),
      id,
      version: view.getUint8(at + 42),
      level: view.getUint8(at + 44),
      opcode: view.getUint8(at + 45),
      task: view.getUint16(at + 46, true),
      processId: records.processId,
      threadId: records.threadId,
      packet,
      bytes: records.bytes,
      activityAt: at + ACTIVITY,
      relatedAt: items.relatedAt,
      schemaAt: items.schemaAt,
      schemaLength: items.schemaLength,
      dataAt: records.dataAt,
      // Of a frame only what comes before it is the event's.
      dataEnd: frame ? Math.min(records.dataEnd, records.dataAt + frame.header) : records.dataEnd,
    })
  }

  #frame({ sighting }: FrameEvent): Packet | undefined {
    this.#frameEvents++
    if (!sighting) return undefined
    if (sighting.drop) {
      this.#dropEvents++
      this.#frameEvents--
    }
    if (sighting.bytes.length < sighting.length) this.#cut = Math.max(this.#cut ?? 0, sighting.bytes.length)
    return sighting.bytes.length > 0 ? this.copies.add(sighting) : undefined
  }

  #classic(records: Records): void {
    const { bytes, view, at, dataAt, dataEnd } = records
    const guid = uuidText(bytes, at + 24)
    const type = view.getUint8(at + 4)
    const data = bytes.subarray(dataAt, dataEnd)
    if (guid === SCHEMA && (type === SCHEMA_EVENT || type === SCHEMA_MAP)) {
      this.#schemas++
      this.derived.note(type === SCHEMA_EVENT ? NoteKind.Schema : NoteKind.Map, data)
      return
    }
    if (guid === MACHINE) {
      if (type === SCHEMA_BUILD) this.derived.note(NoteKind.Machine, data)
      return
    }
    const provider = this.#provider(records)
    if (!provider) return
    this.#seen(records.ticks)
    provider.events++
    this.#held.push({
      ticks: records.ticks,
      provider,
      flags: EventFlag.Classic | (records.is32Bit ? EventFlag.Pointer32 : 0),
      id: type,
      version: view.getUint8(at + 6),
      level: view.getUint8(at + 5),
      opcode: type,
      task: 0,
      processId: records.processId,
      threadId: records.threadId,
      packet: undefined,
      bytes,
      activityAt: -1,
      relatedAt: 0,
      schemaAt: 0,
      schemaLength: 0,
      dataAt,
      dataEnd,
    })
  }

  #system(records: Records): void {
    const { hookId, bytes, dataAt, dataEnd } = records
    // Those of the first group are the log's own: its header, its settings.
    if (hookId >= FIRST_KERNEL_HOOK) this.#kernelEvents++
    const isProgram = IMAGE_HOOKS.has(hookId) && endsInProgram(bytes, dataEnd)
    if (!KERNEL_NOTES.has(hookId) && !isProgram) return
    const { seconds, units } = this.header.clock.utc(records.ticks)
    const head = new DataView(new ArrayBuffer(12))
    head.setUint16(0, hookId, true)
    head.setUint8(2, records.view.getUint16(records.at, true))
    head.setUint8(3, records.is32Bit ? 4 : 8)
    head.setUint32(4, seconds, true)
    head.setUint32(8, units * 100, true)
    this.derived.note(NoteKind.Kernel, new Uint8Array(head.buffer), bytes.subarray(dataAt, dataEnd))
  }

  #seen(ticks: number): void {
    if (ticks < this.#firstTicks) this.#firstTicks = ticks
    if (ticks > this.#lastTicks) this.#lastTicks = ticks
  }

  /** The provider of the record; undefined when there are more than can be counted. */
  #provider({ bytes, view, at }: Records): SeenProvider | undefined {
    const a = view.getUint32(at + 24, true)
    const b = view.getUint32(at + 28, true)
    const c = view.getUint32(at + 32, true)
    const d = view.getUint32(at + 36, true)
    // Most events have the provider of the event before. No closure is made for those: there are millions.
    const last = this.#last
    if (last?.a === a && last.b === b && last.c === c && last.d === d) return last
    const alike = this.#providers.get(a) ?? []
    const found = alike.find((one) => one.b === b && one.c === c && one.d === d)
    if (found || this.#list.length >= MAX_PROVIDERS) return (this.#last = found)
    const guid = uuidText(bytes, at + 24)
    const provider = {
      index: this.#list.length,
      role: knownProvider(guid)?.role ?? Role.Plain,
      guid,
      a,
      b,
      c,
      d,
      events: 0,
    }
    this.#list.push(provider)
    this.#providers.set(a, [...alike, provider])
    this.#last = provider
    this.derived.note(NoteKind.Provider, bytes.subarray(at + 24, at + 40), providerTraits(view, at))
    return provider
  }

  /** Writes what is older than every packet that may still get copies. */
  #flush(now: number): void {
    this.#flushedAt = this.#now
    // Open packets were first seen after `certain`, so the order of the frames before it is known; an event before
    // `limit` belongs to none but such a frame.
    const certain = now - this.openTicks
    const limit = certain - this.openTicks
    this.#closed.push(...this.copies.close(certain))
    this.#closed.sort((a, b) => a.best.ticks - b.best.ticks)
    while (this.#closed.length > this.#counted && this.#closed[this.#counted]!.best.ticks < certain)
      this.#closed[this.#counted++]!.row = this.#rows++
    let frames = 0
    while (frames < this.#counted && this.#closed[frames]!.best.ticks < limit) frames++
    const packets = this.#closed.splice(0, frames)
    this.#counted -= frames
    const due = this.#held.filter(({ ticks }) => ticks < limit).sort((a, b) => a.ticks - b.ticks)
    if (due.length > 0) this.#held = this.#held.filter(({ ticks }) => ticks >= limit)
    this.#mostHeld = this.#held.length + MAX_HELD
    let packet = 0
    for (const event of due) {
      while (packet < packets.length && packets[packet]!.best.ticks <= event.ticks) this.#writeFrame(packets[packet++]!)
      this.#writeEvent(event)
    }
    while (packet < packets.length) this.#writeFrame(packets[packet++]!)
  }

  #writeFrame({ best, sightings }: Packet): void {
    const { seconds, units } = this.header.clock.utc(best.ticks)
    const comment = sightings.some(({ drop }) => drop) ? this.#dropsText(sightings) : ''
    const prepare = best.link === Link.Ieee80211 && isDecrypted(best.bytes) ? clearProtected : undefined
    this.derived.frame(this.#interface(best), seconds, units, best.bytes, best.length, comment, prepare)
  }

  /** Where a packet was dropped and why, the first of them. */
  #dropsText(sightings: readonly Sighting[]): string {
    const { components, dropReasons } = this.known
    return sightings
      .filter(({ drop }) => drop)
      .slice(0, MAX_DROPS_SHOWN)
      .map(({ drop, component }) =>
        dropText(drop!, components.get(component)?.name ?? `component ${component}`, dropReasons),
      )
      .join('\n')
  }

  /** The number of the interface that a sighting belongs to. */
  #interface({ link, component, group }: Sighting): number {
    const key = (component * 2 + (group === undefined ? 0 : 1)) * LINKS + link
    let number = this.#interfaces.get(key)
    if (number === undefined) {
      const { components, cards } = this.known
      const name =
        group === undefined
          ? (cards.get(component) ?? (component > 0 ? `interface ${component}` : 'network'))
          : (components.get(component)?.name ?? `component ${component}`)
      number = this.derived.interface(link, name)
      this.#interfaces.set(key, number)
    }
    return number
  }

  #writeEvent(event: HeldEvent): void {
    const { seconds, units } = this.header.clock.utc(event.ticks)
    this.derived.event(event, seconds, units, event.packet ? event.packet.row : NONE)
  }
}

function flagsOf(role: Role, records: Records, items: EventItems, frame: FrameEvent | undefined): number {
  let flags = 0
  if (role !== Role.Plain && records.dataEnd - records.dataAt <= MAX_KEPT_BYTES) flags |= EventFlag.Kept
  if (items.relatedAt > 0) flags |= EventFlag.Related
  if (items.schemaLength > 0) flags |= EventFlag.TraceLogging
  if (records.is32Bit) flags |= EventFlag.Pointer32
  if (frame) flags |= EventFlag.Frame | EventFlag.Kept
  if (records.view.getUint16(records.at + FLAGS, true) & STRING_ONLY) flags |= EventFlag.Text
  return flags
}
