// An instance: the values of the properties that its class declares. MS-WMIO 2.2.53 (InstanceType) to 2.2.58.
import type { Cursor } from './cursor'
import { Heap } from './heap'
import type { CimClass, Instance, InstanceProperty } from './model'
import { nullAndDefault, ndTableLength } from './nd-table'
import { qualifierBytes, qualifiers } from './qualifiers'
import { encodedValue, valueSize } from './value'

/** InstancePropQualifierSet: no property has qualifiers of its own, or a set for each follows. MS-WMIO 2.2.58. */
const NO_PROPERTY_QUALIFIERS = 1
const PROPERTY_QUALIFIERS = 2

/** Reads an InstanceType after its CurrentClass, which is `cim`. */
export function instance(from: Cursor, cim: CimClass): Instance {
  const length = from.u32()
  const part = from.part(length - 4)
  const flags = part.u8()
  const nameReference = part.u32()
  const tables = part.part(cim.tableLength)
  const own = qualifierBytes(part)
  const ofProperties = propertyQualifiers(part, cim.properties.length)
  const heap = new Heap(part)
  return {
    flags,
    className: heap.text(nameReference) ?? cim.name,
    properties: cim.properties.map((property, place) => {
      const set = ofProperties[place]
      return { ...value(tables, cim, place, heap), qualifiers: set ? qualifiers(set, heap) : [], property }
    }),
    qualifiers: qualifiers(own, heap),
  }
}

function propertyQualifiers(part: Cursor, count: number): Cursor[] {
  const kind = part.u8()
  if (kind === NO_PROPERTY_QUALIFIERS) return []
  const sets: Cursor[] = []
  if (kind !== PROPERTY_QUALIFIERS) part.limits.wrong(`${kind} does not say if properties have qualifiers`)
  else while (sets.length < count && part.left >= 4) sets.push(qualifierBytes(part))
  return sets
}

/** The value of a property, and where it lies. */
function value(
  tables: Cursor,
  cim: CimClass,
  place: number,
  heap: Heap,
): Pick<InstanceProperty, 'value' | 'isDefault' | 'at' | 'length'> {
  const property = cim.properties[place]!
  const slot = tables.window(ndTableLength(cim.properties.length)).window(property.offset)
  const at = slot.base
  const length = Math.min(slot.left, valueSize(property.type) ?? 0)
  const { isNull, isDefault } = nullAndDefault(tables, property.order)
  if (isDefault) return { value: isNull ? null : property.default, isDefault, at, length }
  return { value: isNull ? null : encodedValue(slot, property.type, heap), isDefault, at, length }
}
