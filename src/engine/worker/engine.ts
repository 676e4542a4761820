// The engine as the page meets it, in a worker: a door to pure functions. It holds the capture that is open; the page asks.
import { proxy, transfer } from 'comlink'
import { Paging, type Tables } from '../../../asm/layout'
import wasmUrl from '../../../asm/build/release.wasm?url'
import { Capture } from '../../capture/capture'
import { SnapshotSource, takeSnapshot } from '../../capture/snapshot'
import { type StoredResult, cacheResult, forgetResults, wholeResult } from '../../storage/results'
import { Analysis, conversationOf } from '../read/analysis'
import type {
  AboutCapture,
  AboutTrace,
  CallOrder,
  CallRow,
  Compared,
  ConnectionRow,
  ErrorHelp,
  ErrorMeaning,
  EventRow,
  ExportedFrames,
  FilterCompletion,
  FilterMistake,
  FrameChoice,
  FrameDetail,
  FrameInfo,
  FrameTime,
  MethodStatistics,
  NameRow,
  NoteOnFrame,
  Opened,
  Progress,
  RedactedFrames,
  Refusal,
  Refused,
  SecretInput,
  ReportTexts,
  Story,
  TableHandle,
  Timeline,
} from '../api'
import type { PageCopy } from '../page/copied-tables'
import { completeFinding } from '../../diagnosis/finding'
import { fingerprint } from '../read/fingerprint'
import type { Names } from '../../names/names'
import { namesFrom } from '../read/names-text'
import { NAMES_URLS } from './names-urls'
import { NoWebAssembly, part } from './part'
import { OpenCapture } from './open-capture'
import { opened } from './opened'
import { Parser } from '../read/parser'
import type { Secrets } from '../../unseal/secrets'
import type { HeldSecrets } from './held-secrets'
import { readAll, refusal, reporter } from '../read/reading'
import { frameTime } from '../query/rows'
import { MissingSource, type Source, sourceOf } from '../read/source'

/** So that the page's first questions are answered before a large result is copied. */
const CACHE_DELAY_MILLISECONDS = 300
const WARMING_RUNS = 8

// Compiled once, while the person still looks for the file. Whoever needs it hears why it cannot be had.
const module = compile(wasmUrl)
module.catch(() => undefined)
let names: Promise<Names> | undefined
let current: OpenCapture | undefined
/** Secrets in use; their code is fetched with the first. */
let secretsInUse: HeldSecrets | undefined
/** Counts readings with secrets begun and stopped. */
let unsealings = 0
/** A result that is about to be stored, or the last that was. */
let keeping: { key: string; store: () => Promise<unknown> } | undefined
/** Counts openings, so that warming up makes way for the first. */
let openings = 0
/** Counts comparisons begun and stopped. */
let comparisons = 0

/** Whether the page may look into this memory. WebKitGTK refuses to post it, isolated or not. */
function isShareable(memory: WebAssembly.Memory): boolean {
  const { port1 } = new MessageChannel()
  try {
    port1.postMessage(memory)
    return self.crossOriginIsolated
  } catch {
    return false
  } finally {
    port1.close()
  }
}

/** The folder that the page lies in: this file lies in its assets/. */
function siteUrl(): string {
  return new URL(import.meta.env.DEV ? '/' : '../../', import.meta.url).href
}

async function compile(url: string): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === 'undefined') throw new NoWebAssembly()
  const response = await part(url)
  try {
    return await WebAssembly.compileStreaming(response.clone())
  } catch {
    // A host that serves it under another type than application/wasm.
    return WebAssembly.compile(await response.arrayBuffer())
  }
}

/** Names are large: fetched when first needed. A failed fetch is tried again at the next need. */
function loadNames(): Promise<Names> {
  names ??= namesFrom(async (table) => (await part(NAMES_URLS[table])).text()).catch((error: unknown) => {
    names = undefined
    throw error
  })
  return names
}

function openCapture(): OpenCapture {
  if (!current) throw new Error('no capture is open')
  return current
}

/** The open capture without what secrets opened: what leaves the page is made of it. */
function asSent(): OpenCapture {
  const open = openCapture()
  return open.sealed ?? open
}

