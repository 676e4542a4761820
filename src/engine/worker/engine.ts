// The engine as the page meets it, in a worker: what opens captures and holds the open one. Questions about it are in questions.ts.
import { proxy } from 'comlink'
import { Capture } from '../../capture/capture'
import { SnapshotSource, sourceBytes } from '../../capture/snapshot'
import { type StoredResult, cacheResult, MAXIMUM_RESULT_BYTES, wholeResult } from '../../storage/results'
import { packedSnapshot } from '../../storage/snapshot-bytes'
import { Analysis, conversationOf } from '../read/analysis'
import type { Compared, Opened, Progress, Failure, Refused, SecretInput, TableHandle } from '../api'
import { completeFinding } from '../../diagnosis/finding'
import { fingerprint } from '../read/fingerprint'
import { loadNames, module } from './fetched'
import { OpenCapture } from './open-capture'
import { opened } from './opened'
import { questionsAbout, required } from './questions'
import { isShareable, type Reading, startReading } from './reading'
import { MemorySource, Parser } from '../read/parser'
import type { PortProtocol } from '../../capture/port-protocol'
import type { Secrets } from '../../unseal/secrets/secrets'
import type { HeldSecrets } from './held-secrets'
import { reporter, whyUnsupported } from '../read/reading'
import { MissingSource, type Source, sourceOf } from '../read/source'

/** So that the page's first questions are answered before a large result is copied. */
const CACHE_DELAY_MILLISECONDS = 300

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

type Callbacks = [onProgress: (progress: Progress) => void, onTables: (handle: TableHandle) => Promise<void> | void]

/** How the page may read a capture's tables. */
function tablesOf({ source, capture }: OpenCapture): TableHandle {
  return source instanceof MemorySource && isShareable(source.memory)
    ? { kind: 'memory', memory: source.memory, headers: source.headers }
    : { kind: 'copies', frames: capture.frames.rows }
}

/** Lets go of what is open and of warming up: something is about to be opened. */
function makeWay(): void {
  openings++
  unsealings++
  current = undefined
  secretsInUse?.clear()
  void loadNames().catch(() => undefined) // needed at the end; on their way meanwhile
}

/** Opens a result that was stored; its file is read only where the user looks. */
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

/** Reads and diagnoses a file whose reading has begun. The result is cached under the key, where one is given. */
async function read(
  source: Source,
  reading: Reading,
  name: string,
  key: string | undefined,
  decodeAs: readonly PortProtocol[] | undefined,
  ...[onProgress, onTables]: Callbacks
): Promise<Opened | Failure> {
  makeWay()
  const { analysis, started } = reading
  const open = new OpenCapture(analysis.capture, reading.tables, source, reading.parser)
  current = open
  open.name = name
  open.decodeAs = decodeAs
  await onTables(tablesOf(open))
  const report = reporter(analysis, source.size, onProgress)
  await reading.read((bytesRead) => report({ bytesRead, stage: 'reading' }))
  const bytesRead = source.consumed
  if (analysis.isCapture) report({ bytesRead, stage: 'diagnosing' })
  open.conversation = reading.end()
  await analysis.readEvents()
  open.format = reading.format
  if (!analysis.isCapture) {
    current = undefined
    return whyUnsupported(source, name, reading.format)
  }
  open.names = await loadNames()
  open.findings = await analysis.diagnose(open.names, (rulesRun, rules) =>
    report({ bytesRead, stage: 'diagnosing', rulesRun, rules }),
  )
  report({ bytesRead, stage: 'done' })
  // What was read of a file that became shorter meanwhile is not what the file holds.
  if (key && source.note === undefined) keep(key, open)
  return opened(open, started)
}

