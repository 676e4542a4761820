// From a tree to the frames that it holds for: column by column, page by page, never row by row through objects.
import { Paging } from '../../asm/layout'
import { type Bits, count, exclude, hasBits, intersect, invert, noBits, rowsOf, setBit, subtract, unite } from './bits'
import { anyValue, comparing, plain, within } from './comparison'
import { type Condition, opposite, test } from './condition'
import type { Field, Source } from './field'
import { displayFilterOf } from './advice/capture-filter'
import { type Compiling, fieldOf } from './compiling'
import { fieldNamed } from './fields'
import { hexBytesOf } from './literals/literal'
import { relationEvaluator } from './operands/relation'
import { calledField, countEvaluator } from './call'
import { Mistaken, type Mistake, needsComparison } from './mistake'
import { parse } from './parse'
import { type Asked, type ByteField, byteTest } from './read/byte-test'
import { byteField } from './read/byte-fields'
import type { Needs } from './read/readings'
import type { Subject } from './subject'
import { type FieldReference, type Filter, type Literal, type Operand, print, type Quantifier } from './tree'

const PAGE_WORDS = Paging.ROWS / 32

/** A filter that has been understood: it has no mistakes left. */
export interface Compiled {
  /** What has to be read from the file first; the filter is then compiled once more. */
  needs: Needs
  /** Sentences about fields of which the index holds only a part. */
  notes: string[]
  /** Rows of the frames that it holds for, ascending. */
  rows(): Uint32Array<ArrayBuffer>
}

/** A test of one field. */
type Test = Extract<Filter, { field: FieldReference }>

/** Gives the frames for which the result may matter; undefined for all. Evaluators need not look at others. */
type Evaluator = (among?: Bits) => Bits

/** Understands a filter's text for a capture. Never throws; what is wrong is reported with its place. */
export function compile(text: string, subject: Subject): Compiled | Mistake {
  const parsed = parse(text)
  if (!('tree' in parsed)) return advised(text, parsed)
  try {
    const needs: Needs = { fields: [], tests: [] }
    const notes = new Set<string>()
    const evaluate = evaluator({ subject, needs, notes }, parsed.tree)
    return { needs, notes: [...notes], rows: () => rowsOf(evaluate()) }
  } catch (error) {
    if (!(error instanceof Mistaken)) throw error
    const { message, place, instead } = error
    return advised(text, {
      message,
      ...pick(place),
      ...(instead !== undefined && { instead: replaced(text, place, instead) }),
    })
  }
}

/** The mistake, or that the text is a capture filter. */
function advised(text: string, mistake: Mistake): Mistake {
  const instead = displayFilterOf(text)
  if (instead === undefined) return mistake
  const message = `This is a capture filter. As a display filter it is “${instead}”.`
  return { message, at: 0, end: text.length, instead }
}

function replaced(text: string, { at, end }: { at: number; end: number }, by: string): string {
  const isWhole = !/[ |&]/.test(by) || (at === 0 && end === text.length)
  return text.slice(0, at) + (isWhole ? by : `(${by})`) + text.slice(end)
}

function pick({ at, end }: { at: number; end: number }) {
  return { at, end }
}

function evaluator(compiling: Compiling, tree: Filter): Evaluator {
  const { subject } = compiling
  switch (tree.kind) {
    case 'or': {
      const [left, right] = [evaluator(compiling, tree.left), evaluator(compiling, tree.right)]
      return (among) => unite(left(among), right(among))
    }
    case 'and': {
      const [left, right] = [evaluator(compiling, tree.left), evaluator(compiling, tree.right)]
      return (among) => {
        const bits = left(among)
        return count(bits) === 0 ? bits : intersect(bits, right(bits))
      }
    }
    case 'xor': {
      const [left, right] = [evaluator(compiling, tree.left), evaluator(compiling, tree.right)]
      return (among) => exclude(left(among), right(among))
    }
    case 'not': {
      const operand = evaluator(compiling, tree.operand)
      return (among) => invert(operand(among), subject.frames)
    }
    case 'present':
    case 'compare':
    case 'in':
      return testEvaluator(compiling, tree)
    case 'holds':
    case 'relation':
    case 'member':
      return relationEvaluator(compiling, tree)
  }
}

function testEvaluator(compiling: Compiling, tree: Test): Evaluator {
  const { subject } = compiling
  const known = fieldNamed(subject, tree.field.name)
  const bytes = known && asksBytes(tree) ? byteField(known) : undefined
  const isRelation = bytes
    ? comparesBytes(subject, tree)
    : comparesFields(subject, tree) || masksOtherwise(subject, known, tree)
  if (isRelation) return relationEvaluator(compiling, relationOf(tree))
  if (bytes) return byteEvaluator(compiling, bytes, tree)
  const field = fieldOf(compiling, tree.field)
  if (tree.kind === 'present' && tree.field.call) throw needsComparison(tree.field.call, tree.field)
  if (tree.field.call === 'count') return countEvaluator(subject, field, tree)
  const called = calledField(subject, field, tree.field)
  if (tree.kind === 'present') return some(subject, called, anyValue(subject, called, tree.field))
  if (tree.kind === 'in') {
    const isIn = quantified(subject, called, tree, within(subject, called, tree.field, tree.items), false, false)
    return tree.negated ? (among) => invert(isIn(among), subject.frames) : isIn
  }
  const { comparison, opposite, all } = plain(tree.operator)
  const condition = comparing(subject, called, tree.field, comparison, tree.value)
  return quantified(subject, called, tree, condition, opposite, all)
}