type Callbacks = [onProgress: (progress: Progress) => void, onTables: (handle: TableHandle) => Promise<void> | void]

/** How the page may read a capture's tables. */
function tablesOf(open: OpenCapture, parser: Parser | undefined): TableHandle {
  return parser && isShareable(parser.memory) && parser.source === open.source
    ? { kind: 'memory', memory: parser.memory, headers: parser.tables }
    : { kind: 'copies', frames: open.capture.frames.rows }
}

/** Lets go of what is open and of warming up: something is about to be opened. */
function makeWay(): void {
  openings++
  unsealings++
  current = undefined
  secretsInUse?.clear()
  void loadNames().catch(() => undefined) // needed at the end; on their way meanwhile
}

/** Opens a result that was stored; its file is read only where somebody looks. */
async function showStored(
  name: string,
  stored: StoredResult,
  source: Source,
  ...[onProgress, onTables]: Callbacks
): Promise<Opened> {
  const started = performance.now()
  makeWay()
  const snapshot = new SnapshotSource(stored.snapshot)
  const capture = new Capture(snapshot)
  const open = new OpenCapture(capture, snapshot, source, await Parser.over(await module))
  current = open
  open.name = name
  open.format = stored.format
  await onTables({ kind: 'copies', frames: capture.frames.rows })
  reporter({ capture }, source.size, onProgress)({ bytesRead: source.size, stage: 'diagnosing' })
  open.conversation = conversationOf(capture)
  open.names = await loadNames()
  open.findings = stored.findings.map(completeFinding)
  return opened(open, started)
}

/** Reads and diagnoses a file. The result is cached under the key, where one is given. */
async function read(
  source: Source,
  name: string,
  key: string | undefined,
  ...[onProgress, onTables]: Callbacks
): Promise<Opened | Refusal> {
  const started = performance.now()
  makeWay()
  const analysis = await Analysis.start(await module)
  const { parser } = analysis
  const open = new OpenCapture(analysis.capture, parser.source, source, parser)
  current = open
  open.name = name
  await onTables(
    isShareable(parser.memory)
      ? { kind: 'memory', memory: parser.memory, headers: parser.tables }
      : { kind: 'copies', frames: 0 },
  )
  const report = reporter(parser, source.size, onProgress)
  await readAll(source, analysis, (bytesRead) => report({ bytesRead, stage: 'reading' }))
  const bytesRead = source.consumed
  if (analysis.isCapture) report({ bytesRead, stage: 'diagnosing' })
  open.conversation = analysis.end()
  await analysis.readEvents()
  open.format = parser.format
  if (!analysis.isCapture) {
    current = undefined
    return refusal(source, name, parser.format)
  }
  open.names = await loadNames()
  open.findings = analysis.diagnose(open.names, (rulesRun, rules) =>
    report({ bytesRead, stage: 'diagnosing', rulesRun, rules }),
  )
  report({ bytesRead, stage: 'done' })
  // What was read of a file that became shorter meanwhile is not what the file holds.
  if (key && source.note === undefined) keep(key, open)
  return opened(open, started)
}

