// From an operand of the tree to its values in each frame.
import { sliced } from '../bytes'
import { type Compiling, fieldOf } from '../compiling'
import { maskedBytes } from '../comparison'
import { fieldNamed } from '../fields'
import { Mistaken } from '../mistake'
import { byteField } from '../read/byte-fields'
import type { ByteField, ByteRange } from '../read/byte-test'
import type { HeaderValue } from '../read/header-fields'
import type { ArithmeticOperator, FieldReference, Operand } from '../tree'
import { operandText } from '../tree'
import { inLayers, type Value, valuesOfFrames } from './frame-values'
import { BYTES, called, type Evaluated, NUMBER } from './functions'
import { kindOf, literalValue, type Shape } from './kinds'

type Of<Kind extends Operand['kind']> = Extract<Operand, { kind: Kind }>

/** Understands an operand; `beside` is what a literal in it is compared or calculated with. Throws Mistaken. */
export function understood(compiling: Compiling, operand: Operand, beside?: Shape): Evaluated {
  switch (operand.kind) {
    case 'field':
      return ofField(compiling, operand.field)
    case 'literal':
      return ofLiteral(compiling, operand, beside)
    case 'selected': {
      const { shape, values } = ofField(compiling, operand.field)
      const { selected } = compiling.subject
      return { shape, values: () => (selected === undefined ? [] : values(selected)) }
    }
    case 'slice':
      return ofSlice(compiling, operand)
    case 'call':
      return ofCall(compiling, operand, beside)
    case 'minus': {
      const of = understood(compiling, operand.of, beside)
      numeric(of.shape, '-', placeOf(operand))
      return { shape: of.shape, values: (row) => of.values(row).map((value) => -Number(value)) }
    }
    case 'arithmetic':
      return ofArithmetic(compiling, operand, beside)
  }
}

function ofField(compiling: Compiling, reference: FieldReference): Evaluated {
  const plain = plainOf(reference)
  if (plain) return understood(compiling, plain)
  const field = fieldOf(compiling, reference)
  const kind = kindOf(field)
  if (byteField(field))
    throw new Mistaken(`${field.name} is bytes: compare a part, such as ${field.name}[0:4], or its length.`, reference)
  if (!kind) throw new Mistaken(`${field.name} is there or not: it has no value.`, reference)
  return { shape: { kind, field }, values: valuesOfFrames(compiling.subject, field, reference.layers) }
}

/** A reference with a slice, a function or a mask, taken apart; undefined for one that is only a field. */
function plainOf({ slice, call, mask, ...field }: FieldReference): Operand | undefined {
  if (!slice && !call && !mask) return undefined
  let operand: Operand = { kind: 'field', field }
  if (slice) operand = { kind: 'slice', of: operand, parts: slice }
  if (call) operand = { kind: 'call', name: call, operands: [operand], at: field.at, end: field.end }
  return mask ? { kind: 'arithmetic', operator: '&', left: operand, right: { kind: 'literal', value: mask } } : operand
}

function ofLiteral(compiling: Compiling, { value }: Of<'literal'>, beside: Shape | undefined): Evaluated {
  const { text, at, end, quoted } = value
  if (!quoted && fieldNamed(compiling.subject, text)) return ofField(compiling, { name: text, at, end })
  if (!beside) throw new Mistaken(`A field is expected, but here is “${text}”.`, value)
  const values = [literalValue(compiling.subject, beside, value)]
  return { shape: beside, values: () => values }
}

function ofSlice(compiling: Compiling, operand: Of<'slice'>): Evaluated {
  const bytes = rangesOf(compiling, operand.of)
  if (bytes) return read(compiling, BYTES, operandText(operand), bytes, ({ header }) => sliced(header, operand.parts))
  const of = understood(compiling, operand.of)
  if (of.shape.kind === 'number' || of.shape.kind === 'time' || of.shape.kind === 'uuid')
    throw new Mistaken(`${operandText(operand.of)} is not bytes and has no parts.`, placeOf(operand))
  const part = (value: Value) => sliced(bytesOf(value), operand.parts)
  return { shape: BYTES, values: (row) => of.values(row).map(part) }
}

function bytesOf(value: Value): Uint8Array {
  return value instanceof Uint8Array ? value : new TextEncoder().encode(String(value))
}

function ofCall(compiling: Compiling, operand: Of<'call'>, beside: Shape | undefined): Evaluated {
  const [only] = operand.operands
  const bytes = only && rangesOf(compiling, only)
  if (bytes && operand.name === 'len')
    return read(compiling, NUMBER, operandText(operand), bytes, ({ header }) => header.length)
  const isLiteral = ({ kind }: Operand) => kind === 'literal'
  const first = operand.operands.find((one) => !isLiteral(one))
  const shape = first ? understood(compiling, first).shape : beside
  const operands = operand.operands.map((one) => understood(compiling, one, shape))
  return called(operand.name, operands, operand)
}