export const engine = {
  /** Reads and diagnoses a file; what was open before is dropped. `onTables` is called as soon as rows can be read. */
  async open(
    file: Blob,
    name: string,
    options: { fresh?: boolean; decodeAs?: readonly PortProtocol[] },
    onProgress: (progress: Progress) => void,
    onTables: (handle: TableHandle) => Promise<void> | void,
  ): Promise<Opened | Failure> {
    makeWay()
    const source = await sourceOf(file)
    const { decodeAs } = options
    const reading = await startReading(source, decodeAs)
    try {
      // Meanwhile a stored result is looked for; one that the user's choice of protocols made is not the file's own.
      const key =
        source.packing || decodeAs ? undefined : await fingerprint(source, (file as Partial<File>).lastModified ?? 0)
      if (key && key === keeping?.key) await keeping.store()
      const stored = options.fresh || !key ? undefined : await wholeResult(key)
      const keyed = key === undefined ? {} : { key }
      if (stored) {
        reading.stop()
        return { ...(await showStored(name, stored, source, onProgress, onTables)), ...keyed, cached: true }
      }
      const result = await read(source, reading, name, key, decodeAs, onProgress, onTables)
      return 'refused' in result ? result : { ...result, ...keyed }
    } finally {
      reading.stop()
    }
  },

  /** Opens the result that is kept under a key, without the file's bytes; undefined where none is kept. */
  async openKept(key: string, name: string, bytes: number, ...callbacks: Callbacks): Promise<Opened | undefined> {
    makeWay()
    if (key === keeping?.key) await keeping.store()
    const stored = await wholeResult(key)
    if (!stored) return undefined
    return { ...(await showStored(name, stored, new MissingSource(bytes), ...callbacks)), key, cached: true }
  },

  /** What is open is dropped, once its result is on its way to the cache. */
  letGo(): void {
    void keeping?.store()
    current = undefined
    secretsInUse?.clear()
  },

  /** The analyses that this browser keeps, for the start page: without what saves and opens them. */
  async savedList() {
    const { savedList } = await import('../../storage/saved')
    return savedList()
  },

  /** Saved analyses. Behind a proxy of its own, as its code is loaded when first wanted. */
  async keeping() {
    const { keepingBehind } = await import('./saved-analyses')
    const readFile = async (file: Blob, name: string, ...callbacks: Callbacks) => {
      const source = await sourceOf(file)
      return read(source, await startReading(source), name, undefined, undefined, ...callbacks)
    }
    return proxy(keepingBehind({ current: () => current?.sealed ?? current, showStored, read: readFile }))
  },

  /** Order, search, transcripts and statistics of frames. Behind a proxy of its own, as its code is loaded when first wanted. */
  async listTools() {
    const { listToolsOf } = await import('./list-tools')
    return proxy(listToolsOf(() => current))
  },

  /** Reads another file and says how it differs from the open one, which stays open. Undefined when stopComparing() was called meanwhile. */
  async compareWith(
    file: Blob,
    name: string,
    onProgress: (progress: Progress) => void,
  ): Promise<Compared | Failure | undefined> {
    const first = current
    if (!first?.conversation || !first.names) throw new Error('no capture is open')
    const turn = ++comparisons
    const source = await sourceOf(file)
    const analysis = await Analysis.start(await module)
    const report = reporter(analysis.parser, source.size, onProgress)
    await analysis.read(source, (bytesRead) => {
      report({ bytesRead, stage: 'reading' })
      return turn === comparisons
    })
    if (turn !== comparisons) return undefined
    report({ bytesRead: source.consumed, stage: 'diagnosing' })
    const conversation = analysis.end()
    if (!analysis.isCapture) return whyUnsupported(source, name, analysis.parser.format)
    const { names } = first
    const { compared } = await import('../query/calls/comparing')
    return compared(
      { capture: first.capture, conversation: first.conversation, names },
      { capture: analysis.capture, conversation, names },
      name,
    )
  },

  /** The second capture is not wanted any longer: reading it ends with the piece under way. */
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
    const sealed = current?.sealed ?? required(current)
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
    const analysis = await Analysis.start(await module, secrets, sealed.decodeAs)
    const report = reporter(analysis.parser, source.size, onProgress)
    await analysis.read(source, (bytesRead) => {
      report({ bytesRead, stage: 'reading' })
      return turn === unsealings
    })
    if (turn !== unsealings) return undefined
    const { parser, unsealing } = analysis
    const open = new OpenCapture(analysis.capture, parser.source, source, parser)
    Object.assign(open, {
      name: sealed.name,
      names: sealed.names,
      decodeAs: sealed.decodeAs,
      sealed,
      unsealing,
      format: parser.format,
    })
    open.conversation = analysis.end()
    open.findings = await analysis.diagnose(sealed.names, (rulesRun, rules) =>
      report({ bytesRead: source.consumed, stage: 'diagnosing', rulesRun, rules }),
    )
    current = open
    await onTables(tablesOf(open))
    return opened(open, started)
  },

  /** The secrets are not wanted any longer: reading with them ends with the piece under way. */
  stopUnsealing(): void {
    unsealings++
  },

  /** Forgets all secrets and what they opened: the capture is again as it was read without them. */
  async forgetSecrets(onTables: (handle: TableHandle) => Promise<void> | void): Promise<Opened> {
    const started = performance.now()
    unsealings++
    secretsInUse?.clear()
    const sealed = current?.sealed ?? required(current)
    current = sealed
    await onTables(tablesOf(sealed))
    return opened(sealed, started)
  },

  ...questionsAbout(() => current),
}

/** Stores the result after the page has its answer, or when the capture is closed, so that opening the file again need not wait. */
function keep(key: string, open: OpenCapture): void {
  let stored: Promise<unknown> | undefined
  const pack = async () => {
    const { source, findings, format } = open
    await cacheResult(key, { ...(await packedSnapshot(source)), findings, format })
  }
  const store = () =>
    (stored ??=
      open === current && sourceBytes(open.source) <= MAXIMUM_RESULT_BYTES
        ? pack().catch(() => undefined)
        : Promise.resolve())
  keeping = { key, store }
  setTimeout(() => void store(), CACHE_DELAY_MILLISECONDS)
}

/** True until the first file is opened: what is not urgent may run. */
export const isIdle = () => openings === 0

export type Engine = typeof engine