export const engine = {
  /** Reads and diagnoses a file; what was open before is let go. `onTables` is called as soon as rows can be read. */
  async open(
    file: Blob,
    name: string,
    options: { fresh?: boolean },
    onProgress: (progress: Progress) => void,
    onTables: (handle: TableHandle) => Promise<void> | void,
  ): Promise<Opened | Refusal> {
    makeWay()
    const source = await sourceOf(file)
    const key = source.packing ? undefined : await fingerprint(source, (file as Partial<File>).lastModified ?? 0)
    if (key && key === keeping?.key) await keeping.store()
    const stored = options.fresh || !key ? undefined : await wholeResult(key)
    const keyed = key === undefined ? {} : { key }
    if (stored) return { ...(await showStored(name, stored, source, onProgress, onTables)), ...keyed, cached: true }
    const result = await read(source, name, key, onProgress, onTables)
    return 'refused' in result ? result : { ...result, ...keyed }
  },

  /** Opens the result that is kept under a key, without the file's bytes; undefined where none is kept. */
  async openKept(key: string, name: string, bytes: number, ...callbacks: Callbacks): Promise<Opened | undefined> {
    makeWay()
    if (key === keeping?.key) await keeping.store()
    const stored = await wholeResult(key)
    if (!stored) return undefined
    return { ...(await showStored(name, stored, new MissingSource(bytes), ...callbacks)), key, cached: true }
  },

  /** What is open is let go, once its result is on its way to the cache. */
  letGo(): void {
    void keeping?.store()
    current = undefined
    secretsInUse?.clear()
  },

  /** Saved analyses. Behind a proxy of its own, as its code is loaded when first wanted. */
  async keeping() {
    const { keepingBehind } = await import('./saved-analyses')
    const readFile = async (file: Blob, name: string, ...callbacks: Callbacks) =>
      read(await sourceOf(file), name, undefined, ...callbacks)
    return proxy(keepingBehind({ current: () => current?.sealed ?? current, showStored, read: readFile }))
  },

  /** Reads another file and says how it differs from the open one, which stays open. Undefined when stopComparing() was called meanwhile. */
  async compareWith(
    file: Blob,
    name: string,
    onProgress: (progress: Progress) => void,
  ): Promise<Compared | Refusal | undefined> {
    const first = current
    if (!first?.conversation || !first.names) throw new Error('no capture is open')
    const turn = ++comparisons
    const source = await sourceOf(file)
    const analysis = await Analysis.start(await module)
    const report = reporter(analysis.parser, source.size, onProgress)
    await readAll(source, analysis, (bytesRead) => {
      report({ bytesRead, stage: 'reading' })
      return turn === comparisons
    })
    if (turn !== comparisons) return undefined
    report({ bytesRead: source.consumed, stage: 'diagnosing' })
    const conversation = analysis.end()
    if (!analysis.isCapture) return refusal(source, name, analysis.parser.format)
    const { names } = first
    const { compared } = await import('../query/calls/comparing')
    return compared(
      { capture: first.capture, conversation: first.conversation, names },
      { capture: analysis.capture, conversation, names },
      name,
    )
  },

  /** The second capture is not wanted any more: reading it ends with the piece under way. */
  stopComparing(): void {
    comparisons++
  },

  /**
   * Reads the open capture again with these secrets and those given before, while it stays as it is; then what was opened takes its
   * place. Undefined when stopUnsealing() was called meanwhile.
   */
  async unseal(
    added: SecretInput[],
    onProgress: (progress: Progress) => void,
    onTables: (handle: TableHandle) => Promise<void> | void,
  ): Promise<Opened | Refused | undefined> {
    const started = performance.now()
    const sealed = current?.sealed ?? openCapture()
    if (!sealed.file.blob || !sealed.names)
      return { refused: 'The capture’s bytes were not saved: choose its file first.' }
    const turn = ++unsealings
    let secrets: Secrets
    const { HeldSecrets } = await import('./held-secrets')
    try {
      secrets = (secretsInUse ??= new HeldSecrets()).add(added)
    } catch (error) {
      return { refused: `${error instanceof Error ? error.message : String(error)}.` }
    }
    const source = await sourceOf(sealed.file.blob)
    const analysis = await Analysis.start(await module, secrets)
    const report = reporter(analysis.parser, source.size, onProgress)
    await readAll(source, analysis, (bytesRead) => {
      report({ bytesRead, stage: 'reading' })
      return turn === unsealings
    })
    if (turn !== unsealings) return undefined
    const { parser, unsealing } = analysis
    const open = new OpenCapture(analysis.capture, parser.source, source, parser)
    Object.assign(open, { name: sealed.name, names: sealed.names, sealed, unsealing, format: parser.format })
    open.conversation = analysis.end()
    open.findings = analysis.diagnose(sealed.names, (rulesRun, rules) =>
      report({ bytesRead: source.consumed, stage: 'diagnosing', rulesRun, rules }),
    )
    current = open
    await onTables(tablesOf(open, parser))
    return opened(open, started)
  },

  /** The secrets are not wanted any more: reading with them ends with the piece under way. */
  stopUnsealing(): void {
    unsealings++
  },

  /** Forgets all secrets and what they opened: the capture is again as it was read without them. */
  async forgetSecrets(onTables: (handle: TableHandle) => Promise<void> | void): Promise<Opened> {
    const started = performance.now()
    unsealings++
    secretsInUse?.clear()
    const sealed = current?.sealed ?? openCapture()
    current = sealed
    await onTables(tablesOf(sealed, sealed.reader))
    return opened(sealed, started)
  },

  /** A copy of one page of a table, for a page that cannot share memory. */
  page(table: Tables, index: number): PageCopy {
    const source = current?.source.table(table)
    const rows = Math.max(0, Math.min((source?.rows() ?? 0) - (index << Paging.ROW_BITS), Paging.ROWS))
    const words = source && rows > 0 ? source.page(index).slice() : new Uint32Array(0)
    return transfer({ rows, words }, [words.buffer])
  },

  frameInfos(rows: ArrayLike<number>): FrameInfo[] {
    return current?.frameInfos(rows) ?? []
  },

  frameTimes(rows: Uint32Array): FrameTime[] {
    const { frames } = openCapture().capture
    return Array.from(rows, (row) => frameTime(frames, row))
  },

  /** A field as a column: what it is in a line, and its texts for these frames; undefined where there is no such field. */
  async fieldColumn(name: string, rows: ArrayLike<number>): Promise<{ help: string; texts: string[] } | undefined> {
    const filters = await current?.filters()
    await filters?.load(name)
    return filters?.column(name, rows)
  },

  async filter(text: string, marks: number[]): Promise<{ rows: Uint32Array } | FilterMistake> {
    const filters = await current?.filters()
    await filters?.load(text)
    const result = filters?.rows(text, marks) ?? { rows: new Uint32Array(0) }
    return 'rows' in result ? transfer(result, [result.rows.buffer]) : result
  },

  async completions(text: string, cursor: number): Promise<FilterCompletion[]> {
    const filters = await current?.filters()
    // Who types a filter will soon wait for one. While the capture grows it would be made in vain.
    if (current?.names) void filters?.prepare(text)
    return filters?.completions(text, cursor) ?? []
  },

  neighbour(frame: number, step: 1 | -1): number | undefined {
    return current?.neighbour(frame, step)
  },

  framesBetween(fromSeconds: number, toSeconds: number): Uint32Array {
    return current?.framesBetween(fromSeconds, toSeconds) ?? new Uint32Array(0)
  },

  callRows(calls: Uint32Array): CallRow[] {
    return current?.callRows(calls) ?? []
  },

  /** Calls in an order, the least first, equal ones as they were made; where frames are given, those with one of them. */
  async callsBy(order: CallOrder | undefined, frames: Uint32Array | undefined): Promise<Uint32Array> {
    const { callsBy, callsWithin } = await import('../query/calls/call-order')
    const { conversation, names } = current ?? {}
    const calls =
      conversation && names
        ? callsWithin(frames, callsBy(order, conversation, names), conversation)
        : new Uint32Array(0)
    return transfer(calls, [calls.buffer])
  },

  /** What the file says about itself, and how many of its frames are cut. */
  async about(): Promise<{ about: AboutCapture; cutFrames: number; trace?: AboutTrace }> {
    const { aboutCapture, cutFrames } = await import('../query/about')
    const { capture } = openCapture()
    const trace = await openCapture().trace()
    const { aboutTrace } = trace ? await import('../query/events') : {}
    return {
      about: aboutCapture(capture),
      cutFrames: cutFrames(capture),
      ...(trace && aboutTrace && { trace: aboutTrace(trace) }),
    }
  },

  /** Rows of the events of a trace whose texts contain the words; of all but those that only carry a frame where there are none. */
  async eventsWith(words: string): Promise<Uint32Array> {
    const trace = await current?.trace()
    if (!trace) return new Uint32Array(0)
    const { eventsWith } = await import('../query/events')
    const rows = eventsWith(trace, words)
    return transfer(rows, [rows.buffer])
  },

  async eventRows(rows: Uint32Array): Promise<EventRow[]> {
    const open = current
    const trace = await open?.trace()
    if (!open || !trace) return []
    const { eventRows } = await import('../query/events')
    return eventRows(trace, open.file, rows)
  },

  /** SHA-256 of the file; `onBytes` hears how far it has come. */
  async sha256(onBytes: (bytes: number) => void): Promise<string> {
    const { fileSha256 } = await import('../query/about')
    return fileSha256(openCapture(), onBytes)
  },

  connectionRows(): ConnectionRow[] {
    return current?.connectionRows() ?? []
  },

  async story(connection?: number): Promise<Story> {
    return current?.story(connection) ?? { steps: [], callsLeftOut: 0 }
  },

  async metNames(): Promise<NameRow[]> {
    return current?.metNames() ?? []
  },

  async timeline(steps: number): Promise<Timeline | undefined> {
    return current?.timeline(steps)
  },

  async methodStatistics(): Promise<MethodStatistics[]> {
    return current?.methodStatistics() ?? []
  },

  async detail(frame: number): Promise<FrameDetail> {
    return openCapture().detail(frame)
  },

  /**
   * A report of the open capture in every form; of its redacted copy where that is given. What secrets opened is in it only
   * `withClearText`, and never in a redacted one.
   */
  async report(
    shown: Opened,
    notes: NoteOnFrame[],
    redacted?: RedactedFrames,
    withClearText = false,
  ): Promise<ReportTexts> {
    const { exportReport } = await import('../query/export/exporting')
    const open = openCapture()
    const { sealed } = open
    if (!sealed || (withClearText && !redacted)) return exportReport(await module, open, shown, notes, redacted)
    return exportReport(await module, sealed, opened(sealed, performance.now()), notes, redacted)
  },

  /** Chosen frames of the open capture without what gives hosts and people away. */
  async exportRedacted(choice: FrameChoice, notes: NoteOnFrame[]): Promise<RedactedFrames> {
    const { exportRedacted } = await import('../query/export/exporting')
    return exportRedacted(asSent(), choice, notes)
  },

  /** Chosen frames of the open capture, which is called `name`, as a pcapng. */
  async exportFrames(name: string, choice: FrameChoice, notes: NoteOnFrame[]): Promise<ExportedFrames> {
    const { exportFrames } = await import('../query/export/exporting')
    return exportFrames(asSent(), name, choice, notes)
  },

  forgetResults(): Promise<boolean> {
    return forgetResults()
  },

  async errorHelp(text: string): Promise<ErrorHelp> {
    const [names, query] = await Promise.all([loadNames(), import('../query/error-help')])
    return query.errorHelp(text, names.meanings(text.replace(/^\s*event(?: ?id)?:?\s*/i, '')))
  },

  async meanings(text: string): Promise<ErrorMeaning[]> {
    return (await loadNames()).meanings(text)
  },
}