/** The field of bytes that an operand is, with the layers asked for only; undefined for another. */
function rangesOf({ subject }: Compiling, operand: Operand): ByteField | undefined {
  if (operand.kind !== 'field' || plainOf(operand.field)) return undefined
  const field = fieldNamed(subject, operand.field.name)
  const bytes = field && byteField(field)
  const { layers } = operand.field
  if (!bytes || !layers) return bytes
  const ofLayers = <Range>(ranges: readonly Range[]) =>
    ranges.filter((_, index) => inLayers(layers, index + 1, ranges.length))
  return { ...bytes, rangesIn: (frame) => ofLayers(bytes.rangesIn(frame)) }
}

/** Values that are taken from ranges of bytes while the file is read. */
function read(
  { subject, needs }: Compiling,
  shape: Shape,
  name: string,
  field: ByteField,
  valueOf: (range: ByteRange) => HeaderValue,
): Evaluated {
  const found = subject.readings?.values(name)
  if (!found)
    needs.fields.push({
      name,
      valuesIn: (frame) => field.rangesIn(frame).map(valueOf),
    })
  const values = {
    ...shape.field,
    ...(shape === BYTES && {
      type: 'mac' as const,
      entries: () => found?.entries ?? { length: 0, bytes: () => undefined },
    }),
    sources: [
      {
        ofFrames: false,
        pages: () => 1,
        read: () => ({
          values: Uint32Array.from(found?.values ?? []),
          frames: Uint32Array.from(found?.frames ?? []),
          rows: found?.values.length ?? 0,
        }),
      },
    ],
  }
  return { shape, values: valuesOfFrames(subject, values) }
}

function ofArithmetic(compiling: Compiling, operand: Of<'arithmetic'>, beside: Shape | undefined): Evaluated {
  const isLiteral =
    operand.left.kind === 'literal' &&
    !(fieldNamed(compiling.subject, operand.left.value.text) && !operand.left.value.quoted)
  const right = isLiteral ? understood(compiling, operand.right, beside) : undefined
  const left = understood(compiling, operand.left, right?.shape ?? beside)
  const other = right ?? understood(compiling, operand.right, left.shape)
  const place = placeOf(operand)
  if (left.shape.kind !== other.shape.kind)
    throw new Mistaken(`${operandText(operand)} is of values of different kinds.`, place)
  if (isBytes(left.shape) && operand.operator === '&') {
    const both = (value: Value, mask: Value) => maskedBytes(value as Uint8Array, mask as Uint8Array)
    return { shape: left.shape, values: pairs(left, other, both) }
  }
  numeric(left.shape, operand.operator, place)
  return { shape: left.shape, values: pairs(left, other, (a, b) => CALCULATE[operand.operator](Number(a), Number(b))) }
}

function isBytes({ kind }: Shape): boolean {
  return kind === 'bytes' || kind === 'ipv4' || kind === 'ipv6' || kind === 'mac'
}

/** Undefined where there is no result. Divisions are of whole numbers. */
const CALCULATE: Record<ArithmeticOperator, (a: number, b: number) => number | undefined> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? undefined : Math.trunc(a / b)),
  '%': (a, b) => (b === 0 ? undefined : a % b),
  '&': (a, b) => (a & b) >>> 0,
}

function numeric({ kind }: Shape, operator: string, place: { at: number; end: number }): void {
  if (kind === 'number' || (kind === 'time' && (operator === '+' || operator === '-'))) return
  throw new Mistaken(`“${operator}” is for numbers${operator === '&' ? ' and bytes' : ''}.`, place)
}

/** Each value with each: a frame has several ports. */
function pairs(
  left: Evaluated,
  right: Evaluated,
  both: (a: Value, b: Value) => Value | undefined,
): Evaluated['values'] {
  return (row) => {
    const others = right.values(row)
    return left
      .values(row)
      .flatMap((value) => others.map((other) => both(value, other)))
      .filter((value) => value !== undefined)
  }
}

/** Where an operand is in the text. */
export function placeOf(operand: Operand): { at: number; end: number } {
  switch (operand.kind) {
    case 'field':
    case 'selected':
      return { at: operand.field.at, end: operand.field.end }
    case 'literal':
      return { at: operand.value.at, end: operand.value.end }
    case 'call':
      return { at: operand.at, end: operand.end }
    case 'slice':
    case 'minus':
      return placeOf(operand.of)
    case 'arithmetic':
      return { at: placeOf(operand.left).at, end: placeOf(operand.right).end }
  }
}
