// Values in value tables, arrays and qualifiers. MS-WMIO 2.2.71 (EncodedValue), 2.2.79 (Encoded-Array).
import type { Cursor } from './cursor'
import type { Heap } from './heap'
import { ARRAY, CimType, type CimValue } from './model'

/** Size of a value in its table, in bytes; text, arrays and objects are references there. */
const SIZES: Readonly<Record<number, number>> = {
  [CimType.SINT8]: 1,
  [CimType.UINT8]: 1,
  [CimType.SINT16]: 2,
  [CimType.UINT16]: 2,
  [CimType.BOOLEAN]: 2,
  [CimType.CHAR16]: 2,
  [CimType.SINT32]: 4,
  [CimType.UINT32]: 4,
  [CimType.REAL32]: 4,
  [CimType.STRING]: 4,
  [CimType.DATETIME]: 4,
  [CimType.REFERENCE]: 4,
  [CimType.OBJECT]: 4,
  [CimType.SINT64]: 8,
  [CimType.UINT64]: 8,
  [CimType.REAL64]: 8,
}
const REFERENCE_SIZE = 4

/** Size of a value of that type in its table, in bytes; undefined for a type that does not exist. */
export function valueSize(type: number): number | undefined {
  const size = SIZES[type & ~ARRAY]
  return size !== undefined && (type & ARRAY) !== 0 ? REFERENCE_SIZE : size
}

/** Reads a value of that type. A value that cannot be read is null, with a note. */
export function encodedValue(from: Cursor, type: number, heap: Heap): CimValue {
  const size = valueSize(type)
  if (size === undefined) return unknownType(from, type)
  if (from.left < size) {
    from.limits.wrong('a value lies behind the end of its table')
    return null
  }
  if ((type & ARRAY) === 0) return scalar(from, type, heap)
  const items = heap.item(from.u32())
  return items ? array(items, type & ~ARRAY, heap) : null
}

function array(from: Cursor, type: number, heap: Heap): CimValue {
  const count = from.u32()
  const size = valueSize(type) ?? REFERENCE_SIZE
  if (count * size > from.left) from.limits.wrong(`an array of ${count} elements does not fit its heap`)
  const values: CimValue[] = []
  while (values.length < count && from.left >= size && from.limits.spend(size)) values.push(scalar(from, type, heap))
  return values
}

function scalar(from: Cursor, type: number, heap: Heap): CimValue {
  switch (type) {
    case CimType.SINT8:
      return from.i8()
    case CimType.UINT8:
      return from.u8()
    case CimType.SINT16:
      return from.i16()
    case CimType.UINT16:
    case CimType.CHAR16:
      return from.u16()
    case CimType.SINT32:
      return from.i32()
    case CimType.UINT32:
      return from.u32()
    case CimType.SINT64:
      return from.i64()
    case CimType.UINT64:
      return from.u64()
    case CimType.REAL32:
      return from.f32()
    case CimType.REAL64:
      return from.f64()
    case CimType.BOOLEAN:
      return from.u16() !== 0
    case CimType.STRING:
    case CimType.DATETIME:
    case CimType.REFERENCE:
      return heap.text(from.u32()) ?? null
    case CimType.OBJECT: {
      const item = heap.item(from.u32())
      return (item && item.limits.readObject(item)) ?? null
    }
    default:
      return unknownType(from, type)
  }
}

function unknownType(from: Cursor, type: number): null {
  from.limits.wrong(`${type} is not a CIM type`)
  return null
}
