// An event trace as the parser reads it: a pcapng file with its frames, and with blocks of our own for events and for
// what describes them (block types that pcapng reserves for local use). asm/format/pcapng-events.ts reads those.
import type { NoteKind } from '../../../asm/layout'
import type { Link } from './link'

/** Types of the blocks, and the word that each begins with, so that other programs' local blocks are not mistaken for them. */
const EVENT_BLOCK = 0x8e746c01
const NOTE_BLOCK = 0x8e746c02
const BLOCK_MAGIC = 0x57544546 // "FETW"

const SECTION_BLOCK = 0x0a0d0d0a
const INTERFACE_BLOCK = 1
const PACKET_BLOCK = 6
const OPT_COMMENT = 1
const SHB_OS = 3
const IF_NAME = 2
const IF_TSRESOL = 9
/** Time stamps of frames are in units of 100 ns. */
const RESOLUTION = 7
const UNITS_PER_SECOND = 10_000_000

const PIECE_BYTES = 1 << 20
const MAX_COMMENT_BYTES = 4096

export interface DerivedEvent {
  /** EventFlag bits. */
  flags: number
  /** The number of its provider's note. */
  provider: { index: number }
  id: number
  version: number
  level: number
  opcode: number
  task: number
  processId: number
  threadId: number
  /** What holds the parts of its bytes, and where they are: activity, related activity, TraceLogging schema, data. */
  bytes: Uint8Array
  /** Negative for none, which is written as zeros. */
  activityAt: number
  /** 0 for none. */
  relatedAt: number
  schemaAt: number
  schemaLength: number
  dataAt: number
  dataEnd: number
}

/** Means no frame and no process. */
export const NONE = 0xffffffff
const EVENT_HEADER_BYTES = 44
const GUID_BYTES = 16
const VIEWED_BYTES = 64
const encoder = new TextEncoder()
const NO_BYTES = new Uint8Array(0)

/** Collects blocks; take() gives the bytes of the file that are complete. */
export class DerivedCapture {
  #bytes = new Uint8Array(PIECE_BYTES)
  #view = new DataView(this.#bytes.buffer)
  #used = 0
  #interfaces = 0
  readonly #ready: Uint8Array<ArrayBuffer>[] = []

  /** Begins the file; `system` is the operating system that wrote the trace. */
  begin(system: string): void {
    const option = encoder.encode(system)
    const at = this.#open(SECTION_BLOCK, 16 + optionBytes(option.length))
    this.#view.setUint32(at, 0x1a2b3c4d, true)
    this.#view.setUint16(at + 4, 1, true)
    this.#view.setBigInt64(at + 8, -1n, true)
    this.#option(at + 16, SHB_OS, option)
    this.#close()
  }

  /** Adds an interface; returns its number. */
  interface(link: Link, name: string): number {
    const text = encoder.encode(name)
    const at = this.#open(INTERFACE_BLOCK, 8 + optionBytes(1) + optionBytes(text.length))
    this.#view.setUint16(at, link, true)
    const next = this.#option(at + 8, IF_NAME, text)
    this.#option(next, IF_TSRESOL, Uint8Array.of(RESOLUTION))
    this.#close()
    return this.#interfaces++
  }

