// What may stand at the cursor: fields, operators, and values where few are possible. The grammar itself says which.
import { displayFilterOf } from './advice/capture-filter'
import type { Field } from './field'
import { FIELDS, fieldNamed } from './fields'
import { interfaceNames } from './fields/interfaces'
import { expectedAfter } from './parse'
import type { Subject } from './subject'
import { quote } from './tree'

/** A piece of text that may replace the characters from `at` to `end`. */
export interface Completion {
  text: string
  /** What it is, in a line; empty where the text says it. */
  help: string
  at: number
  end: number
}

const MOST = 50
const COMPARISONS: [text: string, help: string][] = [
  ['==', 'equal'],
  ['!=', 'no value is equal'],
  ['<', 'less'],
  ['<=', 'less or equal'],
  ['>', 'greater'],
  ['>=', 'greater or equal'],
]
const WORD_BEFORE = /[\w.:/-]*$/
const WORD_AFTER = /^[\w.:/-]*/
/** A text whose closing quote is still to come, after whole texts and anything else. */
const OPEN_TEXT = /^(?:[^"]|"(?:[^"\\]|\\.)*")*?("(?:[^"\\]|\\.)*)$/s

/** Completions at `cursor`, the likeliest first, at most fifty. */
export function completions(text: string, cursor: number, subject: Subject): Completion[] {
  const before = text.slice(0, cursor)
  const translated = cursor === text.length ? displayFilterOf(text) : undefined
  if (translated !== undefined)
    return [{ text: translated, help: 'This capture filter as a display filter', at: 0, end: text.length }]
  const word = OPEN_TEXT.exec(before)?.[1] ?? WORD_BEFORE.exec(before)![0]
  const at = cursor - word.length
  const end = cursor + WORD_AFTER.exec(text.slice(cursor))![0].length
  const offered = candidates(text.slice(0, at), subject)
  const wanted = word.toLowerCase().replace(/^"/, '')
  const starting = offered.filter(([candidate]) => candidate.toLowerCase().replace(/^"/, '').startsWith(wanted))
  const inside = offered.filter(([candidate]) => candidate.toLowerCase().slice(1).includes(wanted) && wanted.length > 1)
  const found = new Map([...starting, ...inside])
  // What is written in full needs no completion.
  found.delete(text.slice(at, end))
  return [...found].slice(0, MOST).map(([candidate, help]) => ({ text: candidate, help, at, end }))
}

function candidates(before: string, subject: Subject): [text: string, help: string][] {
  const expected = expectedAfter(before)
  const field = fieldBefore(before, subject)
  const offered: [string, string][] = []
  if (expected.has('field')) offered.push(...fieldNames(subject))
  if (expected.has('value') && field) offered.push(...values(field, subject))
  if (expected.has('comparison') && field && field.type !== 'label') offered.push(...operators(field))
  if (expected.has('and')) offered.push(['&&', 'both'], ['||', 'either'])
  return offered
}

/** The last name before the cursor: the one that a value or an operator belongs to. */
function fieldBefore(before: string, subject: Subject): Field | undefined {
  const names = before.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/[a-z_][\w.-]*/gi) ?? []
  return names.reverse().reduce<Field | undefined>((found, name) => found ?? fieldNamed(subject, name), undefined)
}

function fieldNames(subject: Subject): [string, string][] {
  const interfaces = interfaceNames(subject).map((name): [string, string] => [name, 'Calls of this interface'])
  return [...FIELDS.map(({ name, help }): [string, string] => [name, help]), ...interfaces]
}

function operators({ type }: Field): [string, string][] {
  const texts: [string, string][] = [
    ['contains', 'holds this text'],
    ['matches', 'regular expression, in any case'],
  ]
  return [...COMPARISONS, ['in', 'one of {a, b, 1..5}'], ...(type === 'text' ? texts : [])]
}

function values(field: Field, subject: Subject): [string, string][] {
  if (field.type === 'boolean')
    return [
      ['1', 'set'],
      ['0', 'not set'],
    ]
  if (field.words) return Object.entries(field.words).map(([number, word]) => [number, word])
  const entries = field.entries?.(subject)
  if (!entries) return []
  const found: [string, string][] = []
  for (let entry = 0; entry < entries.length && found.length < MOST; entry++) {
    const text = entries.bytes(entry) && entries.text?.(entry)
    if (text) found.push([field.type === 'text' ? quote(text) : text, ''])
  }
  return found
}
