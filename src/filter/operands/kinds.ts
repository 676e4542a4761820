// Kinds of values, and how a literal reads as each.
import { bytesMeet, type Comparison, ordered } from '../bytes'
import { bytesValue, masked, numericValue, patternOf, prefixOf, textMeets, unfit } from '../comparison'
import type { Field } from '../field'
import { uuidOf } from '../literals/literal'
import { Mistaken } from '../mistake'
import type { Subject } from '../subject'
import type { Literal } from '../tree'
import type { Value } from './frame-values'

/** Values can be compared where they are of one kind. */
export type Kind = 'number' | 'time' | 'text' | 'uuid' | 'bytes' | 'ipv4' | 'ipv6' | 'mac'

/** What an operand's values are like; literals beside it read as its field's. */
export interface Shape {
  kind: Kind
  field: Field
}

/** The kind of a field's values; undefined for a label. */
export function kindOf({ type }: Field): Kind | undefined {
  if (type === 'label') return undefined
  return type === 'boolean' ? 'number' : type
}

/** A literal as a value of a kind. */
export function literalValue(subject: Subject, { kind, field }: Shape, literal: Literal): Value {
  switch (kind) {
    case 'number':
    case 'time':
      return numericValue(subject, field, literal)
    case 'text':
      return literal.text
    case 'uuid': {
      const uuid = uuidOf(literal.text) ?? field.numberOf?.(subject, literal.text)
      if (uuid === undefined) throw unfit(field, literal)
      return String(uuid)
    }
    case 'bytes':
      return bytesValue(literal)
    default:
      return prefixOf(kind, field, literal).bytes
  }
}

/** What one value must be to meet `comparison literal`. */
export function literalTest(
  subject: Subject,
  shape: Shape,
  comparison: Comparison,
  literal: Literal,
): (value: Value) => boolean {
  if (comparison === 'matches') {
    if (shape.kind !== 'text' && shape.kind !== 'bytes')
      throw new Mistaken('“matches” is for texts and bytes.', literal)
    const pattern = patternOf(literal)
    return (value) => pattern.matcher(typeof value === 'string' ? value : String(value)).find()
  }
  if (shape.kind === 'ipv4' || shape.kind === 'ipv6' || shape.kind === 'mac') {
    if (comparison === 'contains') throw new Mistaken('“contains” is for texts and bytes.', literal)
    const { bytes, bits } = prefixOf(shape.kind, shape.field, literal)
    const wanted = masked(bytes, bits)
    return (value) => bytesMeet(comparison, masked(value as Uint8Array, bits), wanted)
  }
  const wanted = literalValue(subject, shape, literal)
  return (value) => valuesMeet(comparison, value, wanted)
}

/** True if a value meets a comparison with another of its kind. */
export function valuesMeet(comparison: Comparison, value: Value, other: Value): boolean {
  if (typeof value === 'number' && typeof other === 'number') return ordered(comparison, value - other)
  if (typeof value === 'string' && typeof other === 'string') return textMeets(comparison, value, other)
  return value instanceof Uint8Array && other instanceof Uint8Array && bytesMeet(comparison, value, other)
}
