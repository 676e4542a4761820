// Two fields compared with each other, frame by frame: `frame.cap_len < frame.len`, `ip.src == ip.dst`.
import { Paging } from '../../asm/layout'
import { NONE } from '../capture/table'
import { type Bits, intersect, noBits, setBit, unite } from './bits'
import type { Field, Source } from './field'
import { Mistaken } from './mistake'
import type { Subject } from './subject'
import type { Literal, Operator } from './tree'

/** Which signs of `left - right` an operator takes: bit 0 less, bit 1 equal, bit 2 greater. */
const SIGNS: Partial<Record<Operator, number>> = { '<': 1, '==': 2, '<=': 3, '>': 4, '!==': 5, '>=': 6 }

/** Frames in which some value of one field and some value of the other meet the operator. */
export function comparePair(
  subject: Subject,
  left: Field,
  operator: Operator,
  right: Field,
  value: Literal,
): () => Bits {
  const signs = SIGNS[operator]
  // Positions of entries can be equal, but their order means nothing.
  const comparable = left.entries ? operator === '==' || operator === '!==' : true
  const ofFrames = [...left.sources, ...right.sources].every((source) => source.ofFrames)
  if (signs === undefined || !comparable || !ofFrames || kindOf(left) !== kindOf(right))
    throw new Mistaken(`${left.name} and ${right.name} cannot be compared so.`, value)
  return () => {
    const bits = noBits(subject.frames)
    for (const one of left.sources) for (const other of right.sources) unite(bits, pairs(subject, one, other, signs))
    return bits
  }
}

function kindOf({ type, entries }: Field): string {
  return entries ? type : type === 'boolean' ? 'number' : type
}

function pairs(subject: Subject, one: Source, other: Source, signs: number): Bits {
  const bits = noBits(subject.frames)
  for (let page = 0; page < one.pages(subject); page++) {
    const left = numbers(subject, one, page)
    const right = numbers(subject, other, page)
    for (let row = 0; row < left.length; row++) {
      const [a, b] = [left[row]!, right[row]!]
      const sign = a < b ? 1 : a === b ? 2 : a > b ? 4 : 0
      if (sign & signs) setBit(bits, page * Paging.ROWS + row)
    }
  }
  for (const { among } of [one, other]) if (among) intersect(bits, among(subject))
  return bits
}

/** A page of values, NaN where there is none. */
function numbers(subject: Subject, source: Source, page: number): Float64Array {
  const { values, rows, mask } = source.read(subject, page)
  return Float64Array.from({ length: rows }, (_, row) => {
    const value = values[row]!
    if (mask !== undefined) return value & mask
    return value === NONE ? NaN : value
  })
}
