// An event trace as it is shown and asked: its events decoded, and what it says about processes and components.
// Everything comes from the tables Event and Note of the capture, so a stored capture answers as the file does.
import { Event, EventFlag, Note, NoteKind } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { NONE } from '../../capture/table'
import { uuidText } from '../../capture/text'
import { NULL_UUID } from '../../names/well-known'
import { type Decoded, decodeBySchema, type Fields } from './decode'
import { addReported, kernelNotes, type Processes } from './kernel-notes'
import { knownLayouts } from './known-events'
import { explanationOf, toolOf } from './explanation'
import { knownProvider } from './providers'
import { mapOf, type Schema, schemaOf, type ValueMap } from './schema'
import type { MachineReport } from '../report/model'
import { reportOf } from '../report/stored-report'
import { combined, type TraceSummary } from './summary'
import { decodeTraceLogging } from './trace-logging'

const GUID_BYTES = 16
const PKTMON_COMPONENT = 20

export interface TraceProvider {
  guid: string
  /** The GUID where no name is known. */
  name: string
}

/** One event, decoded as far as it can be. */
export interface TraceEvent {
  row: number
  seconds: number
  nanos: number
  provider: TraceProvider
  id: number
  version: number
  level: number
  processId: number
  threadId: number
  activity?: string
  relatedActivity?: string
  /** What the event is called; '' where nothing is known of it. */
  name: string
  fields: Fields
  /** Numbers of fields that have a text in `fields`. */
  numbers: Record<string, number>
  message?: string
  /** Row of the frame that it belongs to. */
  frame?: number
  /** Bytes that could not be decoded. */
  left: number
  /** False where neither the file nor Faultline describes its data. */
  isKnown: boolean
}

export class Trace {
  readonly providers: TraceProvider[] = []
  readonly summary: TraceSummary | undefined
  readonly processes: Processes
  /** What the report beside the trace says; undefined where there is none. */
  readonly report: MachineReport | undefined
  /** What merging wrote about the machine: its build. */
  readonly machine: string
  readonly #schemas = new Map<string, Schema>()
  readonly #maps = new Map<string, ValueMap>()
  readonly #layouts = new Map<string, Schema[]>()
  #components: Map<number, string> | undefined
  #byFrame: Map<number, number[]> | undefined
  /** Names of providers as schemas give them. */
  readonly #names = new Map<string, string>()

  constructor(readonly capture: Capture) {
    const { notes } = capture
    const kernel: Uint8Array[] = []
    let machine = ''
    for (let row = 0; row < notes.rows; row++) {
      const bytes = capture.bytes(notes.get(Note.Kept, row), notes.get(Note.KeptLength, row))
      switch (notes.get(Note.Kind, row) as NoteKind) {
        case NoteKind.Provider:
          this.#addProvider(bytes)
          break
        case NoteKind.Schema:
          this.#addSchema(bytes)
          break
        case NoteKind.Map:
          this.#addMap(bytes)
          break
        case NoteKind.Kernel:
          kernel.push(bytes)
          break
        case NoteKind.Machine:
          machine ||= buildText(bytes)
          break
        case NoteKind.Summary:
          this.summary = combined(this.summary, parse(bytes) as TraceSummary | undefined)
          break
        case NoteKind.Report:
          this.report = reportOf(parse(bytes))
          break
      }
    }
    for (const provider of this.providers)
      if (provider.name === provider.guid) provider.name = this.#names.get(provider.guid) || provider.guid
    this.machine = machine
    this.processes = kernelNotes(kernel)
    addReported(this.processes, this.report?.processes ?? [])
  }

  get events(): number {
    return this.capture.events.rows
  }

  /** The name of a provider; its GUID where it has none. */
  nameOf(guid: string): string {
    return this.providers.find((provider) => provider.guid === guid)?.name ?? knownProvider(guid)?.name ?? guid
  }

  /** The program that wrote the trace, as far as its contents show it; undefined where they do not. */
  get tool(): string | undefined {
    return this.summary && toolOf(this.summary)
  }

  /** The operating system that wrote the trace. */
  get system(): string | undefined {
    const { summary, machine } = this
    return summary && `Windows ${summary.version} build ${summary.build}${machine ? ` (${machine})` : ''}`
  }

  /** Why a trace with so many frames shows less than was hoped for, and what would have captured it; empty where nothing is missing. */
  explanation(frames: number): string[] | undefined {
    return this.summary && explanationOf(this.summary, frames)
  }

  /** GUID and name of an event's provider. */
  providerOf(row: number): TraceProvider {
    return this.providers[this.capture.events.get(Event.Provider, row)] ?? { guid: NULL_UUID, name: 'unknown' }
  }

  /** Id of an event. */
  idOf(row: number): number {
    return this.capture.events.get(Event.Id, row) & 0xffff
  }

  /** What pktmon calls a component. */
  componentName(id: number): string {
    this.#components ??= this.#readComponents()
    return this.#components.get(id) ?? `component ${id}`
  }

