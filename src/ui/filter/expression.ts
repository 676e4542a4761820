// Filters for what is seen: a line of the field tree, a cell of a list.
import type { FieldLine } from '../../capture/field'
import { escaped } from '../../capture/legible'

/** Addresses and identifiers, which filters write bare. */
const BARE = String.raw`\d+(?:\.\d+){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`
const WHOLLY_BARE = new RegExp(`^(?:${BARE})$`, 'i')
const BARE_FIRST = new RegExp(String.raw`^(?:0x[0-9a-f]+|-?\d+|${BARE})(?=$|[ ,(])`, 'i')

/** What a filter asks of a field whose value is known as it is; undefined where there is no value. */
export function equals(field: string, value: string | number | undefined): string | undefined {
  if (value === undefined || value === '') return undefined
  return `${field} == ${typeof value === 'number' || WHOLLY_BARE.test(value) ? value : quoted(value)}`
}

/** `ip.src`, `ipv6.src` or `eth.src`, as the address is; `end` is `src` or `dst`, or `addr` for either. */
export function addressField(address: string, end: 'src' | 'dst' | 'addr'): string {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(address)) return `eth.${end}`
  return `${address.includes(':') ? 'ipv6' : 'ip'}.${end}`
}

/** Both filters hold. An empty one asks nothing. */
export function both(filter: string, other: string): string {
  const sure = /\|\||\bor\b/.test(filter) ? `(${filter})` : filter
  return filter ? `${sure} && ${other}` : other
}

/** Either filter holds; `filter` is not empty. */
export function either(filter: string, other: string): string {
  return `${/&&|\band\b/.test(filter) ? `(${filter})` : filter} || ${other}`
}

/** A value as it is shown, with words beside the number, as filters write it: texts in quotes and as they were captured. */
export function expressionOf({ filter, value }: Pick<FieldLine, 'filter' | 'value'>): string | undefined {
  if (!filter) return undefined
  if (!value) return filter
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
  const inBrackets = /\((0x[0-9a-f]+|\d+)\)$/i
  const literal = BARE_FIRST.exec(value)?.[0] ?? uuid.exec(value)?.[0] ?? inBrackets.exec(value)?.[1]
  return `${filter} == ${literal ?? quoted(value)}`
}

function quoted(text: string): string {
  return escaped(JSON.stringify(text))
}
