// One capture on its way from bytes to findings: parser, conversation and diagnosis in step.
import type { FileFormat } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { ConversationBuilder } from '../../conversation/build/build'
import type { Conversation } from '../../conversation/model'
import { diagnose, type OnRule } from '../../diagnosis/diagnose'
import { rulesFor } from '../../diagnosis/rules/stages'
import type { PortProtocol } from '../../capture/port-protocol'
import type { Finding } from '../../diagnosis/finding'
import type { CaseFile } from '../../diagnosis/case-file'
import type { Machine } from '../../etw/events/machine-model'
import type { Names } from '../../names/names'
import type { Secrets } from '../../unseal/secrets/secrets'
import { Parser } from './parser'
import { isCaptureFormat, readAll } from './read-all'
import type { Source } from './blob-source'
import type { Unsealing } from './unsealing/unsealing'

/** What gives the rows: a parser of this thread, or of another one. */
export interface Rows {
  readonly capture: Capture
  readonly format: FileFormat
}

/** From rows to findings, wherever the rows are made: take() them as they come, then conclude(). */
export class RowAnalysis {
  readonly #builder: ConversationBuilder
  conversation: Conversation | undefined
  #machine: Machine | undefined

  constructor(private readonly rows: Rows) {
    this.#builder = new ConversationBuilder(rows.capture)
  }

  get capture(): Capture {
    return this.rows.capture
  }

  /** True if what was read so far can be a capture at all. */
  get isCapture(): boolean {
    return isCaptureFormat(this.rows.format)
  }

  /** Takes PDU rows up to, not including, `toPduRow`. */
  take(toPduRow: number): void {
    this.#builder.feed(toPduRow)
  }

  /** Takes what is left: all rows are there. */
  conclude(): Conversation {
    return (this.conversation = this.#builder.end())
  }

  /**
   * Reads what the events of a trace say about its machine; call it between end() and diagnose(). The code for it is
   * fetched for traces only.
   */
  async readEvents(): Promise<void> {
    if (this.capture.events.rows === 0) return
    const { machineOf } = await import('../../etw/events/machine')
    this.#machine = machineOf(this.capture)
  }

  /** What rules and comparison look at, except for the names; end() must have been called. */
  get case(): Omit<CaseFile, 'names'> {
    if (!this.conversation) throw new Error('asked before the conversation was there')
    return { capture: this.capture, conversation: this.conversation, machine: this.#machine }
  }

  /** Runs every rule that the capture needs; end() must have been called. `onRule` receives how many have run. */
  async diagnose(names: Names, onRule?: OnRule): Promise<Finding[]> {
    return diagnose({ ...this.case, names }, rulesFor, onRule)
  }
}

/** The same over a parser of its own. Feed it the file in order, then end() it. Rows can be read from `capture` at any time. */
export class Analysis extends RowAnalysis {
  private constructor(
    readonly parser: Parser,
    /** What secrets open; undefined where there are none. */
    readonly unsealing?: Unsealing,
  ) {
    super(parser)
  }

  static async start(
    module: WebAssembly.Module,
    secrets?: Secrets,
    decodeAs?: readonly PortProtocol[],
  ): Promise<Analysis> {
    // Ciphers and their protocols are fetched only when there are secrets.
    const unsealing = secrets && new (await import('./unsealing/unsealing')).Unsealing(secrets)
    return new Analysis(await Parser.over(module, { helper: unsealing, decodeAs }), unsealing)
  }

  feed(bytes: Uint8Array): void {
    this.parser.feed(bytes)
    this.take(this.capture.pdus.rows)
  }

  /** Feeds a whole source; `onBytes` as for readAll(). */
  read(source: Source, onBytes?: (bytes: number) => unknown): Promise<void> {
    return readAll(source, { feed: (bytes: Uint8Array) => this.feed(bytes), format: () => this.parser.format }, onBytes)
  }

  end(): Conversation {
    this.parser.end()
    return this.conclude()
  }
}

/** The conversation of a capture whose rows are all there: a stored result. */
export function conversationOf(capture: Capture): Conversation {
  const builder = new ConversationBuilder(capture)
  builder.feed(capture.pdus.rows)
  return builder.end()
}
