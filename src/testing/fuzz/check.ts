// What must hold for every capture, however broken. Each check throws a Failure that says what does not.
import { createHash } from 'node:crypto'
import { Tables } from '../../../asm/layout'
import { takeSnapshot } from '../../capture/snapshot'
import { AddressBook } from '../../export/redact/addresses'
import { NameBook } from '../../export/redact/names'
import { subCapture } from '../../export/sub-capture'
import { Analysis } from '../../engine/read/analysis'
import { Redactor } from '../../engine/query/export/redacting'
import { sourceOf } from '../../engine/read/source'
import { WindowReader } from '../../engine/read/window-reader'
import { opened } from '../../engine/worker/opened'
import { OpenCapture } from '../../engine/worker/open-capture'
import type { Finding } from '../../diagnosis/finding'
import type { Names } from '../../names/names'
import { recordsOf } from './records'

/** What a check found wrong; `what` groups failures of one cause. */
export class Failure extends Error {
  constructor(
    readonly what: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

export interface Checks {
  module: WebAssembly.Module
  names: Names
}

/** How much of a capture is looked at: always the parser and the rules; `views` all that the page can ask; `exports` files written and read again. */
export interface Depth {
  views: boolean
  exports: boolean
}

/** Processor time that no mutant takes: what it waits for on a busy machine does not count. */
const MAX_MILLISECONDS = 5000
/** Memory of the parser beyond what it starts with, by byte of the file, and in any case. */
const MAX_MEMORY_BYTES = 300 << 20
const FRAMES_LOOKED_AT = 40
/** Names that are looked for in a redacted file: no shorter ones, which stand anywhere by chance. */
const SHORTEST_NAME = 6

/** Runs everything over one capture. Throws a Failure. */
export async function check(file: Uint8Array<ArrayBuffer>, { module, names }: Checks, depth: Depth): Promise<void> {
  const started = process.cpuUsage()
  const analysis = await guarded('exception', () => analysed(file, module))
  const findings = await guarded('exception', () => analysis.diagnose(names))
  noBrokenRule(findings)
  sameCount(file, analysis)
  const { byteLength } = analysis.parser.memory.buffer
  if (byteLength > MAX_MEMORY_BYTES) throw new Failure('memory', `${byteLength} bytes of memory for ${file.length}`)
  if (depth.views || depth.exports) {
    const open = await openOf(file, analysis, names, findings)
    if (depth.views) {
      await guarded('exception', () => views(open))
      await sameAgain(file, analysis, findings, { module, names })
    }
    if (depth.exports) await exportsHold(open, { module, names })
  }
  const { user, system } = process.cpuUsage(started)
  const took = (user + system) / 1000
  if (took > MAX_MILLISECONDS) throw new Failure('slow', `took ${took.toFixed(0)} ms`)
}

async function guarded<T>(what: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Failure) throw error
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    const place = /\((?:file:\/\/)?[^)]*\/((?:src|asm)\/[^)]*)\)/.exec(stack)?.[1] ?? ''
    const kind = error instanceof WebAssembly.RuntimeError ? 'trap' : what
    throw new Failure(`${kind} ${place}`, message, { cause: error })
  }
}

async function analysed(
  file: Uint8Array,
  module: WebAssembly.Module,
  pieceBytes = file.length || 1,
): Promise<Analysis> {
  const analysis = await Analysis.start(module)
  for (let at = 0; at < file.length; at += pieceBytes) analysis.feed(file.subarray(at, at + pieceBytes))
  analysis.end()
  return analysis
}

function noBrokenRule(findings: readonly Finding[]): void {
  const broken = findings.find(({ title }) => title === 'One check failed on this capture')
  if (broken) throw new Failure(`exception ${broken.rule}`, broken.explanation)
}

function sameCount(file: Uint8Array, { capture }: Analysis): void {
  const { isPlain, frames, kind } = recordsOf(file)
  if (kind === 'pcap' && isPlain && capture.frames.rows !== frames)
    throw new Failure('count', `${capture.frames.rows} frames where the file has ${frames} records`)
}

async function openOf(
  file: Uint8Array<ArrayBuffer>,
  analysis: Analysis,
  names: Names,
  findings: Finding[],
): Promise<OpenCapture> {
  const source = await sourceOf(new Blob([file]))
  const open = new OpenCapture(analysis.capture, analysis.parser.source, source, analysis.parser)
  return Object.assign(open, { conversation: analysis.conversation, names, findings, format: analysis.parser.format })
}

