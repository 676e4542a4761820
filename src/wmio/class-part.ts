// A class: names, qualifiers, properties and their defaults. MS-WMIO 2.2.15 (ClassPart) to 2.2.37 (ClassHeap).
import type { Cursor } from './cursor'
import { encodedString, Heap } from './heap'
import type { CimClass, Property } from './model'
import { nullAndDefault, type NdFlags, ndTableLength } from './nd-table'
import { qualifierBytes, qualifiers } from './qualifiers'
import { encodedValue } from './value'

/** In a property's type: declared by a superclass. MS-WMIO 2.2.32. */
const INHERITED = 0x4000
/** Two references. */
const PROPERTY_LOOKUP = 8

/** Reads a ClassPart. Methods are not in it. */
export function classPart(from: Cursor): CimClass {
  const length = from.u32()
  const part = from.part(length - 4)
  part.u8()
  const nameReference = part.u32()
  const tableLength = part.u32()
  const superclasses = derivation(part)
  const ownQualifiers = qualifierBytes(part)
  const count = part.u32()
  const lookups = part.part(count * PROPERTY_LOOKUP)
  const tables = part.part(tableLength)
  const heap = new Heap(part)
  const properties: Property[] = []
  while (lookups.left >= PROPERTY_LOOKUP && lookups.limits.spend(PROPERTY_LOOKUP)) {
    const property = propertyInfo(lookups, heap)
    if (property) properties.push(property)
  }
  defaults(properties, tables, heap)
  return {
    name: heap.text(nameReference) ?? '',
    superclasses,
    qualifiers: qualifiers(ownQualifiers, heap),
    properties: properties.sort((one, other) => one.order - other.order),
    methods: [],
    tableLength,
  }
}

/** DerivationList: from the parent up; each name is followed by its length. MS-WMIO 2.2.17. */
function derivation(from: Cursor): string[] {
  const length = from.u32()
  const list = from.part(length - 4)
  const names: string[] = []
  while (list.left > 0) {
    names.push(encodedString(list))
    if (list.left >= 4) list.u32()
  }
  return names
}

/** PropertyLookup and the PropertyInfo that it refers to. MS-WMIO 2.2.23, 2.2.30. */
function propertyInfo(lookups: Cursor, heap: Heap): Property | undefined {
  const name = heap.text(lookups.u32()) ?? ''
  const info = heap.item(lookups.u32())
  if (!info) return undefined
  const type = info.u32()
  return {
    name,
    type: type & ~INHERITED,
    inherited: (type & INHERITED) !== 0,
    order: info.u16(),
    offset: info.u32(),
    origin: info.u32(),
    qualifiers: qualifiers(qualifierBytes(info), heap),
    default: null,
    defaultInherited: false,
  }
}

/** Fills in the defaults, which lie in a table as the values of an instance do. */
function defaults(properties: Property[], tables: Cursor, heap: Heap): void {
  const values = tables.window(ndTableLength(properties.length))
  for (const property of properties) {
    const flags: NdFlags = nullAndDefault(tables, property.order)
    property.defaultInherited = flags.isDefault
    if (!flags.isNull) property.default = encodedValue(values.window(property.offset), property.type, heap)
  }
}
