// A file on its way through the analysis, by Node: unpacked or converted where it has to be.
import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { TraceConversion } from '../../etw/frames/convert'
import type { RandomAccess } from '../../etw/container/file-bytes'
import { readCabinet } from '../../etw/container/cabinet'
import type { MachineReport } from '../../etw/report/model'
import { isCabinetHead, isEventTrace, TRACE_HEAD_BYTES } from '../../etw/container/recognise'
import type { Secrets } from '../../unseal/secrets/secrets'
import { Analysis } from '../read/analysis'
import { type Packing, packingOf } from '../read/packing'
import { Unpacking } from '../read/unpack'
import { unsupportedFile } from '../read/unsupported-file'

const READ_BYTES = 4 << 20
const HEAD_BYTES = 512
const wasmFile = new URL('../../../asm/build/release.wasm', import.meta.url)

/** Why a file was not read, in a sentence. */
export class Refused extends Error {}

export interface ReadFile {
  analysis: Analysis
  isTrace: boolean
  /** The capture's bytes are those of the file, so that they can be read again. */
  isPlain: boolean
  /** Bytes of the file as it lies on disk. */
  bytes: number
  /** What is wrong with a trace, in a sentence. */
  note: string | undefined
  /** The capture's bytes in pieces; only those of a trace are gathered, and only where it was asked for. */
  pieces: Uint8Array[]
}

/** Reads and analyses a file; '-' is standard input. `secrets` open what is sealed; `gathers` keeps what a trace was converted to. */
export async function analyse(file: string, secrets?: Secrets, gathers = false): Promise<ReadFile> {
  const analysis = await Analysis.start(await WebAssembly.compile(await readFile(wasmFile)), secrets)
  if (file !== '-') {
    const handle = await open(file)
    try {
      const { size } = await handle.stat()
      const read = async (at: number, length: number) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - at)))
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, at)
        return bytes.subarray(0, bytesRead)
      }
      const head = (await stat(file)).isFile() ? await read(0, TRACE_HEAD_BYTES) : new Uint8Array(0)
      if (isEventTrace(head)) return await convert(analysis, { size, read }, gathers)
      if (isCabinetHead(head)) return await cabinet(analysis, { size, read }, gathers)
    } finally {
      await handle.close()
    }
  }
  return stream(analysis, file, gathers)
}

/** Reads the trace in a cabinet. */
async function cabinet(analysis: Analysis, input: RandomAccess, gathers: boolean): Promise<ReadFile> {
  const parts: Uint8Array[] = []
  const { hasTrace, report, note } = await readCabinet(input, (piece) => parts.push(piece))
  if (!hasTrace) throw new Refused(note)
  const found = await convert(analysis, accessTo(parts), gathers, report)
  return { ...found, bytes: input.size, note: [note, found.note].filter((one) => one !== undefined).join(' ') }
}

function accessTo(parts: Uint8Array[]): RandomAccess {
  const all = Buffer.concat(parts)
  return { size: all.length, read: (at, length) => Promise.resolve(new Uint8Array(all.subarray(at, at + length))) }
}

/** Feeds an event trace as the capture that is made of it. */
async function convert(
  analysis: Analysis,
  input: RandomAccess,
  gathers: boolean,
  report?: MachineReport,
): Promise<ReadFile> {
  const conversion = new TraceConversion(input, report)
  const pieces: Uint8Array[] = []
  for await (const piece of conversion.stream()) {
    analysis.feed(piece)
    if (gathers) pieces.push(piece)
  }
  analysis.end()
  await analysis.readEvents()
  if (!analysis.isCapture) throw new Refused(conversion.note ?? 'The event trace holds nothing that can be read.')
  return { analysis, isTrace: true, isPlain: false, bytes: input.size, note: conversion.note, pieces }
}

async function stream(analysis: Analysis, file: string, gathers: boolean): Promise<ReadFile> {
  const input = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: READ_BYTES })
  let isFirst = true
  let size = 0
  let head: Uint8Array = new Uint8Array(0)
  let packing: Packing | undefined
  let unpacking: Unpacking | undefined
  /** All of standard input where it is a trace: a trace is not read in order. */
  let trace: Uint8Array[] | undefined
  /** The same of a trace that comes out of a packed file. */
  let packedTrace: Uint8Array[] | undefined
  const feed = (piece: Uint8Array) => {
    if (head.length === 0 && isEventTrace(piece)) packedTrace = []
    if (packedTrace) {
      packedTrace.push(piece.slice())
      return
    }
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, piece.subarray(0, HEAD_BYTES - head.length)])
    analysis.feed(piece)
  }
  for await (const bytes of input as AsyncIterable<Uint8Array>) {
    size += bytes.length
    if (isFirst && !trace && isEventTrace(bytes)) trace = []
    if (trace) {
      trace.push(bytes)
      continue
    }
    if (isFirst) packing = packingOf(bytes)
    if (isFirst) unpacking = packing && new Unpacking(packing)
    isFirst = false
    for (const piece of unpacking?.feed(bytes, false) ?? [bytes]) feed(piece)
    if (!analysis.isCapture && head.length === HEAD_BYTES) break
  }
  if (trace) {
    return convert(analysis, accessTo(trace), gathers)
  }
  for (const piece of unpacking?.feed(new Uint8Array(0), true) ?? []) feed(piece)
  if (packedTrace) return convert(analysis, accessTo(packedTrace), gathers)
  analysis.end()
  const isPlain = file !== '-' && !packing
  if (analysis.isCapture) return { analysis, isTrace: false, isPlain, bytes: size, note: unpacking?.note, pieces: [] }
  if (unpacking?.note !== undefined && head.length === 0) throw new Refused(unpacking.note)
  throw new Refused(unsupportedFile(head, file, analysis.parser.format, packing).refused)
}
