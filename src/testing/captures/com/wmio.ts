// Encodes WMI classes and instances as a server sends them. MS-WMIO 2.2; arrays of objects as in MS-WMI 2.2.14.
import { ascii, ByteWriter, concatenate } from '../../bytes'

/** CIM types by their names in MOF. MS-WMIO 2.2.82. */
const TYPES = {
  sint16: 2,
  sint32: 3,
  real32: 4,
  real64: 5,
  string: 8,
  boolean: 11,
  object: 13,
  sint8: 16,
  uint8: 17,
  uint16: 18,
  uint32: 19,
  sint64: 20,
  uint64: 21,
  datetime: 101,
  ref: 102,
  char16: 103,
} as const
const ARRAY = 0x2000
const INHERITED = 0x4000
const NULL_REFERENCE = 0xffffffff
const DICTIONARY = [
  '"',
  'key',
  undefined,
  'read',
  'write',
  'volatile',
  'provider',
  'dynamic',
  'cimwin32',
  'DWORD',
  'CIMTYPE',
]
/** Propagated to instances and to subclasses. */
const FLAVOR = 3

type TypeName = keyof typeof TYPES
/** Bytes are the ObjectBlock of an embedded object. */
export type Value = null | boolean | number | bigint | string | Uint8Array | readonly Value[]

export interface QualifierSource {
  name: string
  value?: Value
  type?: TypeName
  flavor?: number
}

export interface PropertySource {
  name: string
  type: TypeName
  array?: boolean
  /** Text of the qualifier CIMTYPE; the name of the type unless given. */
  cimType?: string
  qualifiers?: QualifierSource[]
  default?: Value
  defaultInherited?: boolean
  /** Which class of the hierarchy declares it, from 0 at the root; the class itself unless given. */
  origin?: number
}

interface MethodSource {
  name: string
  qualifiers?: QualifierSource[]
  origin?: number
  input?: ClassSource
  output?: ClassSource
}

export interface ClassSource {
  name: string
  /** From the parent up. */
  superclasses?: string[]
  qualifiers?: QualifierSource[]
  /** In the order of declaration. */
  properties: PropertySource[]
  methods?: MethodSource[]
}

export interface Origin {
  server: string
  namespace: string
}

/** Values by the name of the property; what is left out keeps the class's default. */
export type Values = Readonly<Record<string, Value>>

/** Text, arrays, sets and objects behind a block, which refers to them by offset. */
class HeapWriter {
  #bytes = new ByteWriter()

  add(bytes: Uint8Array): number {
    const at = this.#bytes.length
    this.#bytes.bytes(bytes)
    return at
  }

  text(text: string): number {
    const entry = DICTIONARY.indexOf(text)
    return entry < 0 ? this.add(encodedString(text)) : 0x80000000 + entry
  }

  /** With the length before it, whose high bit is set. */
  take(): Uint8Array {
    const items = this.#bytes.take()
    return new ByteWriter()
      .u32(0x80000000 + items.length)
      .bytes(items)
      .take()
  }
}

/** A class with its parent, as an ObjectBlock; a class without a parent sends an empty one. */
export function classBlock(
  cim: ClassSource,
  parent: ClassSource = { name: '', properties: [] },
  origin?: Origin,
  unusedBytes = 0,
) {
  return concatenate(decorated(0x01, origin), classAndMethods(parent), classAndMethods(cim, unusedBytes))
}

/** An instance with its class, as an ObjectBlock. */
export function instanceBlock(
  cim: ClassSource,
  values: Values,
  origin?: Origin,
  own: QualifierSource[] = [],
  unusedBytes = 0,
) {
  return concatenate(decorated(0x02, origin), classPart(cim), instanceBody(cim, values, own, unusedBytes))
}

/** An instance whose class was sent before. */
export function instanceBlockWithoutClass(cim: ClassSource, values: Values, origin?: Origin, unusedBytes = 0) {
  return concatenate(decorated(0x02, origin), instanceBody(cim, values, [], unusedBytes))
}

/** A block of `length` bytes; `block` makes it with so many unused bytes at its end. Throws where it has no room. */
export function sizedBlock(length: number, block: (unusedBytes: number) => Uint8Array): Uint8Array {
  const missing = length - block(0).length
  if (missing < 0) throw new RangeError(`the object has ${-missing} bytes more than ${length}`)
  return block(missing)
}

/** An ObjectBlock as IWbemClassObject is marshaled: signature and length before it. */
export function encodingUnit(block: Uint8Array): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u32(0x12345678).u32(block.length).bytes(block).take()
}

/** One object of an ObjectArray; `id` is 16 bytes. */
export type ArrayEntry =
  | { kind: 'class'; block: Uint8Array }
  | { kind: 'instance' | 'instance without class'; id: Uint8Array; block: Uint8Array }