/** Stores the result after the page has been told, or when it is let go of: whoever opens the file again need not wait. */
function keep(key: string, open: OpenCapture): void {
  let stored: Promise<unknown> | undefined
  const store = () =>
    (stored ??=
      open === current
        ? cacheResult(key, { snapshot: takeSnapshot(open.source), findings: open.findings, format: open.format })
        : Promise.resolve())
  keeping = { key, store }
  setTimeout(() => void store(), CACHE_DELAY_MILLISECONDS)
}

/**
 * The browser compiles what runs often into faster code. Running the pipeline over the site's own example while the
 * person still looks for a file makes the first capture open as fast as the second. Makes way for an opening at once.
 */
export async function warmUp(): Promise<void> {
  const response = await fetch(new URL('examples/case-study.pcapng', siteUrl()))
  if (!response.ok) return
  const example = new Uint8Array(await response.arrayBuffer())
  for (let run = 0; run < WARMING_RUNS && openings === 0; run++) {
    const analysis = await Analysis.start(await module)
    analysis.feed(example)
    analysis.end()
    await new Promise((resolve) => setTimeout(resolve))
    if (openings === 0) analysis.diagnose(await loadNames())
    await new Promise((resolve) => setTimeout(resolve))
  }
}

export type Engine = typeof engine
