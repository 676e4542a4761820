// Two bits for each property: has it no value, and is its value a default from above. MS-WMIO 2.2.26 (NdTable).
import type { Cursor } from './cursor'

export interface NdFlags {
  isNull: boolean
  /** In a class: the default is a superclass's. In an instance: the value is the class's default. */
  isDefault: boolean
}

const PER_OCTET = 4

/** Length of the table, in bytes; the value table follows it. */
export function ndTableLength(properties: number): number {
  return Math.ceil(properties / PER_OCTET)
}

/** The flags of the property with that place in the declaration. */
export function nullAndDefault(table: Cursor, order: number): NdFlags {
  const octet = table.bytes[Math.floor(order / PER_OCTET)]
  if (octet === undefined) {
    table.limits.wrong('the NdTable ends early')
    return { isNull: true, isDefault: false }
  }
  const bits = octet >> (2 * (order % PER_OCTET))
  return { isNull: (bits & 1) !== 0, isDefault: (bits & 2) !== 0 }
}
