// The page's side of the engine: starts the worker, speaks to it, ends it on cancel.
import type { PortProtocol } from '../../capture/port-protocol'
import { type Remote, proxy, wrap } from 'comlink'
import { Capture } from '../../capture/capture'
import type {
  ErrorHelp,
  ErrorMeaning,
  FrameRow,
  Opened,
  OpenedSaved,
  Progress,
  Failure,
  Refused,
  SecretInput,
  TableHandle,
} from '../api'
import { CopiedSource } from './copied-tables'
import { MemorySource } from '../read/parser'
import { frameColumns } from '../query/rows'
import { Questions } from './questions'
import { type EngineEnd, startWorker } from './start-worker'
import type { Keeping } from '../worker/saved-analyses'
import type { Engine } from '../worker/engine'
import type { ListTools } from '../worker/list-tools'

export type {
  ConversationRow,
  EndpointRow,
  FindIn,
  Found,
  LengthRow,
  ProtocolRow,
  SeriesCounts,
  Sought,
  Talkers,
  Transcript,
  Turn,
} from '../worker/list-tools'
export type { ErrorMeaning, Failure, FrameRow, Opened, Progress } from '../api'

const BROKEN: Failure = {
  refused: 'The part of Faultline that reads captures could not be started, or broke.',
  advice:
    'Reload the page and open the file again. Should it happen with this file only, the capture shows a fault of Faultline’s own: ' +
    'please report it.',
}

const NOT_KEPT: Failure = {
  refused: 'This browser has not stored the capture of this address.',
  advice:
    'The address leads to a capture that was opened in another browser, or whose result was deleted. Open the file itself.',
}

export class EngineClient extends Questions {
  #worker!: EngineEnd
  protected engine!: Remote<Engine>
  #keeping: Promise<Remote<Keeping>> | undefined
  #listTools: Promise<Remote<ListTools>> | undefined
  #ended = ending()
  #abandon: (failure: Failure) => void = () => {}
  /** How many openings the worker is busy with. */
  #openings = 0
  #broken = false
  #copied: CopiedSource | undefined
  /** The tables of the capture being read or open; undefined before. Rows grow while it is read. */
  capture: Capture | undefined

  constructor() {
    super()
    this.#start()
  }

  #start(): void {
    const worker = startWorker()
    this.#worker = worker
    this.#broken = false
    worker.addEventListener('error', () => {
      if (worker === this.#worker) this.#break()
    })
    this.engine = wrap<Engine>(worker)
    this.#keeping = this.#listTools = undefined
  }

