// Comparisons of operands: every value of one side with every value of the other, frame by frame.
import { type Bits, invert, noBits, rowsOf, setBit } from '../bits'
import { type Compiling, fieldOf } from '../compiling'
import { plain } from '../comparison'
import { fieldNamed } from '../fields'
import { Mistaken, needsComparison } from '../mistake'
import type { Filter, Operand, SetItem } from '../tree'
import { type Value, valuesOfFrames, type ValuesOfFrame } from './frame-values'
import type { Evaluated } from './functions'
import { literalTest, valuesMeet } from './kinds'
import { placeOf, understood } from './operand'

type Evaluator = (among?: Bits) => Bits

/** Frames for which a test of operands holds. Throws Mistaken. */
export function relationEvaluator(
  compiling: Compiling,
  tree: Extract<Filter, { kind: 'holds' | 'relation' | 'member' }>,
): Evaluator {
  switch (tree.kind) {
    case 'holds':
      return evaluator(compiling, holding(compiling, tree.left))
    case 'relation':
      return evaluator(compiling, related(compiling, tree))
    case 'member': {
      const isIn = evaluator(compiling, isMember(compiling, tree))
      return tree.negated ? (among) => invert(isIn(among), compiling.subject.frames) : isIn
    }
  }
}

function evaluator({ subject }: Compiling, holds: (row: number) => boolean): Evaluator {
  return (among) => {
    const bits = noBits(subject.frames)
    if (among) for (const row of rowsOf(among)) if (holds(row)) setBit(bits, row)
    if (!among) for (let row = 0; row < subject.frames; row++) if (holds(row)) setBit(bits, row)
    return bits
  }
}

/** A field is there; of what is calculated, a value is not 0. */
function holding(compiling: Compiling, operand: Operand): (row: number) => boolean {
  if (operand.kind === 'field') {
    const values = valuesOfFrames(compiling.subject, fieldOf(compiling, operand.field), operand.field.layers)
    return (row) => values(row).length > 0
  }
  if (operand.kind === 'call') throw needsComparison(operand.name, operand)
  const { values } = understood(compiling, operand)
  if (operand.kind === 'slice') return (row) => values(row).some((part) => (part as Uint8Array).length > 0)
  return (row) => values(row).some(isNotZero)
}

function isNotZero(value: Value): boolean {
  return value instanceof Uint8Array ? value.some((byte) => byte !== 0) : value !== 0 && value !== ''
}

function related(
  compiling: Compiling,
  { left, operator, right, quantifier }: Extract<Filter, { kind: 'relation' }>,
): (row: number) => boolean {
  const one = understood(compiling, left)
  const { comparison, opposite, all } = plain(operator)
  const isAny = quantifier ? quantifier === 'any' : !all
  const literal = right.kind === 'literal' && literalOf(compiling, right)
  if (literal) {
    const test = literalTest(compiling.subject, one.shape, comparison, literal)
    return quantified(one.values, isAny, (value) => test(value) !== opposite)
  }
  const other = understood(compiling, right, one.shape)
  if (comparison === 'matches') throw new Mistaken('“matches” needs a pattern in quotes.', placeOf(right))
  alike(one, other, right)
  return (row) => {
    const others = other.values(row)
    if (others.length === 0) return false
    const meets = (value: Value) => {
      const holds = (another: Value) => valuesMeet(comparison, value, another) !== opposite
      return isAny ? others.some(holds) : others.every(holds)
    }
    const values = one.values(row)
    return values.length > 0 && (isAny ? values.some(meets) : values.every(meets))
  }
}

function quantified(values: ValuesOfFrame, isAny: boolean, meets: (value: Value) => boolean): (row: number) => boolean {
  return (row) => {
    const own = values(row)
    return isAny ? own.some(meets) : own.length > 0 && own.every(meets)
  }
}

/** The literal, where it is not the name of a field. */
function literalOf({ subject }: Compiling, { value }: Extract<Operand, { kind: 'literal' }>) {
  return !value.quoted && fieldNamed(subject, value.text) ? undefined : value
}

function alike(one: Evaluated, other: Evaluated, place: Operand): void {
  if (one.shape.kind !== other.shape.kind)
    throw new Mistaken('The two sides are of different kinds and cannot be compared.', placeOf(place))
}

function isMember(
  compiling: Compiling,
  { left, items, quantifier }: Extract<Filter, { kind: 'member' }>,
): (row: number) => boolean {
  const one = understood(compiling, left)
  const tests = items.map((item) => itemTest(compiling, one, item))
  return (row) => {
    const own = one.values(row)
    const meets = (value: Value) => tests.some((test) => test(value, row))
    return quantifier === 'all' ? own.length > 0 && own.every(meets) : own.some(meets)
  }
}

function itemTest(compiling: Compiling, one: Evaluated, { from, to }: SetItem): (value: Value, row: number) => boolean {
  const literal = literalOf(compiling, { kind: 'literal', value: from })
  if (!to && literal) return literalTest(compiling.subject, one.shape, '==', literal)
  const bound = (value: SetItem['from']) => {
    const operand = { kind: 'literal' as const, value }
    const other = understood(compiling, operand, one.shape)
    alike(one, other, operand)
    return other
  }
  const [least, most] = [bound(from), bound(to ?? from)]
  return (value, row) =>
    least.values(row).some((other) => valuesMeet('>=', value, other)) &&
    most.values(row).some((other) => valuesMeet('<=', value, other))
}
