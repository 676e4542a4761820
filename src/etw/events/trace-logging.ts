// TraceLogging: the event carries its own schema (EVENT_HEADER_EXT_TYPE_EVENT_SCHEMA_TL; TraceLoggingProvider.h).
import type { Decoded, Fields } from './decode'
import { DataEnds, InType, type Value, Values } from './values'

const TYPE_MASK = 0x1f
const FIXED_COUNT = 0x20
const VARIABLE_COUNT = 0x40
const CHAIN = 0x80
const MAX_FIELDS = 512
const MAX_ITEMS = 4096
const MAX_DEPTH = 4

interface Field {
  name: string
  inType: number
  outType: number
  /** Number of items of a fixed array; -1 where the data says how many; undefined for a single value. */
  count: number | undefined
}

/** Decodes data by the schema that came with it; undefined for a schema that is broken from its start. */
export function decodeTraceLogging(
  schema: Uint8Array,
  data: Uint8Array,
  is32Bit: boolean,
): (Decoded & { name: string }) | undefined {
  const reader = new SchemaReader(schema)
  const name = reader.begin()
  if (name === undefined) return undefined
  const fields: Field[] = []
  while (fields.length < MAX_FIELDS) {
    const field = reader.field()
    if (!field) break
    fields.push(field)
  }
  const values = new Values(data, is32Bit)
  const decoded: Fields = {}
  try {
    new FieldDecoder(fields, values).members(fields.length, decoded, 0)
  } catch (error) {
    if (!(error instanceof DataEnds)) throw error
  }
  return { name, fields: decoded, numbers: {}, left: values.left }
}

class SchemaReader {
  #at = 2
  readonly #end: number

  constructor(private readonly bytes: Uint8Array) {
    const size = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)
    this.#end = Math.min(bytes.length, Math.max(size, 0))
  }

  /** The event's name, behind its tags. */
  begin(): string | undefined {
    this.#tags()
    return this.#text()
  }

  field(): Field | undefined {
    const name = this.#text()
    if (name === undefined || this.#at >= this.#end) return undefined
    const type = this.#byte()
    let outType = 0
    if (type & CHAIN) {
      outType = this.#byte()
      if (outType & CHAIN) this.#tags()
      outType &= 0x7f
    }
    let count: number | undefined
    if (type & VARIABLE_COUNT) count = -1
    else if (type & FIXED_COUNT) count = this.#byte() | (this.#byte() << 8)
    return { name, inType: type & TYPE_MASK, outType, count }
  }

  /** Seven bits a byte, as long as the highest bit is set. */
  #tags(): void {
    while (this.#at < this.#end && this.#byte() & CHAIN);
  }

  #text(): string | undefined {
    const end = this.bytes.indexOf(0, this.#at)
    if (end < 0 || end >= this.#end) return undefined
    const text = new TextDecoder().decode(this.bytes.subarray(this.#at, end))
    this.#at = end + 1
    return text
  }

  #byte(): number {
    return this.bytes[this.#at++] ?? 0
  }
}

class FieldDecoder {
  #next = 0
  #items = 0

  constructor(
    private readonly fields: Field[],
    private readonly values: Values,
  ) {}

  /** Reads the next `count` fields into `into`. */
  members(count: number, into: Fields, depth: number): void {
    if (depth > MAX_DEPTH) throw new DataEnds()
    for (let member = 0; member < count && this.#next < this.fields.length; member++) {
      const field = this.fields[this.#next++]!
      if (field.count === undefined) {
        into[field.name] = this.#value(field, depth)
        continue
      }
      const list: Value[] = []
      into[field.name] = list
      const items = field.count >= 0 ? field.count : (this.values.read(InType.Uint16, 0, 0) as number)
      const first = this.#next
      for (let item = 0; item < items; item++) {
        // Every item of a list of structs has the same members.
        this.#next = first
        list.push(this.#value(field, depth))
      }
      if (items === 0 && field.inType === (InType.Struct as number)) this.#skip(field.outType)
    }
  }

  #value({ inType, outType }: Field, depth: number): Value {
    if (++this.#items > MAX_ITEMS) throw new DataEnds()
    if (inType === (InType.Struct as number)) {
      const members: Fields = {}
      this.members(outType, members, depth + 1)
      return members
    }
    // Binary has its size before it.
    return this.values.read(inType === (InType.Binary as number) ? InType.CountedBinary : inType, outType, 0)
  }

  /** Passes over the members of a struct that no item has. */
  #skip(members: number): void {
    for (let member = 0; member < members && this.#next < this.fields.length; member++) {
      const { inType, outType } = this.fields[this.#next++]!
      if (inType === (InType.Struct as number)) this.#skip(outType)
    }
  }
}
