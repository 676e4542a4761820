// Writes event traces (.etl): buffers of records as the kernel's logger and the relogger write them. The layouts are those
// that src/etw reads: WMI_BUFFER_HEADER, TRACE_LOGFILE_HEADER, EVENT_HEADER.
import { ByteWriter, concatenate, utf16 } from '../../bytes'
import { compressHuffman, compressLznt1 } from './other-compressions'
import { compressXpress } from './xpress-writer'

const BUFFER_HEADER = 72
const SYSTEM_HEADER = 32
const EVENT_HEADER = 80
const CLASSIC_HEADER = 48
/** From 1601 to 1970 in units of 100 ns. */
const EPOCH = 116444736000000000n
const NO_ACTIVITY = '00000000-0000-0000-0000-000000000000'
const SCHEMA_CLASS = 'bbccf6c1-6cd1-48c4-80ff-839482e37671'

/** An event of a manifest or TraceLogging provider. */
export interface TraceRecord {
  /** Microseconds since the epoch. */
  microseconds: number
  provider: string
  id: number
  version?: number
  level?: number
  opcode?: number
  keyword?: bigint
  processId?: number
  threadId?: number
  activity?: string
  /** EVENT_HEADER.Flags besides the mark of extended items. */
  headerFlags?: number
  /** Extended items: type and data. */
  items?: { type: number; data: Uint8Array }[]
  data: Uint8Array
  /** Written by a 32-bit process: its pointers are 4 bytes wide. */
  is32Bit?: boolean
  processor?: number
}

/** A record of the kernel's own logger. */
export interface KernelRecord {
  microseconds: number
  hook: number
  version?: number
  data: Uint8Array
}

export interface TraceOptions {
  /** Buffers are compressed as pktmon's are. */
  compressed?: boolean
  /** With what they are compressed; XPRESS where nothing is said. */
  compression?: 'xpress' | 'lznt1' | 'huffman'
  /** Buffers behind the first lie in the file turned by so many places, as in a circular file that is full. */
  turnedBy?: number
  /** Places of buffers that were never filled, at the end of the file: of zeros, or of 0xff. */
  unused?: { buffers: number; fill: number }
  /** Marks buffers as coming after a loss. */
  lossMarks?: boolean
  buffersLost?: number
  /** Written by the relogger; with `schemas` of its events. */
  merged?: boolean
  /** TRACE_EVENT_INFO and, behind a GUID, EVENT_MAP_INFO: made by schema.ts. */
  schemas?: Uint8Array[]
  maps?: Uint8Array[]
  kernel?: KernelRecord[]
  /** Records as they are, on the first processor. */
  raw?: { microseconds: number; bytes: (time: bigint) => Uint8Array }[]
  processors?: number
  bufferBytes?: number
  build?: number
  /** 1 performance counter, 2 system time, 3 processor cycles. */
  clock?: 1 | 2 | 3
  frequency?: bigint
  megahertz?: number
  pointerBytes?: 4 | 8
  mode?: number
  eventsLost?: number
  /** False for a file that is still being written. */
  closed?: boolean
  /** Raw time of the log's first record. */
  anchor?: bigint
  sessionName?: string
  fileName?: string
}

/** The state of the first buffer is the number of the compression. */
const COMPRESSIONS = {
  lznt1: { number: 2, compress: compressLznt1 },
  xpress: { number: 3, compress: compressXpress },
  huffman: { number: 4, compress: compressHuffman },
}
const MODE_CIRCULAR = 2
const MODE_RELOGGED = 0x10000
const MODE_COMPRESSED = 0x4000000

/** The trace as a file. Records may come in any order; each processor's lie in the order of time. */
export function etl(records: readonly TraceRecord[], options: TraceOptions = {}): Uint8Array<ArrayBuffer> {
  return new TraceFile(records, options).bytes()
}

class TraceFile {
  readonly #start: number
  readonly #frequency: bigint
  readonly #anchor: bigint

