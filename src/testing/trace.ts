// Event traces on their way through the engine, for tests: as the capture that is made of them, and as an analysis.
import { readFileSync } from 'node:fs'
import { Analysis } from '../engine/read/analysis'
import type { MachineReport } from '../etw/report/model'
import { TraceConversion } from '../etw/frames/convert'

const module = new WebAssembly.Module(readFileSync(new URL('../../asm/build/release.wasm', import.meta.url)))

/** The capture that a trace becomes, and what is wrong with the trace. */
export async function converted(
  trace: Uint8Array<ArrayBuffer>,
  maxOpenBytes?: number,
  report?: MachineReport,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; note: string | undefined }> {
  const read = (at: number, length: number) => Promise.resolve(trace.slice(at, at + length))
  const conversion = new TraceConversion({ size: trace.length, read }, report, maxOpenBytes)
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of conversion.stream()) pieces.push(piece)
  return { bytes: new Uint8Array(Buffer.concat(pieces)), note: conversion.note }
}

/** The analysis of a trace. */
export async function analysed(
  trace: Uint8Array<ArrayBuffer>,
  maxOpenBytes?: number,
  report?: MachineReport,
): Promise<Analysis> {
  const analysis = await Analysis.start(module)
  analysis.feed((await converted(trace, maxOpenBytes, report)).bytes)
  analysis.end()
  await analysis.readEvents()
  return analysis
}
