// What is open: the file, how far it is read, its tables, and what was found in it.
import type { PortProtocol } from '../../../capture/port-protocol'
import type { Capture } from '../../../capture/capture'
import { legible } from '../../../capture/legible'
import type { Evidence, Finding } from '../../../diagnosis/finding'
import type { Opened, Progress, Failure } from '../../../engine/api'
import type { EngineClient } from '../../../engine/page/client'
import type { Notes } from '../notes.svelte'

/** `reading` shows rows as they come; `open` has the diagnosis. */
export type Phase = 'start' | 'reading' | 'open' | 'refused'

/** Where a capture came from, if an address can name it: one of the site's examples, or `?src=` as it was written. */
export interface Origin {
  example?: string
  source?: string
  /** What TCP ports carry, as the user says. */
  decodeAs?: readonly PortProtocol[]
}

export type OpenFile = { blob: Blob; name: string } & Origin

export class OpenCapture {
  phase = $state<Phase>('start')
  name = $state('')
  progress = $state.raw<Progress>()
  opened = $state.raw<Opened>()
  failure = $state.raw<Failure & { name: string }>()
  /** Tables of the open capture; they grow while it is read. */
  tables = $state.raw<Capture>()
  /** Frames that have been read. */
  frames = $state(0)
  /** The user's marks and comments. */
  notes = $state.raw<Notes>()
  /** The open file; undefined where only its stored result is available. */
  file = $state.raw<OpenFile>()
  /** True if only the stored result is open, and the file's bytes were not chosen yet. */
  bytesMissing = $state(false)

  readonly findings = $derived(this.opened?.findings ?? [])
  /** Evidence of what is wrong, in reading order: what n and p walk through. */
  readonly evidence = $derived(evidenceOf(this.findings))

  #turn = 0

  constructor(private readonly engine: EngineClient) {}

  /** Changes when another capture is asked for: an answer to a question asked before is then discarded. */
  get turn(): number {
    return this.#turn
  }

  nextTurn(): number {
    return ++this.#turn
  }

  /** Forgets what was open. */
  reset(phase: Phase, name: string): void {
    this.phase = phase
    this.name = legible(name)
    this.progress = this.opened = this.failure = this.tables = this.notes = undefined
    this.frames = 0
    this.bytesMissing = false
  }

  /** Takes over the rows that were read so far. */
  advance(progress?: Progress): void {
    if (progress) this.progress = progress
    this.tables = this.engine.capture
    this.frames = this.tables?.frames.rows ?? 0
  }
}

function evidenceOf(findings: Finding[]): Evidence[] {
  return findings.filter(({ kind, mutedBy }) => kind === 'finding' && !mutedBy).flatMap(({ evidence }) => evidence)
}
