// A parsed filter, before anybody knows what its names mean; and how it is written.

export type Filter =
  | { kind: 'or' | 'and'; left: Filter; right: Filter }
  | { kind: 'not'; operand: Filter }
  | { kind: 'present'; field: FieldReference }
  | { kind: 'compare'; field: FieldReference; operator: Operator; value: Literal; quantifier?: Quantifier }
  | { kind: 'in'; field: FieldReference; items: SetItem[]; negated: boolean; quantifier?: Quantifier }

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
  /** Bits of a number. */
  mask?: number
  /** What is made of the value before it is compared. */
  call?: Call
}

/** Bytes of the value, the text in lower or upper case, or how many values a frame has. */
type Call = 'len' | 'lower' | 'upper' | 'count'

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
      return `${print(filter.left)} || ${operand(filter.right, ['or'])}`
    case 'and':
      return `${operand(filter.left, ['or'])} && ${operand(filter.right, ['or', 'and'])}`
    case 'not':
      return `!${operand(filter.operand, ['or', 'and', 'compare', 'in'])}`
    case 'present':
      return fieldText(filter.field)
    case 'compare':
      return `${quantifierText(filter)}${fieldText(filter.field)} ${filter.operator} ${literalText(filter.value)}`
    case 'in': {
      const items = filter.items.map(({ from, to }) => literalText(from) + (to ? ` .. ${literalText(to)}` : ''))
      return `${quantifierText(filter)}${fieldText(filter.field)}${filter.negated ? ' not' : ''} in {${items.join(', ')}}`
    }
  }
}

function operand(filter: Filter, kinds: Filter['kind'][]): string {
  return kinds.includes(filter.kind) ? `(${print(filter)})` : print(filter)
}

function quantifierText({ quantifier }: { quantifier?: Quantifier }): string {
  return quantifier ? `${quantifier} ` : ''
}

function fieldText({ name, slice, mask, call }: FieldReference): string {
  if (call) return `${call}(${fieldText({ name, at: 0, end: 0, ...(slice && { slice }) })})${maskText(mask)}`
  const parts = slice?.map(({ from, length, to }) => (to === undefined ? `${from}:${length ?? ''}` : `${from}-${to}`))
  return name + (parts ? `[${parts.join(', ')}]` : '') + maskText(mask)
}

function maskText(mask: number | undefined): string {
  return mask === undefined ? '' : ` & 0x${mask.toString(16)}`
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
