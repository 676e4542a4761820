// The records within a buffer: events, and the older kinds of the kernel's own. The flags of a record (its fourth byte)
// and its type (its third) say which header it has: geoffchappell.com, "ETW trace headers".
import type { TraceClock } from './log-header'

export const enum Kind {
  /** EVENT_HEADER of a manifest or TraceLogging provider. */
  Event,
  /** EVENT_TRACE_HEADER, with the GUID of a class of events. */
  Classic,
  /** SYSTEM_TRACE_HEADER or PERFINFO_TRACE_HEADER, with a hook id. */
  System,
  /** MESSAGE_TRACE_HEADER: means nothing without the program's symbols. */
  Message,
  /** A kind that is not read. */
  Other,
}

const enum Header {
  System32 = 1,
  System64,
  Compact32,
  Compact64,
  Full32 = 10,
  Instance32,
  PerfInfo32 = 16,
  PerfInfo64,
  Event32,
  Event64,
  Full64,
  Instance64,
}

const MARK = 0x80
const MESSAGE_MARK = 0x10

/** How many bytes each header has before its data. */
export const EVENT_HEADER_BYTES = 80
const CLASSIC_HEADER_BYTES = 48
/** EVENT_INSTANCE_GUID_HEADER: instances and the parent's class follow what a class's event has. */
const INSTANCE_HEADER_BYTES = 72
const SYSTEM_HEADER_BYTES = 32
const COMPACT_HEADER_BYTES = 24
const PERFINFO_HEADER_BYTES = 16
const MESSAGE_HEADER_BYTES = 8
const SMALLEST = 8
/** So many bytes of any record hold its time. */
const LONGEST_TIMED = 24

/** Walks the records of one buffer; after next() the fields describe the record that was found. */
export class Records {
  kind = Kind.Other
  /** First byte of the record, of its data, and one past its data. */
  at = 0
  dataAt = 0
  dataEnd = 0
  /** Ticks since the log's anchor; of the record before where this one has no time. */
  ticks = 0
  /** True where pointers in the data are 4 bytes wide. */
  is32Bit = false
  readonly view: DataView
  #next: number

  constructor(
    readonly bytes: Uint8Array,
    from: number,
    private readonly clock: TraceClock,
    /** True if `bytes` are the beginning of a buffer, whose last record may go on behind them. */
    private readonly isCut = false,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#next = from
  }

  /** Moves to the next record; false when the buffer holds no more. */
  next(): boolean {
    const { bytes, view } = this
    const at = this.#next
    if (at + SMALLEST > bytes.length) return false
    const flags = bytes[at + 3]!
    if (!(flags & MARK)) return false
    const type = bytes[at + 2]!
    const isMessage = (flags & 0x40) === 0 && (flags & MESSAGE_MARK) !== 0
    const sizeAt = !isMessage && isSystem(type) ? at + 4 : at
    const size = view.getUint16(sizeAt, true)
    if (size < SMALLEST) return false
    const isWhole = at + size <= bytes.length
    if (!isWhole && !(this.isCut && at + LONGEST_TIMED <= bytes.length)) return false
    this.at = at
    this.dataEnd = Math.min(at + size, bytes.length)
    this.#next = at + ((size + 7) & ~7)
    this.#describe(isMessage ? 0 : type, size, isMessage)
    return true
  }

  /** Ticks of the first record that has a time; call it instead of next(). Undefined where no record has one. */
  peekTicks(): number | undefined {
    this.ticks = NaN
    while (Number.isNaN(this.ticks)) if (!this.next()) return undefined
    return this.ticks
  }

  #describe(type: number, size: number, isMessage: boolean): void {
    this.kind = Kind.Other
    let headerBytes = MESSAGE_HEADER_BYTES
    let timeAt = 16
    if (isMessage) this.kind = Kind.Message
    else {
      switch (type) {
        case Header.Event32:
        case Header.Event64:
          this.kind = Kind.Event
          headerBytes = EVENT_HEADER_BYTES
          break
        case Header.Full32:
        case Header.Full64:
          this.kind = Kind.Classic
          headerBytes = CLASSIC_HEADER_BYTES
          break
        case Header.Instance32:
        case Header.Instance64:
          this.kind = Kind.Classic
          headerBytes = INSTANCE_HEADER_BYTES
          break
        case Header.System32:
        case Header.System64:
          this.kind = Kind.System
          headerBytes = SYSTEM_HEADER_BYTES
          break
        case Header.Compact32:
        case Header.Compact64:
          this.kind = Kind.System
          headerBytes = COMPACT_HEADER_BYTES
          break
        case Header.PerfInfo32:
        case Header.PerfInfo64:
          this.kind = Kind.System
          headerBytes = PERFINFO_HEADER_BYTES
          timeAt = 8
          break
      }
    }
    if (size < headerBytes) {
      this.kind = Kind.Other
      headerBytes = SMALLEST
    } else if (headerBytes >= PERFINFO_HEADER_BYTES) this.#readTime(this.at + timeAt)
    this.is32Bit = is32Bit(type)
    this.dataAt = this.at + headerBytes
  }

  #readTime(at: number): void {
    this.ticks = this.clock.ticks(this.view.getUint32(at, true), this.view.getInt32(at + 4, true))
  }

  /** Hook id of a System record: group and type of the kernel's event. */
  get hookId(): number {
    return this.view.getUint16(this.at + 6, true)
  }

  /** Thread and process; 0xffffffff where a System record has none. */
  get processId(): number {
    return this.#hasIds ? this.view.getUint32(this.at + 12, true) : 0xffffffff
  }

  get threadId(): number {
    return this.#hasIds ? this.view.getUint32(this.at + 8, true) : 0xffffffff
  }

  get #hasIds(): boolean {
    return this.dataAt - this.at >= COMPACT_HEADER_BYTES
  }
}

function isSystem(type: number): boolean {
  return (
    (type >= (Header.System32 as number) && type <= (Header.Compact64 as number)) ||
    type === (Header.PerfInfo32 as number) ||
    type === (Header.PerfInfo64 as number)
  )
}

function is32Bit(type: number): boolean {
  return (
    type === (Header.Event32 as number) ||
    type === (Header.Full32 as number) ||
    type === (Header.Instance32 as number) ||
    type === (Header.System32 as number) ||
    type === (Header.Compact32 as number) ||
    type === (Header.PerfInfo32 as number)
  )
}