  #readComponents(): Map<number, string> {
    const names = new Map<number, string>()
    for (let row = 0; row < this.events; row++) {
      if (this.idOf(row) !== PKTMON_COMPONENT || this.providerOf(row).name !== 'Microsoft-Windows-PktMon') continue
      const { Id, Name, Description } = this.event(row).fields
      const name = [Name, Description].find((text) => typeof text === 'string' && text !== '')
      if (typeof Id === 'number' && typeof name === 'string') names.set(Id, name)
    }
    return names
  }

  /** Rows of the events that belong to a frame, in order. */
  eventsOf(frame: number): readonly number[] {
    if (!this.#byFrame) {
      this.#byFrame = new Map()
      for (let row = 0; row < this.events; row++) {
        const of = this.capture.events.get(Event.Frame, row)
        const rows = this.#byFrame.get(of)
        if (of === NONE) continue
        if (rows) rows.push(row)
        else this.#byFrame.set(of, [row])
      }
    }
    return this.#byFrame.get(frame) ?? []
  }

  /** True where the event's bytes are kept, so that event() needs no file. */
  isKept(row: number): boolean {
    return this.capture.events.get(Event.Kept, row) !== 0
  }

  /** Decodes an event; `bytes` are its bytes where they are not kept. */
  event(row: number, bytes?: Uint8Array): TraceEvent {
    const { events } = this.capture
    const get = (column: Event) => events.get(column, row)
    const all = bytes ?? this.capture.bytes(get(Event.Kept), get(Event.Length))
    const flags = get(Event.Flags)
    const provider = this.providerOf(row)
    const id = get(Event.Id) & 0xffff
    const version = (get(Event.Id) >>> 16) & 0xff
    const frame = get(Event.Frame)
    const parts = partsOf(all, flags)
    const decoded = this.#decode(provider, id, version, flags, parts)
    return {
      row,
      seconds: get(Event.Seconds),
      nanos: get(Event.Nanos),
      provider,
      id,
      version,
      level: get(Event.Descriptor) & 0xff,
      processId: get(Event.ProcessId),
      threadId: get(Event.ThreadId),
      ...(parts.activity !== NULL_UUID && { activity: parts.activity }),
      ...(parts.related !== undefined && { relatedActivity: parts.related }),
      ...decoded,
      ...(frame !== NONE && { frame }),
    }
  }

  #decode(
    provider: TraceProvider,
    id: number,
    version: number,
    flags: number,
    { schema, data }: Parts,
  ): Decoded & { name: string; isKnown: boolean } {
    const is32Bit = (flags & EventFlag.Pointer32) !== 0
    if (schema) {
      const decoded = decodeTraceLogging(schema, data, is32Bit)
      if (decoded) return { ...decoded, isKnown: true }
    }
    if (flags & EventFlag.Text) return textEvent(data)
    if (flags & EventFlag.Classic) return unknown(data)
    const key = `${provider.guid} ${id} ${version}`
    const own = this.#schemas.get(key)
    if (own) {
      const decoded = decodeBySchema(own, data, is32Bit, (name) => this.#maps.get(`${provider.guid} ${name}`))
      return { ...decoded, name: own.name, isKnown: true }
    }
    let layouts = this.#layouts.get(key)
    if (!layouts) this.#layouts.set(key, (layouts = knownLayouts(provider.name, provider.guid, id, version)))
    let best: (Decoded & { name: string; isKnown: boolean }) | undefined
    for (const layout of layouts) {
      const decoded = decodeBySchema(layout, data, is32Bit, () => undefined)
      const isWhole = Object.keys(decoded.fields).length === layout.topLevel
      if (isWhole && decoded.left === 0) return { ...decoded, name: layout.name, isKnown: true }
      if (isWhole) best ??= { ...decoded, name: layout.name, isKnown: true }
    }
    return best ?? unknown(data)
  }

  #addProvider(bytes: Uint8Array): void {
    const guid = uuidText(bytes)
    const own = new TextDecoder().decode(bytes.subarray(GUID_BYTES))
    this.providers.push({ guid, name: knownProvider(guid)?.name ?? (own || guid) })
  }

  #addSchema(bytes: Uint8Array): void {
    const schema = schemaOf(bytes)
    if (!schema) return
    this.#schemas.set(`${schema.provider} ${schema.id} ${schema.version}`, schema)
    this.#names.set(schema.provider, schema.providerName)
  }

  #addMap(bytes: Uint8Array): void {
    const map = mapOf(bytes.subarray(GUID_BYTES))
    if (map?.name) this.#maps.set(`${uuidText(bytes)} ${map.name}`, map)
  }
}

interface Parts {
  activity: string
  related?: string
  schema?: Uint8Array
  data: Uint8Array
}

/** Takes an event's bytes apart: activity, related activity, TraceLogging schema, data. */
function partsOf(bytes: Uint8Array, flags: number): Parts {
  let at = GUID_BYTES
  const parts: Parts = { activity: bytes.length >= GUID_BYTES ? uuidText(bytes) : NULL_UUID, data: bytes }
  if (flags & EventFlag.Related) {
    parts.related = uuidText(bytes, at)
    at += GUID_BYTES
  }
  if (flags & EventFlag.TraceLogging) {
    const length = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
    parts.schema = bytes.subarray(at + 2, at + 2 + length)
    at += 2 + length
  }
  parts.data = bytes.subarray(at)
  return parts
}

/** An event that is only a text: what EventWriteString logs. */
function textEvent(data: Uint8Array): Decoded & { name: string; isKnown: boolean } {
  const [message = ''] = new TextDecoder('utf-16le').decode(data).split('\0')
  return { name: '', fields: { Message: message }, numbers: {}, left: 0, isKnown: true, message }
}

function unknown(data: Uint8Array): Decoded & { name: string; isKnown: boolean } {
  return { name: '', fields: {}, numbers: {}, left: data.length, isKnown: false }
}

/** Build string of the machine: UTF-16 or ANSI. */
function buildText(bytes: Uint8Array): string {
  const text = new TextDecoder(bytes[1] === 0 ? 'utf-16le' : 'windows-1252').decode(bytes)
  return /[\x20-\x7e]{4,}/.exec(text)?.[0] ?? ''
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
