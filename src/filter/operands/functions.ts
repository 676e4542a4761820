// Functions over values: len(), lower(), upper(), count(), string(), max(), min(), abs().
import { ipv6Text } from '../../capture/text'
import { compareBytes } from '../bytes'
import type { Field } from '../field'
import { Mistaken } from '../mistake'
import type { Call } from '../tree'
import type { Value, ValuesOfFrame } from './frame-values'
import type { Shape } from './kinds'

/** An operand that is understood. */
export interface Evaluated {
  shape: Shape
  values: ValuesOfFrame
}

/** Numbers that no field holds: lengths, counts, what is calculated. */
export const NUMBER: Shape = { kind: 'number', field: plainField('number') }
const TEXT: Shape = { kind: 'text', field: plainField('text') }
export const BYTES: Shape = { kind: 'bytes', field: plainField('text') }

const UUID_BYTES = 16

function plainField(type: Field['type']): Field {
  return { name: 'the value', type, help: '', sources: [] }
}

interface Place {
  at: number
  end: number
}

/** The function's values; throws Mistaken where it is not for such operands. */
export function called(name: Call, operands: readonly Evaluated[], place: Place): Evaluated {
  const [first] = operands as [Evaluated]
  const { kind } = first.shape
  if (operands.length > 1 && name !== 'max' && name !== 'min') throw new Mistaken(`“${name}” takes one value.`, place)
  const only = (holds: boolean, what: string) => {
    if (!holds) throw new Mistaken(`“${name}” is for ${what}.`, place)
  }
  switch (name) {
    case 'len':
      only(kind !== 'number' && kind !== 'time', 'texts, addresses and bytes')
      return { shape: NUMBER, values: mapped(first, kind === 'uuid' ? () => UUID_BYTES : lengthOf) }
    case 'count':
      return { shape: NUMBER, values: (row) => countOf(first.values(row).length) }
    case 'lower':
    case 'upper':
      only(kind === 'text', 'texts')
      return {
        shape: first.shape,
        values: mapped(first, (value) =>
          name === 'lower' ? String(value).toLowerCase() : String(value).toUpperCase(),
        ),
      }
    case 'string':
      only(
        kind !== 'text' && kind !== 'bytes' && kind !== 'time' && first.shape.field.type !== 'boolean',
        'numbers, addresses and UUIDs',
      )
      return { shape: TEXT, values: mapped(first, (value) => textOf(kind, value)) }
    case 'abs':
      only(kind === 'number' || kind === 'time', 'numbers and times')
      return { shape: first.shape, values: mapped(first, (value) => Math.abs(Number(value))) }
    case 'max':
    case 'min': {
      only(
        operands.every(({ shape }) => shape.kind === kind),
        'values of one kind',
      )
      const sign = name === 'max' ? 1 : -1
      return {
        shape: first.shape,
        values: (row) =>
          extreme(
            operands.flatMap(({ values }) => [...values(row)]),
            sign,
          ),
      }
    }
  }
}

function mapped({ values }: Evaluated, change: (value: Value) => Value): ValuesOfFrame {
  return (row) => values(row).map(change)
}

/** No value is no count: a frame without the field has nothing to count. */
function countOf(length: number): Value[] {
  return length === 0 ? [] : [length]
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).length
  return typeof value === 'number' ? 0 : value.length
}

/** Numbers are written in decimal, whatever the field's own form is. */
function textOf(kind: Shape['kind'], value: Value): string {
  if (typeof value !== 'object') return String(value)
  if (kind === 'ipv4') return value.join('.')
  const digits = Array.from(value, (byte) => byte.toString(16).padStart(2, '0'))
  return kind === 'ipv6' ? ipv6Text(value) : digits.join(':')
}

function extreme(values: readonly Value[], sign: number): Value[] {
  const [first, ...others] = values
  if (first === undefined) return []
  return [others.reduce((best, value) => (sign * compared(value, best) > 0 ? value : best), first)]
}

function compared(value: Value, other: Value): number {
  if (typeof value === 'number' && typeof other === 'number') return value - other
  if (typeof value === 'string' && typeof other === 'string') return value < other ? -1 : Number(value > other)
  return compareBytes(value as Uint8Array, other as Uint8Array)
}
