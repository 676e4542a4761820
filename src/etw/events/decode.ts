// Event data by the schema in the file: any provider is read without a table of ours.
import { type Property, PropertyFlag, type Schema, type ValueMap } from './schema'
import { DataEnds, InType, type Value, Values } from './values'

/** So many values are read of one event at most; a hostile schema may describe any number. */
const MAX_VALUES = 4096
const MAX_DEPTH = 4

export type Fields = Record<string, Value>

export interface Decoded {
  fields: Fields
  /** Numbers of fields whose value has a text of its own in `fields`. */
  numbers: Record<string, number>
  /** Bytes of the data that the schema does not describe, or that could not be read. */
  left: number
  /** The message with its values; undefined where the event has none. */
  message?: string
}

/** Gives the map of a name; undefined for one that the file does not hold. */
export type MapLookup = (name: string) => ValueMap | undefined

/** Decodes event data by a schema. */
export function decodeBySchema(schema: Schema, data: Uint8Array, is32Bit: boolean, map: MapLookup): Decoded {
  const decoder = new Decoder(schema.properties, new Values(data, is32Bit), map)
  const fields = decoder.all(schema.topLevel)
  return {
    fields,
    numbers: decoder.numbers,
    left: decoder.values.left,
    ...(schema.message && { message: messageText(schema, fields) }),
  }
}

class Decoder {
  readonly numbers: Record<string, number> = {}
  #read = 0
  /** Value of each property as a number, for lengths and counts that refer to it. */
  readonly #sizes: number[] = []

  constructor(
    private readonly properties: Property[],
    readonly values: Values,
    private readonly map: MapLookup,
  ) {}

  all(topLevel: number): Fields {
    const fields: Fields = {}
    try {
      this.#members(0, topLevel, fields, 0)
    } catch (error) {
      if (!(error instanceof DataEnds)) throw error
    }
    return fields
  }

  /** Reads properties `from` up to `end` into `fields`; what was read stays there when the data ends. */
  #members(from: number, end: number, fields: Fields, depth: number): void {
    if (depth > MAX_DEPTH) throw new DataEnds()
    for (let index = from; index < Math.min(end, this.properties.length); index++) {
      const property = this.properties[index]!
      const isArray = property.count > 1 || (property.flags & PropertyFlag.CountProperty) !== 0
      if (!isArray) {
        this.#one(property, index, fields, depth)
        continue
      }
      const list: Value[] = []
      fields[property.name] = list
      const count = this.#size(property.flags & PropertyFlag.CountProperty, property.count)
      for (let item = 0; item < count; item++) {
        const holder: Fields = {}
        try {
          this.#one(property, index, holder, depth)
        } finally {
          if (property.name in holder) list.push(holder[property.name]!)
        }
      }
    }
  }

  #one(property: Property, index: number, fields: Fields, depth: number): void {
    if (++this.#read > MAX_VALUES) throw new DataEnds()
    if (property.flags & PropertyFlag.Struct) {
      const members: Fields = {}
      fields[property.name] = members
      this.#members(property.inType, property.inType + property.outType, members, depth + 1)
      return
    }
    const length = this.#size(property.flags & PropertyFlag.LengthProperty, property.length)
    // The size that another field gives may be 0: then there is nothing, not a text up to its zero.
    const isNothing = length === 0 && (property.flags & PropertyFlag.LengthProperty) !== 0
    const isCounted = property.inType <= (InType.AnsiString as number) || property.inType === (InType.Binary as number)
    const value = isNothing && isCounted ? '' : this.values.read(property.inType, property.outType, length)
    if (typeof value === 'number') this.#sizes[index] = value
    fields[property.name] = this.#mapped(property, value)
  }

  /** A length or count: the schema's own number, or the value of the property with that index. */
  #size(isProperty: number, size: number): number {
    return isProperty ? (this.#sizes[size] ?? 0) : size
  }

  #mapped({ map, name }: Property, value: Value): Value {
    if (!map || typeof value !== 'number') return value
    const found = this.map(map)
    if (!found) return value
    const text = found.isBitmap ? bitTexts(found, value) : found.texts.get(value)
    if (text === undefined) return value
    this.numbers[name] = value
    return text
  }
}

function bitTexts({ texts }: ValueMap, value: number): string | undefined {
  const set = [...texts].filter(([bit]) => bit !== 0 && (value & bit) === (bit | 0)).map(([, text]) => text)
  return set.length > 0 ? set.join(', ') : undefined
}

/** The message with %1, %2 ... replaced by the top-level values in order, and %n, %t, %% by what they mean. */
function messageText({ message, properties, topLevel }: Schema, fields: Fields): string {
  return message.replace(
    /%(\d{1,3})(?:!\w*!)?|%([nrt%!.])/g,
    (whole, number: string | undefined, special: string | undefined) => {
      if (special !== undefined) return special === 'n' || special === 'r' ? '\n' : special === 't' ? '\t' : special
      const property = Number(number) <= topLevel ? properties[Number(number) - 1] : undefined
      const value = property && fields[property.name]
      return value === undefined ? whole : valueText(value)
    },
  )
}

/** A value in a sentence. */
export function valueText(value: Value): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
