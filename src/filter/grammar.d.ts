// The face of the parser that is generated from grammar.peggy (grammar.js, which git ignores).
import type { Filter } from './tree'

/** One thing that could have stood where parsing stopped. */
export type Expectation =
  | { type: 'literal'; text: string; ignoreCase: boolean }
  | { type: 'other'; description: string }
  | { type: 'class' | 'any' | 'end' }

/** Parses a whole filter; throws SyntaxError. */
export function parse(text: string): Filter

export class SyntaxError extends globalThis.SyntaxError {
  /** Null when the grammar itself says what is wrong, in `message`. */
  expected: Expectation[] | null
  found: string | null
  location: { start: { offset: number }; end: { offset: number } }
}
