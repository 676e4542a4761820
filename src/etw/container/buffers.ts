// The buffers of an event trace: a header of 72 bytes each (WMI_BUFFER_HEADER), then records, packed or plain.
import type { FileBytes } from './file-bytes'
import { BUFFER_HEADER_BYTES, type LogHeader } from './log-header'
import { inflateLznt1 } from './lznt1'
import { Records } from './records'
import { inflateXpress, inflateXpressHuffman } from './xpress'

// WMI_BUFFER_HEADER.
const STORED = 0
const SAVED = 4
const SEQUENCE = 24
const PROCESSOR = 40
const FILLED = 48
const FLAGS = 52
const TYPE = 54

const enum BufferFlag {
  EventsLost = 2,
  BufferLost = 4,
  WideProcessor = 0x20,
  Compressed = 0x40,
}

/** pktmon's buffers inflate to 16 MiB; a larger one was made to grow. */
const MAX_BUFFER_BYTES = 64 << 20
/** Buffers that inflate to more than so many times the file, and beyond so many bytes, were made to grow. */
const MAX_GROWTH = 400
const ALWAYS_ALLOWED_BYTES = 1 << 30
const MAX_BUFFERS = 1 << 20
/** Enough of most buffers to find the time of the first record. */
const FIRST_RECORD_BYTES = 512

const LZNT1 = 2
const XPRESS_HUFFMAN = 4

/** One buffer of the file. */
export interface Buffer {
  /** Place in the file, and bytes there with the header. */
  at: number
  stored: number
  /** Bytes with the header when inflated, and how many of them records fill. */
  bytes: number
  processor: number
  sequence: number
  flags: number
  isCompressed: boolean
  /** Ticks of its first record that has a time; 0 where none has. */
  ticks: number
}

export interface Buffers {
  list: Buffer[]
  /** Sentences on what is wrong with the file. */
  notes: string[]
  /** Buffers that say that events or whole buffers before them were lost. */
  lossMarks: number
}

/** Finds all buffers of the file by their headers. */
export async function indexBuffers(file: FileBytes, header: LogHeader): Promise<Buffers> {
  const list: Buffer[] = []
  const notes: string[] = []
  let lossMarks = 0
  let inflated = 0
  let empty = 0
  let at = 0
  while (at + BUFFER_HEADER_BYTES <= file.size) {
    const head = await file.read(at, BUFFER_HEADER_BYTES)
    const buffer = readHeader(head, at, header)
    if (!buffer || at + BUFFER_HEADER_BYTES > file.size) {
      // A circular file that never filled has unused places; plain buffers all have one size, so the next one is found.
      const step = header.compression ? 0 : header.bufferBytes
      if (step < BUFFER_HEADER_BYTES) {
        notes.push(`The trace is broken after ${at} bytes: the rest was not read.`)
        break
      }
      empty++
      at += step
      continue
    }
    if (at + buffer.stored > file.size)
      notes.push(`The trace ends within a buffer, ${file.size - at} bytes from the end.`)
    if (buffer.bytes > MAX_BUFFER_BYTES) {
      notes.push(`A buffer at byte ${at} claims to hold ${buffer.bytes} bytes and was left out.`)
    } else {
      inflated += buffer.bytes
      if (inflated > ALWAYS_ALLOWED_BYTES && inflated > MAX_GROWTH * file.size) {
        notes.push(
          `The trace inflates to more than ${MAX_GROWTH} times its size; only its first ${at} bytes were read.`,
        )
        break
      }
      if (buffer.flags & (BufferFlag.EventsLost | BufferFlag.BufferLost)) lossMarks++
      // While the piece of the file is in memory that its header lies in.
      buffer.ticks = await firstTicks(file, header, buffer)
      list.push(buffer)
    }
    if (list.length >= MAX_BUFFERS) {
      notes.push(`The trace has more than ${MAX_BUFFERS} buffers; the rest was not read.`)
      break
    }
    at += buffer.stored
  }
  if (empty > 0 && list.length > 0 && !header.isCircular)
    notes.push(`${empty} buffers of the trace are unused or broken and were skipped.`)
  return { list, notes, lossMarks }
}

function readHeader(head: Uint8Array, at: number, header: LogHeader): Buffer | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const stored = view.getUint32(STORED, true)
  const saved = view.getUint32(SAVED, true)
  const filled = view.getUint32(FILLED, true)
  const flags = view.getUint16(FLAGS, true)
  const isCompressed = header.compression !== 0 && (flags & BufferFlag.Compressed) !== 0
  if (stored < BUFFER_HEADER_BYTES || stored === 0xffffffff || view.getUint16(TYPE, true) > 15) return undefined
  const wide = view.getUint16(PROCESSOR, true)
  // The filled length is the documented one; the header buffer of merged files hides a record between the two.
  const claimed = Math.max(saved, filled)
  if (!isCompressed && claimed === 0xffffffff) return undefined
  return {
    at,
    stored,
    bytes: isCompressed ? claimed : Math.min(stored, claimed || stored),
    processor: flags & BufferFlag.WideProcessor ? wide : wide & 0xff,
    sequence: view.getUint32(SEQUENCE, true) + view.getInt32(SEQUENCE + 4, true) * 0x1_0000_0000,
    flags,
    isCompressed,
    ticks: 0,
  }
}

async function firstTicks(file: FileBytes, header: LogHeader, buffer: Buffer): Promise<number> {
  for (const limit of [FIRST_RECORD_BYTES, buffer.bytes]) {
    const bytes = await readBuffer(file, buffer, header, limit)
    const ticks = new Records(bytes, BUFFER_HEADER_BYTES, header.clock, true).peekTicks()
    if (ticks !== undefined) return ticks
  }
  return 0
}

/** A buffer's bytes, inflated, its header included; at most `limit` of them. */
export async function readBuffer(
  file: FileBytes,
  buffer: Buffer,
  header: LogHeader,
  limit = buffer.bytes,
): Promise<Uint8Array> {
  const length = Math.min(buffer.bytes, limit)
  if (!buffer.isCompressed) return file.read(buffer.at, length)
  const stored = await file.read(buffer.at, buffer.stored)
  const output = new Uint8Array(Math.max(length, BUFFER_HEADER_BYTES))
  output.set(stored.subarray(0, BUFFER_HEADER_BYTES))
  const written = inflaterOf(header.compression)(
    stored.subarray(BUFFER_HEADER_BYTES),
    output.subarray(BUFFER_HEADER_BYTES),
  )
  return output.subarray(0, BUFFER_HEADER_BYTES + written)
}

function inflaterOf(compression: number): (input: Uint8Array, output: Uint8Array) => number {
  if (compression === LZNT1) return inflateLznt1
  return compression === XPRESS_HUFFMAN ? inflateXpressHuffman : inflateXpress
}
