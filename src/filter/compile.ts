// From a tree to the frames that it holds for: column by column, page by page, never row by row through objects.
import { Paging } from '../../asm/layout'
import { type Bits, count, hasBits, intersect, invert, noBits, rowsOf, setBit, subtract, unite } from './bits'
import { anyValue, comparing, plain, within } from './comparison'
import { type Condition, opposite, test } from './condition'
import type { Field, Source } from './field'
import { comparePair } from './field-pair'
import { alikeNames, fieldNamed } from './fields'
import { Mistaken, type Mistake } from './mistake'
import { parse } from './parse'
import type { Subject } from './subject'
import type { FieldReference, Filter, Quantifier } from './tree'

const PAGE_WORDS = Paging.ROWS / 32

/** A filter that has been understood: it has no mistakes left. */
export interface Compiled {
  /** Rows of the frames that it holds for, ascending. */
  rows(): Uint32Array<ArrayBuffer>
}

/** Gives the frames for which the result may matter; undefined for all. Evaluators need not look at others. */
type Evaluator = (among?: Bits) => Bits

/** Understands a filter's text for a capture. Never throws; what is wrong is told with its place. */
export function compile(text: string, subject: Subject): Compiled | Mistake {
  const parsed = parse(text)
  if (!('tree' in parsed)) return parsed
  try {
    const evaluate = evaluator(subject, parsed.tree)
    return { rows: () => rowsOf(evaluate()) }
  } catch (error) {
    if (error instanceof Mistaken) return { message: error.message, ...pick(error.place) }
    throw error
  }
}

function pick({ at, end }: { at: number; end: number }) {
  return { at, end }
}

function evaluator(subject: Subject, tree: Filter): Evaluator {
  switch (tree.kind) {
    case 'or': {
      const [left, right] = [evaluator(subject, tree.left), evaluator(subject, tree.right)]
      return (among) => unite(left(among), right(among))
    }
    case 'and': {
      const [left, right] = [evaluator(subject, tree.left), evaluator(subject, tree.right)]
      return (among) => {
        const bits = left(among)
        return count(bits) === 0 ? bits : intersect(bits, right(bits))
      }
    }
    case 'not': {
      const operand = evaluator(subject, tree.operand)
      return (among) => invert(operand(among), subject.frames)
    }
    case 'present': {
      const field = fieldOf(subject, tree.field)
      return some(subject, field, anyValue(subject, field, tree.field))
    }
    case 'compare': {
      const field = fieldOf(subject, tree.field)
      const other = tree.value.quoted ? undefined : fieldNamed(subject, tree.value.text)
      if (other) return comparePair(subject, field, tree.operator, other, tree.value)
      const { comparison, opposite, all } = plain(tree.operator)
      const condition = comparing(subject, field, tree.field, comparison, tree.value)
      return quantified(subject, field, tree, condition, opposite, all)
    }
    case 'in': {
      const field = fieldOf(subject, tree.field)
      const isIn = quantified(subject, field, tree, within(subject, field, tree.field, tree.items), false, false)
      return tree.negated ? (among) => invert(isIn(among), subject.frames) : isIn
    }
  }
}

function fieldOf(subject: Subject, reference: FieldReference): Field {
  const field = fieldNamed(subject, reference.name)
  if (field) return field
  const alike = alikeNames(reference.name)
  const meant = alike.length > 0 ? ` Is ${alike.join(' or ')} meant?` : ''
  throw new Mistaken(`There is no field or protocol “${reference.name}”.${meant}`, reference)
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
  const { mask: _, ...whole } = reference
  const there = some(subject, field, anyValue(subject, field, whole))
  const failing = some(subject, field, turned ? condition : opposite(condition, isTime))
  return (among) => subtract(there(among), failing(among))
}

/** Frames with a value that meets the condition. */
function some(subject: Subject, field: Field, condition: Condition): Evaluator {
  return (among) => {
    const [first, ...others] = field.sources.map((source) => find(subject, source, condition, among))
    return others.reduce(unite, first!)
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
