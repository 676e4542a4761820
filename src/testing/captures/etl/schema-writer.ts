// TRACE_EVENT_INFO and EVENT_MAP_INFO as a merge puts them into a trace (tdh.h).
import { ByteWriter, concatenate, utf16, uuidBytes } from '../../bytes'

const HEADER = 112
const PROPERTY = 24

interface WrittenProperty {
  name: string
  /** TDH_INTYPE_* and TDH_OUTTYPE_*. */
  inType: number
  outType?: number
  map?: string
  /** Index of the property that holds the length. */
  lengthOf?: number
  /** Index of the property that holds the count of a structure's items, and its members. */
  countOf?: number
  members?: WrittenProperty[]
}

export interface WrittenSchema {
  provider: string
  providerName: string
  id: number
  version?: number
  task?: string
  message?: string
  properties: WrittenProperty[]
}

/** A TRACE_EVENT_INFO. */
export function schemaBytes(schema: WrittenSchema): Uint8Array {
  const all = [...schema.properties, ...schema.properties.flatMap(({ members = [] }) => members)]
  const texts = new ByteWriter()
  const textsAt = HEADER + all.length * PROPERTY
  const text = (value: string | undefined) => {
    if (!value) return 0
    const at = textsAt + texts.length
    texts.bytes(utf16(`${value}\0`))
    return at
  }
  const out = new ByteWriter().uuid(schema.provider).fill(16)
  out
    .u16(schema.id)
    .u8(schema.version ?? 0)
    .u8(0)
    .u8(4)
    .u8(0)
    .u16(0)
    .u64(0n)
    .u32(0)
  out.u32(text(schema.providerName)).u32(0).u32(0).u32(0).u32(text(schema.task)).u32(0).u32(text(schema.message))
  out
    .fill(HEADER - out.length - 12)
    .u32(all.length)
    .u32(schema.properties.length)
    .u32(0)
  let memberAt = schema.properties.length
  for (const { name, inType, outType = 0, map, lengthOf, countOf, members } of all) {
    const flags = (members ? 1 : 0) | (lengthOf !== undefined ? 2 : 0) | (countOf !== undefined ? 4 : 0)
    out
      .u32(flags)
      .u32(text(name))
      .u16(members ? memberAt : inType)
      .u16(members ? members.length : outType)
    out
      .u32(text(map))
      .u16(countOf ?? 1)
      .u16(lengthOf ?? 0)
      .u32(0)
    memberAt += members?.length ?? 0
  }
  return concatenate(out.take(), texts.take())
}

/** The provider's GUID, then an EVENT_MAP_INFO. */
export function mapBytes(
  provider: string,
  name: string,
  values: Readonly<Record<number, string>>,
  isBitmap = false,
): Uint8Array {
  const entries = Object.entries(values)
  const texts = new ByteWriter()
  const textsAt = 16 + entries.length * 8
  const text = (value: string) => {
    const at = textsAt + texts.length
    texts.bytes(utf16(`${value}\0`))
    return at
  }
  const out = new ByteWriter()
    .u32(text(name))
    .u32(isBitmap ? 2 : 1)
    .u32(entries.length)
    .u32(0)
  for (const [value, words] of entries) out.u32(text(words)).u32(Number(value))
  return concatenate(uuidBytes(provider), out.take(), texts.take())
}
