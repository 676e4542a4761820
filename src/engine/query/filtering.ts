// Display filters over the open capture: which frames a text holds for, and how a text may go on.
import type { WmiCalls } from '../../conversation/wmi'
import { completions } from '../../filter/complete'
import { compile, type Compiled } from '../../filter/compile'
import { fieldTexts } from '../../filter/field-texts'
import { fieldNamed } from '../../filter/fields'
import { derivedFor } from '../../filter/fields/streams'
import type { EventsOfFrames } from '../../filter/events-of-frames'
import { namesEvents } from '../../filter/fields/events'
import { namesWmi } from '../../filter/fields/wmi'
import { rowsToRead } from '../../filter/read/nested-values'
import { isReadField, type Needs, type ReadField, Reading, Readings } from '../../filter/read/readings'
import { type Context, Subject } from '../../filter/subject'
import type { FilterCompletion, FilteredRows, FilterMistake, ReferredFrames } from '../api'
import { frameBytes, scanFrames, type ScanOptions } from './frame-scan'

/** How fields get what the tables do not hold; without one of them the fields that need it are empty. */
export interface Readers {
  /** What WMI calls say. */
  wmi?: (() => Promise<WmiCalls>) | undefined
  /** The events of a trace. */
  events?: (() => Promise<EventsOfFrames | undefined>) | undefined
  /** The file, and what the parser records of a frame's headers. */
  file?: (() => Pick<ScanOptions, 'file' | 'describe'>) | undefined
}

/** While a filter reads the file again. */
export interface FilterProgress {
  onProgress?: ((frames: number, of: number) => void) | undefined
  isCancelled?: (() => boolean) | undefined
}

/** A frame read by itself takes as long as so many in their order. */
const FRAMES_A_READ = 16

/** Answers filters about one state of a capture; make another when the capture has grown. */
export class Filters {
  #context: Context
  #subject: Subject
  readonly #readings = new Readings()

  constructor(
    context: Context,
    private readonly readers: Readers = {},
  ) {
    this.#context = { ...context, readings: this.#readings }
    this.#subject = new Subject(this.#context)
  }

  /** Reads what the fields that a text names need from outside tables and frames; rows() and column() are right after it. */
  async load(text: string): Promise<void> {
    const { wmi, events } = this.readers
    const needsWmi = wmi && !this.#context.wmi && namesWmi(text)
    const needsEvents = events && !this.#context.events && namesEvents(text)
    if (!needsWmi && !needsEvents) return
    if (needsWmi) this.#context = { ...this.#context, wmi: await wmi() }
    if (needsEvents) this.#context = { ...this.#context, events: await events() }
    this.#subject = new Subject(this.#context)
  }

  /**
   * Rows of the frames that the text holds for; it may refer to frames that the user marked and selected. Never throws on a
   * bad text. Reads the file again where the text asks for what no table holds.
   */
  async rows(
    text: string,
    referred: ReferredFrames = {},
    progress: FilterProgress = {},
  ): Promise<FilteredRows | FilterMistake> {
    await this.load(text)
    const compiled = compile(text, this.#with(text, referred))
    if ('message' in compiled) return compiled
    const { fields, tests } = compiled.needs
    if (fields.length + tests.length === 0) return answer(compiled)
    const read = await this.#read(compiled.needs, progress)
    if (read === 'cancelled') return { cancelled: true }
    if (read === 'no file' && tests.length === 0 && fields.every(({ otherwise }) => otherwise !== undefined))
      return answer(
        compiled,
        fields.flatMap(({ otherwise }) => otherwise || []),
      )
    if (read === 'no file') {
      const name = (fields[0]?.name ?? tests[0]!.field.name).replace(/^all | in .*$/g, '')
      const at = Math.max(0, text.indexOf(name))
      return {
        message: `${name} is not indexed: Faultline reads it from the capture file, which is not open. Open the file again.`,
        at,
        end: at + name.length,
      }
    }
    const again = compile(text, this.#with(text, referred))
    return 'message' in again ? again : answer(again)
  }

  /** The subject that a text is about: one of its own, without what was derived before, only where the text needs it. */
  #with(text: string, { marks = [], selected }: ReferredFrames): Subject {
    const refers = marks.length > 0 || (selected !== undefined && text.includes('${'))
    return refers ? new Subject({ ...this.#context, marks, selected }) : this.#subject
  }

  /** Goes through the file once for what is needed and keeps it. */
  async #read(needs: Needs, { onProgress, isCancelled }: FilterProgress): Promise<'read' | 'cancelled' | 'no file'> {
    const reader = this.readers.file?.()
    if (!reader?.file.blob) return 'no file'
    const { frames, capture } = this.#subject
    const reading = new Reading(needs, frames)
    const options = { ...reader, capture, onProgress, isCancelled }
    const rows = needs.tests.length === 0 ? rowsToRead(needs.fields) : undefined
    if (rows && rows.length < frames / FRAMES_A_READ) {
      for (const row of rows) {
        reading.add(row, await frameBytes(options, row))
        if (isCancelled?.()) return 'cancelled'
      }
      this.#readings.keep(reading.found())
      this.#subject = new Subject(this.#context)
      return 'read'
    }
    if (!(await scanFrames(options, frames, (row, frame) => reading.add(row, frame)))) return 'cancelled'
    this.#readings.keep(reading.found())
    this.#subject = new Subject(this.#context)
    return 'read'
  }

  /** Goes once over all frames for what a text's fields need: over ten million of them that takes longer than the filter may. */
  async prepare(text: string): Promise<void> {
    await this.load(text)
    for (const derive of derivedFor(text)) {
      await new Promise((resolve) => setTimeout(resolve)) // what is asked meanwhile comes first
      this.#subject.of(derive)
    }
  }

  /** What the field called so is in a line; undefined where there is no such field. */
  help(name: string): string | undefined {
    return fieldNamed(this.#subject, name)?.help
  }

  /** The field's texts for these frames, and what it is; undefined where there is no such field. */
  async column(name: string, rows: ArrayLike<number>): Promise<{ help: string; texts: string[] } | undefined> {
    await this.load(name)
    const field = fieldNamed(this.#subject, name)
    if (!field) return undefined
    const subject = isReadField(field) ? await this.#withValues(field, rows) : this.#subject
    return { help: field.help, texts: fieldTexts(subject, field, rows) }
  }

  /** A subject that knows a field's values in these frames: only they are read. */
  async #withValues(field: ReadField, rows: ArrayLike<number>): Promise<Subject> {
    const reader = this.readers.file?.()
    if (this.#readings.values(field.name) || !reader?.file.blob) return this.#subject
    const { frames, capture } = this.#subject
    const reading = new Reading({ fields: [field], tests: [] }, frames)
    for (const row of Array.from(rows)) reading.add(row, await frameBytes({ ...reader, capture }, row))
    const readings = new Readings()
    readings.keep(reading.found())
    return new Subject({ ...this.#context, readings })
  }

  /** Texts that go on from the cursor, the likeliest first. */
  completions(text: string, cursor: number): FilterCompletion[] {
    return completions(text, cursor, this.#subject).map(({ text: piece, help, at, end }) => ({
      text: text.slice(0, at) + piece + text.slice(end),
      cursor: at + piece.length,
      piece,
      means: help,
    }))
  }
}

function answer(compiled: Compiled, more: readonly string[] = []): FilteredRows {
  const notes = [...new Set([...compiled.notes, ...more])]
  return { rows: compiled.rows(), ...(notes.length > 0 && { notes }) }
}
