// Display filters over the open capture: which frames a text holds for, and how a text may go on.
import { FIELDS } from '../filter/fields'
import { compile } from '../filter/compile'
import { expectedAfter } from '../filter/parse'
import { type Context, Subject } from '../filter/subject'
import type { FilterCompletion, FilterMistake } from './api'

const MOST_COMPLETIONS = 50

/** Answers filters about one state of a capture; make another when the capture has grown. */
export class Filters {
  readonly #subject: Subject

  constructor(context: Context) {
    this.#subject = new Subject(context)
  }

  /** Rows of the frames that the text holds for. Never throws on a bad text. */
  rows(text: string): { rows: Uint32Array } | FilterMistake {
    const compiled = compile(text, this.#subject)
    return 'rows' in compiled ? { rows: compiled.rows() } : compiled
  }
}

/** Fields that go on with the last word of the text, where the grammar takes a field there. */
export function completions(text: string): FilterCompletion[] {
  const word = /[\w.]*$/.exec(text)?.[0] ?? ''
  const before = text.slice(0, text.length - word.length)
  if (!expectedAfter(before).has('field')) return []
  return FIELDS.filter(({ name }) => name.startsWith(word) && name !== word)
    .slice(0, MOST_COMPLETIONS)
    .map(({ name, help }) => ({ text: before + name, means: help }))
}