/** All that the page asks. */
async function views(open: OpenCapture): Promise<void> {
  const { capture, conversation } = open
  structuredClone(opened(open, 0))
  open.frameInfos(Array.from({ length: capture.frames.rows }, (_, row) => row))
  open.callRows(Uint32Array.from({ length: conversation!.calls.rows }, (_, call) => call))
  open.connectionRows()
  await open.ladder()
  await open.metNames()
  await open.timeline(100)
  await open.methodStatistics()
  const step = Math.max(1, Math.floor(capture.frames.rows / FRAMES_LOOKED_AT))
  for (let row = 0; row < capture.frames.rows; row += step) await open.detail(row)
}

/** The same bytes in pieces, under another seed, give the same. */
async function sameAgain(
  file: Uint8Array,
  first: Analysis,
  findings: readonly Finding[],
  { module, names }: Checks,
): Promise<void> {
  const again = await analysed(file, module, 1 + (file.length % 997))
  const [one, other] = [digests(first), digests(again)]
  const differs = Object.keys(one).filter((table) => one[table] !== other[table])
  if (differs.length > 0) throw new Failure('difference', `tables differ between runs: ${differs.join(', ')}`)
  if (JSON.stringify(await again.diagnose(names)) !== JSON.stringify(findings))
    throw new Failure('difference', 'findings differ between runs')
}

function digests({ parser }: Analysis): Record<string, string> {
  const { tables, chunks } = takeSnapshot(parser.source)
  const hash = (pieces: Iterable<Uint8Array | Uint32Array>) => {
    const digest = createHash('sha256')
    for (const piece of pieces) digest.update(piece)
    return digest.digest('hex')
  }
  const all = tables.map(({ pages }, table) => [Tables[table]!, hash(pages)] as const)
  return { ...Object.fromEntries(all), kept: hash(chunks.map(({ bytes }) => bytes)) }
}

/** What is exported reads as it was, and what is redacted holds no name that was known. */
async function exportsHold(open: OpenCapture, { module, names }: Checks): Promise<void> {
  const { capture, file } = open
  const rows = Array.from({ length: capture.frames.rows }, (_, row) => row)
  const reader = new WindowReader(capture, file)
  const exported = await guarded('exception', () =>
    whole(subCapture(capture, { rows, bytes: (row) => reader.frame(row), comment: 'all' })),
  )
  const read = await guarded('exception', () => analysed(exported, module))
  if (read.capture.frames.rows !== rows.length)
    throw new Failure('export', `${read.capture.frames.rows} of ${rows.length} frames after export`)
  const redacted = await guarded('exception', async () => {
    const redactor = await Redactor.over(open, rows)
    return whole(subCapture(capture, { rows, bytes: (row) => redactor.frame(row), comment: '', bare: true }))
  })
  const copy = await guarded('exception', () => analysed(redacted, module))
  if (copy.capture.frames.rows !== rows.length)
    throw new Failure('redaction', `${copy.capture.frames.rows} of ${rows.length} frames after redaction`)
  await guarded('exception', () => copy.diagnose(names))
  const left = namesIn(open).find((name) => holds(redacted, name))
  if (left !== undefined) throw new Failure('redaction', `the name ${JSON.stringify(left)} is still there`)
}

/** Users, domains and machines that logons name. */
function namesIn({ conversation }: OpenCapture): string[] {
  const logons = conversation!.connections.flatMap(({ security }) => security)
  const texts = [...logons, ...conversation!.smbLogons].flatMap(({ user, domain, workstation, target }) => [
    user,
    domain,
    workstation,
    target?.dnsComputer,
    target?.netbiosComputer,
  ])
  const labels = texts.flatMap((text) => text?.match(/[\p{L}\p{N}]+/gu) ?? [])
  // Names that every network has stay.
  const book = new NameBook(new AddressBook())
  return [...new Set(labels)].filter(
    (name) =>
      book.label(name) !== name &&
      name.length >= SHORTEST_NAME &&
      /^[\w]*[a-z][\w]*$/i.test(name) &&
      !/^name\d/i.test(name),
  )
}

function holds(bytes: Uint8Array, name: string): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return buffer.includes(Buffer.from(name, 'latin1')) || buffer.includes(Buffer.from(name, 'utf16le'))
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  for await (const piece of pieces) parts.push(piece)
  return new Uint8Array(Buffer.concat(parts))
}
