// What a client says to WMI beside its arguments: a bag of named values. MS-WMI 2.2.13 (IWbemContext).
import { Cursor, Limits } from './cursor'
import { scalarText } from './mof-value'
import { CimType } from './model'
import { type Decoded, embeddedObject } from './object-block'

export interface ContextValue {
  name: string
  /** As MOF: `64`, `TRUE`, `"MS_409"`, `{1, 2}`; NULL where there is none. */
  value: string
  /** Offset and length of the property in the bytes that were decoded. */
  at: number
  length: number
}

/** PropertyType. MS-OAUT 2.2.7. */
const enum Variant {
  Empty = 0,
  Null = 1,
  I2 = 2,
  I4 = 3,
  R4 = 4,
  R8 = 5,
  Text = 8,
  Boolean = 11,
  Object = 13,
  I1 = 16,
  Ui1 = 17,
  Ui2 = 18,
  Ui4 = 19,
}

const ARRAY = 0x2000
const GUID_BYTES = 16
/** A number has this many bytes, whatever its type; in an array only those of its type. */
const SCALAR_BYTES = 8
const OBJECT_SIGNATURE = 0x12345678
const MAX_VALUES = 10_000

/** Decodes an IWbemContextBuffer. Nothing throws; bad bytes give a note. */
export function contextValues(bytes: Uint8Array): Decoded<ContextValue[]> {
  const limits = new Limits(bytes.length, embeddedObject)
  const from = new Cursor(bytes, 0, limits)
  from.part(from.u32() * GUID_BYTES)
  const count = from.u32()
  const values: ContextValue[] = []
  while (values.length < Math.min(count, MAX_VALUES) && limits.note === undefined) {
    const { at } = from
    const name = text(from)
    from.u32()
    const value = valueOf(from, from.u16())
    if (limits.note === undefined || from.left > 0) values.push({ name, value, at, length: from.at - at })
  }
  return { value: values, note: limits.note }
}

/** IWbemContextString: a count of characters, then these. MS-WMI 2.2.13.3. */
function text(from: Cursor): string {
  return new TextDecoder('utf-16le').decode(from.part(from.u32() * 2).bytes)
}

function valueOf(from: Cursor, type: number): string {
  if (type & ARRAY) return array(from, type & ~ARRAY)
  if (type === Variant.Text || type === Variant.Object || type <= Number(Variant.Null)) return element(from, type)
  return element(from.part(SCALAR_BYTES), type)
}

/** IWbemContextArray: how many elements, how large each, then the elements. MS-WMI 2.2.13.4. */
function array(from: Cursor, type: number): string {
  const count = from.u32()
  from.u32()
  const values: string[] = []
  while (values.length < count && from.left > 0 && from.limits.spend(1)) values.push(element(from, type))
  if (values.length < count) from.limits.wrong(`an array of ${count} elements ends early`)
  return `{${values.join(', ')}}`
}

function element(from: Cursor, type: number): string {
  switch (type) {
    case Variant.Empty:
    case Variant.Null:
      return 'NULL'
    case Variant.I1:
      return String(from.i8())
    case Variant.Ui1:
      return String(from.u8())
    case Variant.I2:
      return String(from.i16())
    case Variant.Ui2:
      return String(from.u16())
    case Variant.Boolean:
      return from.u16() === 0 ? 'FALSE' : 'TRUE'
    case Variant.I4:
      return String(from.i32())
    case Variant.Ui4:
      return String(from.u32())
    case Variant.R4:
      return scalarText(from.f32(), CimType.REAL32)
    case Variant.R8:
      return scalarText(from.f64(), CimType.REAL64)
    case Variant.Text:
      return scalarText(text(from), CimType.STRING)
    case Variant.Object:
      return object(from)
    default:
      from.limits.wrong(`${type} is not a type of a context's value`)
      return ''
  }
}

/** An EncodingUnit, named by its class. */
function object(from: Cursor): string {
  if (from.u32() !== OBJECT_SIGNATURE) {
    from.limits.wrong('an object in a context begins without its signature')
    return ''
  }
  const found = embeddedObject(from)
  return found ? `object of ${found.instance?.className ?? found.class.name}` : 'NULL'
}
