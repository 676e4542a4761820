// Qualifiers of classes, properties, methods and instances. MS-WMIO 2.2.59 (QualifierSet), 2.2.60 (Qualifier).
import type { Cursor } from './cursor'
import type { Heap } from './heap'
import type { Qualifier } from './model'
import { encodedValue, valueSize } from './value'

/** Name, flavor and type; a value follows. */
const MIN_QUALIFIER = 9

/** A set of qualifiers as bytes: the heap that it refers to comes later than the set. */
export function qualifierBytes(from: Cursor): Cursor {
  const length = from.u32()
  return from.part(length - 4)
}

/** Reads the qualifiers of a set, as far as it goes. */
export function qualifiers(set: Cursor, heap: Heap): Qualifier[] {
  const found: Qualifier[] = []
  while (set.left >= MIN_QUALIFIER && set.limits.spend(MIN_QUALIFIER)) {
    const name = heap.text(set.u32()) ?? ''
    const flavor = set.u8()
    const type = set.u32()
    if (valueSize(type) === undefined) {
      set.limits.wrong(`${type} is not a CIM type`)
      break
    }
    found.push({ name, flavor, type, value: encodedValue(set, type, heap) })
  }
  return found
}
