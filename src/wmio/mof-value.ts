// Values and types as MOF writes them. DSP0004 annex A.
import { ARRAY, CimType, type Property, qualifierOf, typeName } from './model'

/** `[]` behind the name of an array. */
export function arrayMark({ type }: Property): string {
  return (type & ARRAY) === 0 ? '' : '[]'
}

/**
 * The type as it was declared: `uint32`, `Win32_Process` for an embedded object of that class, `Win32_Process ref` for a
 * reference to one. The qualifier CIMTYPE says more than the type does. MS-WMI 2.2.32.
 */
export function declaredType(property: Pick<Property, 'type' | 'qualifiers'>): string {
  const declared = qualifierOf(property.qualifiers, 'CIMTYPE')?.value
  const text = typeof declared === 'string' && declared !== '' ? declared : typeName(property.type)
  const [kind, className] = split(text)
  if (className === '') return kind
  return kind.toLowerCase() === 'ref' ? `${className} ref` : className
}

function split(text: string): [kind: string, className: string] {
  const colon = text.indexOf(':')
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
}

/** A single value as MOF: `123`, `TRUE`, `"text"`. */
export function scalarText(value: boolean | number | bigint | string, type: number): string {
  switch (typeof value) {
    case 'string':
      return `"${escaped(value)}"`
    case 'boolean':
      return value ? 'TRUE' : 'FALSE'
    case 'bigint':
      return String(value)
    default:
      return numberText(value, type)
  }
}

function numberText(value: number, type: number): string {
  if (type === CimType.CHAR16) return `'${escaped(String.fromCharCode(value)).replace(/'/g, "\\'")}'`
  if (type === CimType.REAL32) return real(shortest32(value))
  return type === CimType.REAL64 ? real(String(value)) : String(value)
}

/** The fewest digits that give the same 32-bit number. */
function shortest32(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return String(Number(text))
  }
  return String(value)
}

/** MOF's real numbers have a point. */
function real(text: string): string {
  return /^-?\d+$/.test(text) ? `${text}.0` : text.replace(/^(-?\d+)e/, '$1.0e')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
}

/** Text with control characters written out; with `quoted`, quotes and backslashes too. */
export function escaped(text: string, quoted = true): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029"\\]/g, (character) => {
    if (!quoted && (character === '"' || character === '\\')) return character
    return ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