/** An ObjectArray as IWbemWCOSmartEnum::Next returns it. */
export function objectArray(entries: readonly ArrayEntry[]): Uint8Array<ArrayBuffer> {
  const objects = concatenate(...entries.map(arrayEntry))
  const inner = new ByteWriter().u32(12).u32(objects.length).u32(entries.length).bytes(objects).take()
  const packet = new ByteWriter().u32(8).u32(inner.length).bytes(inner).take()
  return new ByteWriter().u32(0).ascii('WBEMDATA').u32(0x1a).u32(packet.length).u32(0).u8(1).u8(0).bytes(packet).take()
}

function arrayEntry(entry: ArrayEntry): Uint8Array {
  const body = new ByteWriter()
  if (entry.kind === 'class') body.u32(8).u32(entry.block.length)
  else body.u32(24).u32(entry.block.length).bytes(entry.id)
  const type = { class: 1, instance: 2, 'instance without class': 3 }[entry.kind]
  const data = body.bytes(entry.block).take()
  return new ByteWriter().u32(9).u32(data.length).u8(type).bytes(data).take()
}

function decorated(flags: number, origin: Origin | undefined): Uint8Array {
  if (!origin) return Uint8Array.of(flags)
  return concatenate(Uint8Array.of(flags | 0x04), encodedString(origin.server), encodedString(origin.namespace))
}

/** One octet a character where that is enough, else UTF-16. */
function encodedString(text: string): Uint8Array {
  if ([...text].every((character) => character <= '\u00ff'))
    return concatenate(Uint8Array.of(0), ascii(text), Uint8Array.of(0))
  return new ByteWriter().u8(1).utf16(text).u16(0).take()
}

function classAndMethods(cim: ClassSource, unusedBytes = 0): Uint8Array {
  return concatenate(classPart(cim), methodsPart(cim, unusedBytes))
}

function classPart(cim: ClassSource): Uint8Array {
  const heap = new HeapWriter()
  const nameReference = cim.name === '' ? NULL_REFERENCE : heap.text(cim.name)
  const derivation = new ByteWriter()
  for (const name of cim.superclasses ?? []) {
    const encoded = encodedString(name)
    derivation.bytes(encoded).u32(encoded.length)
  }
  const set = qualifierSet(cim.qualifiers ?? [], heap)
  const lookups = propertyLookups(cim, heap)
  const defaults = cim.properties.map((property) => property.default ?? null)
  const tables = valueTables(
    cim,
    defaults,
    cim.properties.map((property) => property.defaultInherited === true),
    heap,
  )
  const body = new ByteWriter()
    .u8(0)
    .u32(nameReference)
    .u32(tables.length)
    .u32(derivation.length + 4)
    .bytes(derivation.take())
    .bytes(set)
    .u32(cim.properties.length)
    .bytes(lookups)
    .bytes(tables)
    .bytes(heap.take())
  return lengthFirst(body.take())
}

/** Sorted by name, as a server sorts them. */
function propertyLookups(cim: ClassSource, heap: HeapWriter): Uint8Array {
  const offsets = offsetsOf(cim)
  const depth = cim.superclasses?.length ?? 0
  const sorted = cim.properties
    .map((property, order) => ({ property, order }))
    .sort((one, other) => (one.property.name.toLowerCase() < other.property.name.toLowerCase() ? -1 : 1))
  const lookups = new ByteWriter()
  for (const { property, order } of sorted) {
    const origin = property.origin ?? depth
    const nameReference = heap.text(property.name)
    const set = qualifierSet(
      [{ name: 'CIMTYPE', value: property.cimType ?? property.type }, ...(property.qualifiers ?? [])],
      heap,
    )
    const info = new ByteWriter()
      .u32(typeOf(property) | (origin < depth ? INHERITED : 0))
      .u16(order)
      .u32(offsets[order]!)
      .u32(origin)
      .bytes(set)
    lookups.u32(nameReference).u32(heap.add(info.take()))
  }
  return lookups.take()
}

/** A heap may have unused bytes. MS-WMIO 2.2.66. */
function methodsPart({ methods = [], superclasses = [] }: ClassSource, unusedBytes: number): Uint8Array {
  const heap = new HeapWriter()
  const descriptions = new ByteWriter()
  for (const method of methods) {
    descriptions
      .u32(heap.text(method.name))
      .u8(0)
      .fill(3)
      .u32(method.origin ?? superclasses.length)
      .u32(heap.add(qualifierSet(method.qualifiers ?? [], heap)))
      .u32(method.input ? heap.add(sized(classBlock(method.input))) : NULL_REFERENCE)
      .u32(method.output ? heap.add(sized(classBlock(method.output))) : NULL_REFERENCE)
  }
  heap.add(new Uint8Array(unusedBytes))
  return lengthFirst(new ByteWriter().u16(methods.length).u16(0).bytes(descriptions.take()).bytes(heap.take()).take())
}

