// One capture on its way from bytes to findings: parser, conversation and diagnosis in step.
import { FileFormat } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { ConversationBuilder } from '../../conversation/build/build'
import type { Conversation } from '../../conversation/model'
import { diagnose, type OnRule } from '../../diagnosis/diagnose'
import type { Finding } from '../../diagnosis/finding'
import type { CaseFile } from '../../diagnosis/case-file'
import type { Machine } from '../../etw/events/machine-model'
import type { Names } from '../../names/names'
import type { Secrets } from '../../unseal/secrets/secrets'
import { Parser } from './parser'
import type { Unsealing } from './unsealing'

/** Feed it the file in order, then end() it. Rows can be read from `capture` at any time. */
export class Analysis {
  readonly #builder: ConversationBuilder
  conversation: Conversation | undefined
  #machine: Machine | undefined

  private constructor(
    readonly parser: Parser,
    /** What secrets open; undefined where there are none. */
    readonly unsealing?: Unsealing,
  ) {
    this.#builder = new ConversationBuilder(parser.capture)
  }

  static async start(module: WebAssembly.Module, secrets?: Secrets): Promise<Analysis> {
    // Ciphers and their protocols are fetched only when there are secrets.
    const unsealing = secrets && new (await import('./unsealing')).Unsealing(secrets)
    return new Analysis(await Parser.over(module, { helper: unsealing }), unsealing)
  }

  get capture(): Capture {
    return this.parser.capture
  }

  /** True if what was fed so far can be a capture at all. */
  get isCapture(): boolean {
    const { format } = this.parser
    return format !== FileFormat.Unknown && format !== FileFormat.TooShort && format !== FileFormat.Etl
  }

  feed(bytes: Uint8Array): void {
    this.parser.feed(bytes)
    this.#builder.feed(this.capture.pdus.rows)
  }

  end(): Conversation {
    this.parser.end()
    this.#builder.feed(this.capture.pdus.rows)
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

  /** What rules and comparison look at, but for the names; end() must have been called. */
  get case(): Omit<CaseFile, 'names'> {
    if (!this.conversation) throw new Error('asked before end()')
    return { capture: this.capture, conversation: this.conversation, machine: this.#machine }
  }

  /** Runs every rule; end() must have been called. `onRule` receives how many have run. */
  diagnose(names: Names, onRule?: OnRule): Finding[] {
    return diagnose({ ...this.case, names }, onRule)
  }
}

/** The conversation of a capture whose rows are all there: a stored result. */
export function conversationOf(capture: Capture): Conversation {
  const builder = new ConversationBuilder(capture)
  builder.feed(capture.pdus.rows)
  return builder.end()
}