  /** The worker could not be started, or ended with an error: pending questions fail, and the next opening starts another. */
  #break(): void {
    this.#broken = true
    this.#ended.say({ refused: BROKEN.refused })
    this.#ended = ending()
    this.#abandon(BROKEN)
  }

  /** Reads and diagnoses a file. A result of the same file is taken from the cache unless `fresh`, or ports are assigned. */
  async open(
    file: Blob,
    name: string,
    options: { fresh?: boolean; decodeAs?: readonly PortProtocol[] },
    onProgress: (progress: Progress) => void,
  ): Promise<Opened | Failure> {
    return this.#opening(onProgress, async (...callbacks) => this.engine.open(file, name, options, ...callbacks))
  }

  /** Opens what this browser keeps of a file that was open before, without its bytes. */
  async openKept(
    { key, name, bytes }: { key: string; name: string; bytes: number },
    onProgress: (progress: Progress) => void,
  ): Promise<Opened | Failure> {
    return this.#opening(
      onProgress,
      async (...callbacks) => (await this.engine.openKept(key, name, bytes, ...callbacks)) ?? NOT_KEPT,
    )
  }

  /** Asks about saved analyses. Whatever goes wrong is an answer, also that the worker was ended meanwhile. */
  keep<T>(ask: (keeping: Remote<Keeping>) => Promise<T | Refused>): Promise<T | Refused> {
    return this.#answerOf(() => this.#keeper().then(ask))
  }

  /** The analyses that this browser keeps. Failures are answers, as those of keep(). */
  savedList() {
    return this.#answerOf(() => this.engine.savedList())
  }

  async #answerOf<T>(ask: () => Promise<T | Refused>): Promise<T | Refused> {
    try {
      return await Promise.race([ask(), this.#ended.promise])
    } catch (error) {
      return { refused: `That failed: ${error instanceof Error ? error.message : String(error)}.` }
    }
  }

  /** The code for saved analyses is loaded with the first use. */
  #keeper(): Promise<Remote<Keeping>> {
    return (this.#keeping ??= this.engine.keeping().catch((error: unknown) => {
      this.#keeping = undefined // its code may be there when it is asked for again
      throw error
    }))
  }

  /** Order, search, transcripts and statistics of frames; their code is loaded with the first use. */
  listTools(): Promise<Remote<ListTools>> {
    return (this.#listTools ??= this.engine.listTools().catch((error: unknown) => {
      this.#listTools = undefined
      throw error
    }))
  }

  /** Opens a saved analysis. */
  async openSaved(id: string, onProgress: (progress: Progress) => void): Promise<OpenedSaved | Failure> {
    return this.#opening(onProgress, async (...callbacks) => (await this.#keeper()).open(id, ...callbacks))
  }

  /** Opens what keeping.packResult() wrote; nothing of it is kept. */
  async openPacked(file: Blob, onProgress: (progress: Progress) => void): Promise<OpenedSaved | Failure> {
    return this.#opening(onProgress, async (...callbacks) => (await this.#keeper()).openFile(file, ...callbacks))
  }

  async #opening<T extends Opened | OpenedSaved | Failure>(
    onProgress: (progress: Progress) => void,
    open: (onRows: (progress: Progress) => void, onTables: (handle: TableHandle) => void) => Promise<T>,
  ): Promise<T | Failure> {
    if (this.#broken) this.#startAnew()
    const abandoned = new Promise<Failure>((resolve) => (this.#abandon = resolve))
    const onTables = proxy((handle: TableHandle) => this.#show(handle))
    const onRows = proxy((progress: Progress) => {
      this.#copied?.grow(progress.frames)
      onProgress(progress)
    })
    const worker = this.#worker
    this.#openings++
    try {
      const answer = await Promise.race([open(onRows, onTables), abandoned])
      // The answer may overtake the news of how many frames there are: each comes by a port of its own.
      this.#copied?.grow(framesOf(answer))
      return answer
    } finally {
      if (worker === this.#worker) this.#openings--
    }
  }

  /** Lets go of what is open. A worker that is reading is ended at once; one that is not has a result to store. */
  letGo(): void {
    this.capture = undefined
    if (this.#openings > 0) this.#startAnew()
    else void this.engine.letGo()
  }

  #startAnew(): void {
    this.#worker.terminate()
    this.#openings = 0
    this.#ended.say({ refused: 'Cancelled.' })
    this.#ended = ending()
    this.#start()
    this.#abandon({ refused: 'Opening was cancelled.', advice: '' })
  }

  /** Rows of the frame list, from `from` up to but not including `to`. */
  async frameRows(from: number, to: number, fields: string[] = []): Promise<FrameRow[]> {
    const { capture } = this
    if (!capture) return []
    const length = Math.max(0, Math.min(to, capture.frames.rows) - from)
    return this.frameRowsOf(
      Uint32Array.from({ length }, (_, i) => from + i),
      fields,
    )
  }

  /** Rows of the frame list, for any frames in any order, with texts of the fields asked for. */
  async frameRowsOf(rows: Uint32Array, fields: string[] = []): Promise<FrameRow[]> {
    const { capture } = this
    if (!capture) return []
    // With the row before, which may lie on another page: time may be counted from there.
    for (const row of rows) await this.#copied?.fetch(Math.max(0, row - 1), row + 1)
    const infos = await this.engine.frameInfos(rows)
    const columns = await Promise.all(fields.map((name) => this.engine.fieldColumn(name, rows)))
    const fieldsOf = (i: number) => Object.fromEntries(fields.map((name, at) => [name, columns[at]?.texts[i] ?? '']))
    return infos.map((info, i) => ({ ...frameColumns(capture, rows[i]!), ...info, fields: fieldsOf(i) }))
  }

  /** Reads the open capture again with secrets; undefined when it was stopped. Until the end the capture stays as it is. */
  async unseal(
    secrets: SecretInput[],
    onProgress: (progress: Progress) => void,
  ): Promise<Opened | Refused | undefined> {
    const onTables = proxy((handle: TableHandle) => this.#show(handle))
    return Promise.race([this.engine.unseal(secrets, proxy(onProgress), onTables), this.#ended.promise])
  }

  /** Forgets all secrets and what they opened. */
  forgetSecrets(): Promise<Opened> {
    return this.engine.forgetSecrets(proxy((handle: TableHandle) => this.#show(handle)))
  }

  /** Meanings and causes of an error or event; works before any file is opened. */
  async errorHelp(text: string): Promise<ErrorHelp | Refused> {
    if (this.#broken) return BROKEN
    return Promise.race([this.engine.errorHelp(text), this.#ended.promise])
  }

  /** Every meaning of a number or symbol; works before any file is opened. */
  async meanings(text: string): Promise<ErrorMeaning[] | Refused> {
    if (this.#broken) return BROKEN
    return Promise.race([this.engine.meanings(text), this.#ended.promise])
  }

  #show(handle: TableHandle): void {
    if (handle.kind === 'memory') {
      this.#copied = undefined
      this.capture = new Capture(new MemorySource(handle.memory, handle.headers))
    } else {
      this.#copied = new CopiedSource((table, index) => this.engine.page(table, index), handle.frames)
      this.capture = new Capture(this.#copied)
    }
  }
}

/** A worker's end, for those who wait for its answer. */
function ending() {
  let say: (refused: Refused) => void = () => {}
  const promise = new Promise<Refused>((resolve) => (say = resolve))
  return { promise, say }
}

function framesOf(answer: Opened | OpenedSaved | Failure): number {
  if ('refused' in answer) return 0
  return 'opened' in answer ? answer.opened.frames : answer.frames
}