  /** Adds a frame. `prepare` may change the written copy of its bytes. */
  frame(
    number: number,
    seconds: number,
    units: number,
    bytes: Uint8Array,
    length: number,
    comment: string,
    prepare?: (copy: Uint8Array) => void,
  ): void {
    const text = comment === '' ? NO_BYTES : encoder.encode(comment).subarray(0, MAX_COMMENT_BYTES)
    const padded = (bytes.length + 3) & ~3
    const at = this.#open(PACKET_BLOCK, 20 + padded + optionBytes(text.length))
    const view = this.#view
    const [high, low] = timeStamp(seconds, units)
    view.setUint32(at, number, true)
    view.setUint32(at + 4, high, true)
    view.setUint32(at + 8, low, true)
    view.setUint32(at + 12, bytes.length, true)
    view.setUint32(at + 16, length, true)
    this.#bytes.set(bytes, at + 20)
    prepare?.(this.#bytes.subarray(at + 20, at + 20 + bytes.length))
    if (text.length > 0) this.#option(at + 20 + padded, OPT_COMMENT, text)
    this.#close()
  }

  /** Adds an event at a time; `frame` is the row of the frame that it belongs to, or NONE. */
  event(event: DerivedEvent, seconds: number, units: number, frame: number): void {
    const { bytes, activityAt, relatedAt, schemaAt, schemaLength, dataAt, dataEnd } = event
    const length =
      GUID_BYTES + (relatedAt > 0 ? GUID_BYTES : 0) + (schemaLength > 0 ? 2 + schemaLength : 0) + dataEnd - dataAt
    const at = this.#open(EVENT_BLOCK, EVENT_HEADER_BYTES + length)
    const view = this.#view
    view.setUint32(at, BLOCK_MAGIC, true)
    view.setUint32(at + 4, event.flags, true)
    view.setUint32(at + 8, event.provider.index, true)
    view.setUint32(at + 12, event.id | (event.version << 16), true)
    view.setUint32(at + 16, event.level | (event.opcode << 8) | (event.task << 16), true)
    view.setUint32(at + 20, event.processId, true)
    view.setUint32(at + 24, event.threadId, true)
    view.setUint32(at + 28, seconds, true)
    view.setUint32(at + 32, units * 100, true)
    view.setUint32(at + 36, frame, true)
    view.setUint32(at + 40, length, true)
    let to = at + EVENT_HEADER_BYTES
    if (activityAt < 0) to = this.#zeros(to, GUID_BYTES)
    else to = this.#copy(bytes, activityAt, activityAt + GUID_BYTES, to)
    if (relatedAt > 0) to = this.#copy(bytes, relatedAt, relatedAt + GUID_BYTES, to)
    if (schemaLength > 0) {
      view.setUint16(to, schemaLength, true)
      to = this.#copy(bytes, schemaAt, schemaAt + schemaLength, to + 2)
    }
    this.#copy(bytes, dataAt, dataEnd, to)
    this.#close()
  }

  /** Copies a part; returns where it ends. A view of a few bytes costs more than they do. */
  #copy(from: Uint8Array, at: number, end: number, to: number): number {
    const out = this.#bytes
    if (end - at > VIEWED_BYTES) out.set(from.subarray(at, end), to)
    else for (let i = 0; i < end - at; i++) out[to + i] = from[at + i]!
    return to + end - at
  }

  #zeros(to: number, length: number): number {
    this.#bytes.fill(0, to, to + length)
    return to + length
  }

  note(kind: NoteKind, ...parts: Uint8Array[]): void {
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    const at = this.#open(NOTE_BLOCK, 12 + length)
    this.#view.setUint32(at, BLOCK_MAGIC, true)
    this.#view.setUint32(at + 4, kind, true)
    this.#view.setUint32(at + 8, length, true)
    let to = at + 12
    for (const part of parts) {
      this.#bytes.set(part, to)
      to += part.length
    }
    this.#close()
  }

  /** True if take() has a piece. */
  get isReady(): boolean {
    return this.#ready.length > 0
  }

  /** The pieces that are full; with `all` what is left as well. */
  *take(all = false): Iterable<Uint8Array<ArrayBuffer>> {
    yield* this.#ready.splice(0)
    if (!all || this.#used === 0) return
    yield this.#bytes.slice(0, this.#used)
    this.#used = 0
  }

  #blockAt = 0

  /** Makes room for a block with `length` bytes between its header and its trailer; returns where they begin. */
  #open(type: number, length: number): number {
    const total = 12 + ((length + 3) & ~3)
    if (this.#used + total > this.#bytes.length) {
      if (this.#used > 0) this.#ready.push(this.#bytes.subarray(0, this.#used))
      this.#bytes = new Uint8Array(Math.max(PIECE_BYTES, total))
      this.#view = new DataView(this.#bytes.buffer)
      this.#used = 0
    }
    this.#blockAt = this.#used
    this.#used += total
    this.#view.setUint32(this.#blockAt, type, true)
    this.#view.setUint32(this.#blockAt + 4, total, true)
    return this.#blockAt + 8
  }

  #close(): void {
    this.#view.setUint32(this.#used - 4, this.#used - this.#blockAt, true)
  }

  #option(at: number, code: number, value: Uint8Array): number {
    this.#view.setUint16(at, code, true)
    this.#view.setUint16(at + 2, value.length, true)
    this.#bytes.set(value, at + 4)
    return at + 4 + ((value.length + 3) & ~3)
  }
}

/** Units of 100 ns since 1970 in two words. Their number is beyond what a double holds exactly, so it is made in halves. */
function timeStamp(seconds: number, units: number): [high: number, low: number] {
  const upper = (seconds >>> 16) * UNITS_PER_SECOND
  const lower = (upper % 0x10000) * 0x10000 + (seconds & 0xffff) * UNITS_PER_SECOND + units
  const carried = Math.floor(lower / 0x1_0000_0000)
  return [Math.floor(upper / 0x10000) + carried, lower - carried * 0x1_0000_0000]
}

function optionBytes(length: number): number {
  return length === 0 ? 0 : 4 + ((length + 3) & ~3)
}