/** True if a value beside the field is a field's name. */
function comparesFields(subject: Subject, tree: Test): boolean {
  const named = (value?: Literal) => value && !value.quoted && fieldNamed(subject, value.text) !== undefined
  if (tree.kind === 'present') return false
  if (tree.kind === 'compare') return named(tree.value) === true
  return tree.items.some(({ from, to }) => named(from) || named(to))
}

/** `frame.len == len(frame)`: a name beside bytes may be bytes in hexadecimal, such as “fe”. */
function comparesBytes(subject: Subject, tree: Test): boolean {
  return comparesFields(subject, tree) && tree.kind === 'compare' && !hexBytesOf(tree.value.text)
}

/** A mask of an address is bytes, and one may be a field. */
function masksOtherwise(subject: Subject, field: Field | undefined, { field: { mask, slice } }: Test): boolean {
  if (!mask) return false
  return (
    (slice === undefined && field?.entries !== undefined) ||
    (!mask.quoted && fieldNamed(subject, mask.text) !== undefined)
  )
}

/** The test of one field as one of operands. */
function relationOf(tree: Test): Extract<Filter, { kind: 'holds' | 'relation' | 'member' }> {
  const left: Operand = { kind: 'field', field: tree.field }
  const { field: _, ...rest } = tree
  if (rest.kind === 'compare') {
    const { value, ...others } = rest
    return { ...others, kind: 'relation', left, right: { kind: 'literal', value } }
  }
  return rest.kind === 'in' ? { ...rest, kind: 'member', left } : { kind: 'holds', left }
}

/** True if only the bytes can answer: a label that is merely asked for may be in a table. */
function asksBytes(tree: Test): boolean {
  const { slice, call } = tree.field
  return call !== 'count' && (tree.kind !== 'present' || slice !== undefined || call !== undefined)
}

function byteEvaluator({ subject, needs }: Compiling, field: ByteField, tree: Test): Evaluator {
  const {
    comparison,
    opposite: turned,
    all,
  } = tree.kind === 'compare' ? plain(tree.operator) : { comparison: '==' as const, opposite: false, all: false }
  const asked: Asked =
    tree.kind === 'compare'
      ? { kind: 'compare', comparison, value: tree.value }
      : tree.kind === 'in'
        ? { kind: 'in', items: tree.items }
        : { kind: 'present' }
  const { quantifier: _, ...plainly } = { quantifier: undefined, ...tree }
  const key = print(
    plainly.kind === 'compare'
      ? { ...plainly, operator: comparison }
      : plainly.kind === 'in'
        ? { ...plainly, negated: false }
        : plainly,
  )
  const test = byteTest(field, tree.field, asked, key)
  const known = subject.readings?.answer(key)
  if (!known) needs.tests.push(test)
  const quantifier = tree.kind === 'present' ? undefined : tree.quantifier
  return () => {
    const answer = subject.readings?.answer(key)
    if (!answer) return noBits(subject.frames)
    const { there, meeting, failing } = answer
    const [wanted, unwanted] = turned ? [failing, meeting] : [meeting, failing]
    const isAny = quantifier ? quantifier === 'any' : !all
    const bits = isAny ? wanted.slice() : subtract(there.slice(), unwanted)
    return tree.kind === 'in' && tree.negated ? invert(bits, subject.frames) : bits
  }
}

function quantified(
  subject: Subject,
  field: Field,
  { field: reference, quantifier }: { field: FieldReference; quantifier?: Quantifier },
  condition: Condition,
  turned: boolean,
  all: boolean,
): Evaluator {
  const isTime = field.type === 'time'
  const wanted = turned ? opposite(condition, isTime) : condition
  if (quantifier ? quantifier === 'any' : !all) return some(subject, field, wanted)
  // Every value: there is one, and none that fails.
  const { mask: _, slice: __, ...whole } = reference
  const there = some(subject, field, anyValue(subject, field, whole))
  const failing = some(subject, field, turned ? condition : opposite(condition, isTime))
  return (among) => subtract(there(among), failing(among))
}

/** Frames with a value that meets the condition. */
function some(subject: Subject, field: Field, condition: Condition): Evaluator {
  return (among) => {
    const [first = noBits(subject.frames), ...others] = field.sources.map((source) =>
      find(subject, source, condition, among),
    )
    return others.reduce(unite, first)
  }
}

function find(subject: Subject, source: Source, condition: Condition, among?: Bits): Bits {
  const bits = noBits(subject.frames)
  const pages = source.pages(subject)
  for (let page = 0; page < pages; page++) {
    const from = page * PAGE_WORDS
    // Only of the frame table's pages is it known beforehand which frames they hold.
    if (source.ofFrames && among && !hasBits(among, from, Math.min(from + PAGE_WORDS, among.length))) continue
    const values = source.read(subject, page)
    if (!values.frames) {
      test(values, condition, bits, from, subject.masked)
      continue
    }
    const found = noBits(values.rows)
    test(values, condition, found, 0, subject.masked)
    for (const row of rowsOf(found)) setBit(bits, values.frames[row]!)
  }
  return source.among ? intersect(bits, source.among(subject)) : bits
}
