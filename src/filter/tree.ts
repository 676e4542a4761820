// A parsed filter, before its names have a meaning; and how it is written.

export type Filter =
  | { kind: 'or' | 'xor' | 'and'; left: Filter; right: Filter }
  | { kind: 'not'; operand: Filter }
  | { kind: 'present'; field: FieldReference }
  | { kind: 'compare'; field: FieldReference; operator: Operator; value: Literal; quantifier?: Quantifier }
  | { kind: 'in'; field: FieldReference; items: SetItem[]; negated: boolean; quantifier?: Quantifier }
  /** Of more than one field, or of what is calculated: true where a value is not 0. */
  | { kind: 'holds'; left: Operand }
  | { kind: 'relation'; left: Operand; operator: Operator; right: Operand; quantifier?: Quantifier }
  | { kind: 'member'; left: Operand; items: SetItem[]; negated: boolean; quantifier?: Quantifier }

/** What has values in a frame. */
export type Operand =
  | { kind: 'field'; field: FieldReference }
  | { kind: 'literal'; value: Literal }
  /** Values that the selected frame has. */
  | { kind: 'selected'; field: FieldReference }
  | { kind: 'slice'; of: Operand; parts: SlicePart[] }
  | { kind: 'call'; name: Call; operands: Operand[]; at: number; end: number }
  | { kind: 'minus'; of: Operand }
  | { kind: 'arithmetic'; operator: ArithmeticOperator; left: Operand; right: Operand }

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '&'

/** `!=` holds when no value of the field is equal, `!==` when some value is not; `===` when every value is equal. */
export type Operator = '==' | '!=' | '===' | '!==' | '<' | '<=' | '>' | '>=' | 'contains' | 'matches'

/** True if one value of the field must do, or every one. */
export type Quantifier = 'any' | 'all'

/** A field, and the place of its name in the text. */
export interface FieldReference {
  name: string
  at: number
  end: number
  /** Bytes of the value: all parts, one after the other. */
  slice?: SlicePart[]
  /** Bits of a number or of bytes. */
  mask?: Literal
  /** What is made of the value before it is compared. */
  call?: PlainCall
  /** Values of these layers only: 1 is the outermost header of the field’s protocol. */
  layers?: SlicePart[]
}

/** Bytes of the value, the text in lower or upper case, or how many values a frame has. */
type PlainCall = 'len' | 'lower' | 'upper' | 'count'
export type Call = PlainCall | 'string' | 'max' | 'min' | 'abs'

/** `[from:length]`, `[from-to]`, `[from:]`; a negative `from` counts from the end. */
export interface SlicePart {
  from: number
  length?: number
  to?: number
}

/** A value as it was written: its type is for the field to say. */
export interface Literal {
  text: string
  quoted: boolean
  /** In single quotes: to a number it is the character’s code. */
  character?: boolean
  at: number
  end: number
}

export interface SetItem {
  from: Literal
  to?: Literal
}

/** The filter as text that parses to the same tree. */
export function print(filter: Filter): string {
  switch (filter.kind) {
    case 'or':
      return `${print(filter.left)} || ${within(filter.right, ['or'])}`
    case 'and':
      return `${within(filter.left, ['or', 'xor'])} && ${within(filter.right, ['or', 'xor', 'and'])}`
    case 'xor':
      return `${within(filter.left, ['or'])} xor ${within(filter.right, ['or', 'xor'])}`
    case 'not':
      return `!${within(filter.operand, ['or', 'xor', 'and', 'compare', 'in', 'holds', 'relation', 'member'])}`
    case 'present':
      return fieldText(filter.field)
    case 'compare':
      return `${quantifierText(filter)}${fieldText(filter.field)} ${filter.operator} ${literalText(filter.value)}`
    case 'in':
      return `${quantifierText(filter)}${fieldText(filter.field)}${setText(filter)}`
    case 'holds':
      return operandText(filter.left)
    case 'relation':
      return `${quantifierText(filter)}${operandText(filter.left)} ${filter.operator} ${operandText(filter.right)}`
    case 'member':
      return `${quantifierText(filter)}${operandText(filter.left)}${setText(filter)}`
  }
}

function setText({ items, negated }: { items: SetItem[]; negated: boolean }): string {
  const texts = items.map(({ from, to }) => literalText(from) + (to ? ` .. ${literalText(to)}` : ''))
  return `${negated ? ' not' : ''} in {${texts.join(', ')}}`
}

/** The operand as text; with braces around each calculation within another. */
export function operandText(operand: Operand): string {
  const inner = (one: Operand) => (one.kind === 'arithmetic' ? `{${operandText(one)}}` : operandText(one))
  switch (operand.kind) {
    case 'field':
      return fieldText(operand.field)
    case 'literal':
      return literalText(operand.value)
    case 'selected':
      return `\${${fieldText(operand.field)}}`
    case 'slice':
      return `${operandText(operand.of)}[${partsText(operand.parts)}]`
    case 'call':
      return `${operand.name}(${operand.operands.map(operandText).join(', ')})`
    case 'minus':
      return `-{${operandText(operand.of)}}`
    case 'arithmetic':
      return `${inner(operand.left)} ${operand.operator} ${inner(operand.right)}`
  }
}

function within(filter: Filter, kinds: Filter['kind'][]): string {
  return kinds.includes(filter.kind) ? `(${print(filter)})` : print(filter)
}

function quantifierText({ quantifier }: { quantifier?: Quantifier }): string {
  return quantifier ? `${quantifier} ` : ''
}

function fieldText({ name, slice, mask, call, layers }: FieldReference): string {
  if (call) return `${call}(${fieldText({ name, at: 0, end: 0, ...(slice && { slice }) })})${maskText(mask)}`
  return `${name}${layers ? `#[${partsText(layers)}]` : ''}${slice ? `[${partsText(slice)}]` : ''}${maskText(mask)}`
}

function partsText(parts: readonly SlicePart[]): string {
  return parts
    .map(({ from, length, to }) => (to === undefined ? `${from}:${length ?? ''}` : `${from}-${to}`))
    .join(', ')
}

function maskText(mask: Literal | undefined): string {
  return mask ? ` & ${literalText(mask)}` : ''
}

function literalText({ text, quoted }: Literal): string {
  return quoted ? quote(text) : text
}

/** Text as a filter writes it, in quotes. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, escaped)}"`
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