  constructor(
    private readonly records: readonly TraceRecord[],
    private readonly options: TraceOptions,
  ) {
    this.#start = Math.min(...records.map(({ microseconds }) => microseconds), ...this.#kernelTimes()) - 1000
    if (!Number.isFinite(this.#start)) this.#start = 0
    const { clock = 1, frequency = 10_000_000n, megahertz = 2400, anchor } = options
    this.#frequency = clock === 3 ? BigInt(megahertz) * 1_000_000n : clock === 2 ? 10_000_000n : frequency
    this.#anchor = clock === 2 ? this.#fileTime(this.#start) : (anchor ?? 123_456_789_012n)
  }

  #kernelTimes(): number[] {
    return (this.options.kernel ?? []).map(({ microseconds }) => microseconds)
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const { processors = 2, bufferBytes = 65536, schemas = [], maps = [], kernel = [] } = this.options
    const perProcessor: { time: number; bytes: Uint8Array }[][] = Array.from({ length: processors }, () => [])
    for (const { microseconds, bytes } of this.options.raw ?? [])
      perProcessor[0]!.push({ time: microseconds, bytes: bytes(this.#raw(microseconds)) })
    for (const one of kernel) perProcessor[0]!.push({ time: one.microseconds, bytes: this.#kernel(one) })
    this.records.forEach((record, index) => {
      const processor = (record.processor ?? index) % processors
      perProcessor[processor]!.push({ time: record.microseconds, bytes: this.#event(record) })
    })
    const buffers: { processor: number; records: Uint8Array[] }[] = []
    perProcessor.forEach((list, processor) => {
      list.sort((a, b) => a.time - b.time)
      let open: Uint8Array[] = []
      let used = BUFFER_HEADER
      for (const { bytes } of list) {
        if (used + bytes.length > bufferBytes && open.length > 0) {
          buffers.push({ processor, records: open })
          open = []
          used = BUFFER_HEADER
        }
        open.push(bytes)
        used += bytes.length
      }
      if (open.length > 0) buffers.push({ processor, records: open })
    })
    const described = [
      ...schemas.map((schema) => this.#classic(SCHEMA_CLASS, 32, schema)),
      ...maps.map((map) => this.#classic(SCHEMA_CLASS, 33, map)),
    ]
    if (described.length > 0) buffers.push({ processor: 0, records: described })
    const { turnedBy = 0, unused = { buffers: 0, fill: 0 } } = this.options
    const written = buffers.map(({ processor, records }, index) => this.#buffer(0, processor, index + 1, records))
    return concatenate(
      this.#buffer(4, 0, 0, [this.#logHeader(buffers.length + 1)]),
      ...written.slice(turnedBy),
      ...written.slice(0, turnedBy),
      new Uint8Array(unused.buffers * bufferBytes).fill(unused.fill),
    )
  }

  #buffer(type: number, processor: number, sequence: number, records: Uint8Array[]): Uint8Array<ArrayBuffer> {
    const { compressed = false, compression = 'xpress', bufferBytes = 65536, lossMarks = false } = this.options
    const body = concatenate(...records)
    const filled = BUFFER_HEADER + body.length
    const isPacked = compressed && type !== 4
    const stored = isPacked ? COMPRESSIONS[compression].compress(body) : body
    const size = isPacked ? BUFFER_HEADER + stored.length : compressed ? 1024 : Math.max(bufferBytes, filled)
    const out = new ByteWriter().u32(size).u32(filled).u32(filled).u32(0)
    out.u64(0n).u64(BigInt(sequence)).u64(0n).u16(processor).u16(0)
    out.u32(compressed ? COMPRESSIONS[compression].number : this.options.merged ? 0 : 3).u32(filled)
    out
      .u16(0x20 | (isPacked ? 0x40 : 0) | (lossMarks && type !== 4 ? 2 : 0))
      .u16(type)
      .fill(BUFFER_HEADER - 56)
    out.bytes(stored)
    return isPacked ? out.take() : out.fill(size - out.length, 0xff).take()
  }

  #logHeader(buffers: number): Uint8Array {
    const { options } = this
    const { bufferBytes = 65536, build = 20348, processors = 2, clock = 1, megahertz = 2400 } = options
    const { pointerBytes = 8, closed = true, merged = false, compressed = false, eventsLost = 0 } = options
    const mode = options.mode ?? (merged ? MODE_RELOGGED : MODE_CIRCULAR)
    const body = new ByteWriter()
      .u32(bufferBytes)
      .u8(10)
      .u8(0)
      .u8(compressed ? 2 : 1)
      .u8(compressed ? 0 : 5)
    body
      .u32(build)
      .u32(processors)
      .u64(closed ? this.#fileTime(this.#start + 60_000_000) : 0n)
    body
      .u32(156250)
      .u32(512)
      .u32(mode | (compressed ? MODE_COMPRESSED : 0))
      .u32(closed ? buffers : 0)
    body
      .u32(1)
      .u32(pointerBytes)
      .u32(eventsLost)
      .u32(megahertz)
      .fill(2 * pointerBytes)
    body.u32(0).fill(168).align(8)
    body
      .u64(0n)
      .u64(this.#frequency)
      .u64(this.#fileTime(this.#start))
      .u32(clock)
      .u32(options.buffersLost ?? 0)
    body.bytes(utf16(`${options.sessionName ?? (merged ? 'Relogger' : 'NetTrace')}\0`))
    body.bytes(utf16(`${options.fileName ?? 'C:\\trace.etl'}\0`))
    return this.#system(body.take(), 0, 2, this.#anchor)
  }

  #system(data: Uint8Array, hook: number, version: number, time: bigint): Uint8Array {
    const type = this.options.pointerBytes === 4 ? 1 : 2
    const out = new ByteWriter()
      .u16(version)
      .u8(type)
      .u8(0xc0)
      .u16(SYSTEM_HEADER + data.length)
      .u16(hook)
    return out.u32(4).u32(8).u64(time).u64(0n).bytes(data).align(8).take()
  }

  #kernel({ hook, version = 4, data, microseconds }: KernelRecord): Uint8Array {
    return this.#system(data, hook, version, this.#raw(microseconds))
  }

  #event(record: TraceRecord): Uint8Array {
    const { items = [], data, activity = NO_ACTIVITY } = record
    const extended = new ByteWriter()
    items.forEach((item, index) => {
      const size = (8 + item.data.length + 7) & ~7
      extended
        .u16(size)
        .u16(item.type)
        .u16(index < items.length - 1 ? 1 : 0)
        .u16(item.data.length)
      extended.bytes(item.data).align(8)
    })
    const size = EVENT_HEADER + extended.length + data.length
    const out = new ByteWriter()
      .u16(size)
      .u8(record.is32Bit ? 18 : 19)
      .u8(0xc0)
      .u16((items.length > 0 ? 1 : 0) | (record.headerFlags ?? 0))
      .u16(0)
    out
      .u32(record.threadId ?? 1000)
      .u32(record.processId ?? 4)
      .u64(this.#raw(record.microseconds))
      .uuid(record.provider)
    out
      .u16(record.id)
      .u8(record.version ?? 0)
      .u8(0)
      .u8(record.level ?? 4)
      .u8(record.opcode ?? 0)
      .u16(0)
    out
      .u64(record.keyword ?? 0n)
      .u64(0n)
      .uuid(activity)
    return out.bytes(extended.take()).bytes(data).align(8).take()
  }

  #classic(guid: string, type: number, data: Uint8Array): Uint8Array {
    const out = new ByteWriter()
      .u16(CLASSIC_HEADER + data.length)
      .u8(20)
      .u8(0xc0)
      .u8(type)
      .u8(0)
      .u16(0)
    out.u32(0).u32(0).u64(this.#anchor).uuid(guid).u64(0n)
    return out.bytes(data).align(8).take()
  }

  #raw(microseconds: number): bigint {
    const units = this.#fileTime(microseconds) - this.#fileTime(this.#start)
    return this.#anchor + (units * this.#frequency) / 10_000_000n
  }

  #fileTime(microseconds: number): bigint {
    return BigInt(Math.round(microseconds * 10)) + EPOCH
  }
}
