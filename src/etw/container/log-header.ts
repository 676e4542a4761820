// The first record of an event trace: TRACE_LOGFILE_HEADER (evntrace.h) behind a system header, in the first buffer.
import { BUFFER_HEADER_BYTES, isEventTrace } from './recognise'

export { BUFFER_HEADER_BYTES }

const SYSTEM_HEADER_BYTES = 32
/** Enough of the file to recognise it and to read the log header with its names. */
export const HEAD_BYTES = 4096

/** TRACE_LOGFILE_HEADER.LogFileMode. */
const MODE_CIRCULAR = 0x2
const MODE_RELOGGED = 0x10000
const MODE_COMPRESSED = 0x4000000

/** Time stamps: TRACE_LOGFILE_HEADER.ReservedFlags. */
enum Clock {
  PerformanceCounter = 1,
  SystemTime,
  CpuCycles,
}

/** From 1601, where FILETIME begins, to 1970, in units of 100 ns. */
const EPOCH = 116444736000000000n
const UNITS_PER_SECOND = 10_000_000
/** Above it a product with UNITS_PER_SECOND is not exact in a double. */
const MAX_EXACT_FREQUENCY = 9e8

export interface LogHeader {
  bufferBytes: number
  /** Operating system, as "10.0". */
  version: string
  build: number
  processors: number
  pointerBytes: 4 | 8
  eventsLost: number
  buffersLost: number
  buffersWritten: number
  /** False where the trace was never stopped cleanly. */
  isClosed: boolean
  isMerged: boolean
  isCircular: boolean
  /** The compression algorithm of the buffers (COMPRESSION_FORMAT_*): 2 LZNT1, 3 XPRESS, 4 XPRESS Huffman; 0 for none. */
  compression: number
  sessionName: string
  fileName: string
  clock: TraceClock
}

/** Reads the log header from the file's first bytes; undefined where they do not hold one whole. */
export function readLogHeader(head: Uint8Array): LogHeader | undefined {
  if (!isEventTrace(head)) return undefined
  const view = viewOf(head)
  const record = BUFFER_HEADER_BYTES
  const body = record + SYSTEM_HEADER_BYTES
  // Two pointers (logger name, log file name) lie in the middle: 4 or 8 bytes each.
  if (head.length < body + 0x118) return undefined
  const pointerBytes = view.getUint32(body + 44, true) === 4 ? 4 : 8
  const afterPointers = body + 56 + 2 * pointerBytes
  const boot = align8(afterPointers + 172 - body) + body
  const mode = view.getUint32(body + 32, true)
  const state = view.getUint32(44, true) & 0xffff
  const end = Math.min(head.length, record + view.getUint16(record + 4, true))
  const [sessionName, namesAt] = utf16(head, boot + 32, end)
  const [fileName] = utf16(head, namesAt, end)
  return {
    bufferBytes: view.getUint32(body, true),
    version: `${view.getUint8(body + 4)}.${view.getUint8(body + 5)}`,
    build: view.getUint32(body + 8, true),
    processors: view.getUint32(body + 12, true),
    pointerBytes,
    eventsLost: view.getUint32(body + 48, true),
    buffersLost: view.getUint32(boot + 28, true),
    buffersWritten: view.getUint32(body + 36, true),
    isClosed: view.getBigInt64(body + 16, true) !== 0n,
    isMerged: (mode & MODE_RELOGGED) !== 0,
    isCircular: (mode & MODE_CIRCULAR) !== 0,
    compression: mode & MODE_COMPRESSED ? state || 3 : 0,
    sessionName,
    fileName,
    clock: new TraceClock(
      view.getUint32(boot + 24, true),
      view.getBigInt64(record + 16, true),
      view.getBigInt64(boot + 16, true),
      view.getBigUint64(boot + 8, true),
      view.getUint32(body + 52, true),
    ),
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function align8(offset: number): number {
  return (offset + 7) & ~7
}

/** A UTF-16 text that ends with a zero, and where the next one begins. */
function utf16(bytes: Uint8Array, at: number, end: number): [text: string, next: number] {
  let text = ''
  for (; at + 2 <= end; at += 2) {
    const unit = bytes[at]! | (bytes[at + 1]! << 8)
    if (unit === 0) return [text, at + 2]
    text += String.fromCharCode(unit)
  }
  return [text, at]
}

/** Turns raw time stamps into UTC. */
export class TraceClock {
  readonly #anchorLow: number
  readonly #anchorHigh: number
  /** UTC of the anchor: seconds since 1970, and the rest in units of 100 ns. */
  readonly #seconds: number
  readonly #rest: number
  readonly frequency: number

  /** `anchor` is the raw time of the log header, `start` the same moment as FILETIME, `megahertz` the processor's clock. */
  constructor(
    readonly kind: number,
    anchor: bigint,
    start: bigint,
    frequency: bigint,
    megahertz: number,
  ) {
    const isSystemTime = kind === (Clock.SystemTime as number)
    if (isSystemTime) this.frequency = UNITS_PER_SECOND
    else if (kind === (Clock.CpuCycles as number) && megahertz > 0) this.frequency = megahertz * 1e6
    else this.frequency = frequency > 0n && frequency < 1n << 53n ? Number(frequency) : UNITS_PER_SECOND
    const zero = isSystemTime ? anchor : start
    const units = zero - EPOCH
    const perSecond = BigInt(UNITS_PER_SECOND)
    const rest = ((units % perSecond) + perSecond) % perSecond
    this.#rest = Number(rest)
    this.#seconds = Number((units - rest) / perSecond)
    this.#anchorLow = Number(BigInt.asUintN(32, anchor))
    this.#anchorHigh = Number(anchor >> 32n)
  }

  /** Ticks since the anchor of a raw time stamp in two halves; exact up to 2^53. */
  ticks(low: number, high: number): number {
    return (high - this.#anchorHigh) * 0x1_0000_0000 + (low - this.#anchorLow)
  }

  /** How many ticks are `milliseconds`. */
  ticksOf(milliseconds: number): number {
    return (this.frequency * milliseconds) / 1000
  }

  /** Units of 100 ns since 1970, of ticks since the anchor, as whole seconds and the rest. */
  utc(ticks: number): { seconds: number; units: number } {
    const whole = Math.floor(ticks / this.frequency)
    const fraction = ticks - whole * this.frequency
    const units = this.#rest + this.#unitsOf(fraction)
    const carried = Math.floor(units / UNITS_PER_SECOND)
    return { seconds: this.#seconds + whole + carried, units: units - carried * UNITS_PER_SECOND }
  }

  #unitsOf(fraction: number): number {
    if (this.frequency === UNITS_PER_SECOND) return fraction
    if (this.frequency <= MAX_EXACT_FREQUENCY) return Math.floor((fraction * UNITS_PER_SECOND) / this.frequency)
    return Number((BigInt(Math.floor(fraction)) * BigInt(UNITS_PER_SECOND)) / BigInt(Math.floor(this.frequency)))
  }
}
