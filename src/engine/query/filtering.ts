// Display filters over the open capture: which frames a text holds for, and how a text may go on.
import type { WmiCalls } from '../../conversation/wmi'
import { completions } from '../../filter/complete'
import { compile } from '../../filter/compile'
import { fieldTexts } from '../../filter/field-texts'
import { fieldNamed } from '../../filter/fields'
import { derivedFor } from '../../filter/fields/streams'
import type { EventsOfFrames } from '../../filter/events-of-frames'
import { namesEvents } from '../../filter/fields/events'
import { namesWmi } from '../../filter/fields/wmi'
import { type Context, Subject } from '../../filter/subject'
import type { FilterCompletion, FilterMistake } from '../api'

/** Answers filters about one state of a capture; make another when the capture has grown. */
export class Filters {
  #context: Context
  #subject: Subject

  /** `readWmi` reads what WMI calls say, `readEvents` the events of a trace; without them their fields are empty. */
  constructor(
    context: Context,
    private readonly readWmi?: () => Promise<WmiCalls>,
    private readonly readEvents?: () => Promise<EventsOfFrames | undefined>,
  ) {
    this.#context = context
    this.#subject = new Subject(context)
  }

  /** Reads what the fields that a text names need from outside the tables; rows() and column() are right after it. */
  async load(text: string): Promise<void> {
    const needsWmi = this.readWmi && !this.#context.wmi && namesWmi(text)
    const needsEvents = this.readEvents && !this.#context.events && namesEvents(text)
    if (!needsWmi && !needsEvents) return
    if (needsWmi) this.#context = { ...this.#context, wmi: await this.readWmi() }
    if (needsEvents) this.#context = { ...this.#context, events: await this.readEvents() }
    this.#subject = new Subject(this.#context)
  }

  /** Rows of the frames that the text holds for; `marks` are rows that the user marked. Never throws on a bad text. */
  rows(text: string, marks: number[] = []): { rows: Uint32Array<ArrayBuffer> } | FilterMistake {
    const compiled = compile(text, marks.length > 0 ? new Subject({ ...this.#context, marks }) : this.#subject)
    return 'rows' in compiled ? { rows: compiled.rows() } : compiled
  }

  /** Goes once over all frames for what a text's fields need: over ten million of them that takes longer than the filter may. */
  async prepare(text: string): Promise<void> {
    await this.load(text)
    for (const derive of derivedFor(text)) {
      await new Promise((resolve) => setTimeout(resolve)) // what is asked meanwhile comes first
      this.#subject.of(derive)
    }
  }

  /** What the field called so is in a line, and its texts for these frames; undefined where there is no such field. */
  column(name: string, rows: ArrayLike<number>): { help: string; texts: string[] } | undefined {
    const field = fieldNamed(this.#subject, name)
    return field && { help: field.help, texts: fieldTexts(this.#subject, field, rows) }
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