function instanceBody(cim: ClassSource, values: Values, own: QualifierSource[], unusedBytes = 0): Uint8Array {
  const heap = new HeapWriter()
  const nameReference = heap.text(cim.name)
  const given = cim.properties.map(({ name }) => values[name])
  const tables = valueTables(
    cim,
    given.map((value, order) => (value === undefined ? (cim.properties[order]!.default ?? null) : value)),
    given.map((value) => value === undefined),
    heap,
  )
  const set = qualifierSet(own, heap)
  heap.add(new Uint8Array(unusedBytes))
  return lengthFirst(new ByteWriter().u8(0).u32(nameReference).bytes(tables).bytes(set).u8(1).bytes(heap.take()).take())
}

/** NdTable and value table. A null value's place is filled with ones. */
function valueTables(cim: ClassSource, values: Value[], isDefault: boolean[], heap: HeapWriter): Uint8Array {
  const flags = new Uint8Array(Math.ceil(cim.properties.length / 4))
  const table = new ByteWriter()
  cim.properties.forEach((property, order) => {
    const value = values[order] ?? null
    const bits = (value === null ? 1 : 0) | (isDefault[order] ? 2 : 0)
    flags[order >> 2]! |= bits << (2 * (order & 3))
    if (value === null) table.fill(sizeOf(typeOf(property)), 0xff)
    else table.bytes(encodedValue(value, typeOf(property), heap))
  })
  return concatenate(flags, table.take())
}

function qualifierSet(qualifiers: readonly QualifierSource[], heap: HeapWriter): Uint8Array {
  const set = new ByteWriter()
  for (const { name, value = true, type, flavor = FLAVOR } of qualifiers) {
    const number = (type ? TYPES[type] : guessedType(value)) | (Array.isArray(value) ? ARRAY : 0)
    set
      .u32(heap.text(name))
      .u8(flavor)
      .u32(number)
      .bytes(encodedValue(value, number, heap))
  }
  return lengthFirst(set.take())
}

function guessedType(value: Value): number {
  const [one] = Array.isArray(value) ? value : [value]
  if (typeof one === 'boolean') return TYPES.boolean
  return typeof one === 'number' ? TYPES.sint32 : TYPES.string
}

function typeOf({ type, array }: PropertySource): number {
  return TYPES[type] | (array ? ARRAY : 0)
}

function offsetsOf(cim: ClassSource): number[] {
  let offset = 0
  return cim.properties.map((property) => {
    const here = offset
    offset += sizeOf(typeOf(property))
    return here
  })
}

function sizeOf(type: number): number {
  if ((type & ARRAY) !== 0) return 4
  const { sint8, uint8, sint16, uint16, boolean, char16, sint64, uint64, real64 } = TYPES
  if (type === sint8 || type === uint8) return 1
  if (type === sint16 || type === uint16 || type === boolean || type === char16) return 2
  return type === sint64 || type === uint64 || type === real64 ? 8 : 4
}

/** A value as its table holds it: text, arrays and objects go on the heap. */
function encodedValue(value: Value, type: number, heap: HeapWriter): Uint8Array {
  const into = new ByteWriter()
  if (value === null) return into.u32(NULL_REFERENCE).take()
  if ((type & ARRAY) !== 0) {
    const values = value as readonly Value[]
    const items = values.map((one) => encodedValue(one, type & ~ARRAY, heap))
    return into.u32(heap.add(concatenate(new ByteWriter().u32(values.length).take(), ...items))).take()
  }
  if (typeof value === 'string') return into.u32(heap.text(value)).take()
  if (value instanceof Uint8Array) return into.u32(heap.add(sized(value))).take()
  if (typeof value === 'boolean') return into.u16(value ? 0xffff : 0).take()
  return number(value as number | bigint, type)
}

function number(value: number | bigint, type: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8))
  if (type === TYPES.real32) bytes.setFloat32(0, Number(value), true)
  else if (type === TYPES.real64) bytes.setFloat64(0, Number(value), true)
  else bytes.setBigInt64(0, BigInt(value), true)
  return new Uint8Array(bytes.buffer, 0, sizeOf(type))
}

/** A block with its length before it, itself not counted. */
function sized(block: Uint8Array): Uint8Array {
  return new ByteWriter().u32(block.length).bytes(block).take()
}

/** A block with its length before it, itself counted. */
function lengthFirst(block: Uint8Array): Uint8Array {
  return new ByteWriter()
    .u32(block.length + 4)
    .bytes(block)
    .take()
}
