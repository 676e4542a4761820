// The schema of events that a merged trace carries: TRACE_EVENT_INFO and EVENT_MAP_INFO (tdh.h), as they lie in memory on
// Windows. Every offset, count and index is checked: a trace may hold anything.
import { uuidText } from '../../capture/text'

// TRACE_EVENT_INFO.
const DESCRIPTOR = 32
const PROVIDER_NAME = 52
const TASK_NAME = 68
const OPCODE_NAME = 72
const MESSAGE = 76
const EVENT_NAME = 92
const PROPERTY_COUNT = 100
const TOP_LEVEL_COUNT = 104
const PROPERTIES = 112
const PROPERTY_BYTES = 24

/** EVENT_PROPERTY_INFO.Flags. */
export const enum PropertyFlag {
  Struct = 1,
  /** The length, or the count, is the value of the property of that index. */
  LengthProperty = 2,
  CountProperty = 4,
}

const MAX_PROPERTIES = 1024
const MAX_TEXT = 8192
const MAX_MAP_ENTRIES = 16384

export interface Property {
  flags: number
  name: string
  /** TDH_INTYPE_*, or the index of a struct's first member. */
  inType: number
  /** TDH_OUTTYPE_*, or how many members a struct has. */
  outType: number
  /** Name of the map that gives its values texts; '' for none. */
  map: string
  count: number
  length: number
}

export interface Schema {
  provider: string
  providerName: string
  id: number
  version: number
  /** Name of the event, or of its task and opcode. */
  name: string
  /** Text with %1, %2 ... for the top-level properties; '' for none. */
  message: string
  properties: Property[]
  topLevel: number
}

export interface ValueMap {
  name: string
  isBitmap: boolean
  texts: Map<number, string>
}

/** Reads a TRACE_EVENT_INFO; undefined for one that is broken. */
export function schemaOf(bytes: Uint8Array): Schema | undefined {
  if (bytes.length < PROPERTIES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (at: number) => view.getUint32(at, true)
  const text = (at: number) => textAt(view, word(at))
  const count = Math.min(word(PROPERTY_COUNT), MAX_PROPERTIES, Math.floor((bytes.length - PROPERTIES) / PROPERTY_BYTES))
  const properties: Property[] = []
  for (let index = 0; index < count; index++) {
    const at = PROPERTIES + index * PROPERTY_BYTES
    const flags = word(at)
    properties.push({
      flags,
      name: text(at + 4) || `Field${index + 1}`,
      inType: view.getUint16(at + 8, true),
      outType: view.getUint16(at + 10, true),
      map: flags & PropertyFlag.Struct ? '' : text(at + 12),
      count: view.getUint16(at + 16, true),
      length: view.getUint16(at + 18, true),
    })
  }
  const task = text(TASK_NAME)
  const opcode = text(OPCODE_NAME).replace(/^win:/, '')
  return {
    provider: uuidText(bytes, 0),
    providerName: text(PROVIDER_NAME),
    id: view.getUint16(DESCRIPTOR, true),
    version: view.getUint8(DESCRIPTOR + 2),
    name: task && opcode && opcode !== 'Info' ? `${task}/${opcode}` : task || text(EVENT_NAME) || opcode,
    message: text(MESSAGE),
    properties,
    topLevel: Math.min(word(TOP_LEVEL_COUNT), count),
  }
}

const MAP_BITMAP = 2
const MAP_ENTRIES = 16

/** Reads an EVENT_MAP_INFO; undefined for one that is broken. */
export function mapOf(bytes: Uint8Array): ValueMap | undefined {
  if (bytes.length < MAP_ENTRIES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = Math.min(view.getUint32(8, true), MAX_MAP_ENTRIES, Math.floor((bytes.length - MAP_ENTRIES) / 8))
  const texts = new Map<number, string>()
  for (let index = 0; index < count; index++) {
    const at = MAP_ENTRIES + index * 8
    texts.set(view.getUint32(at + 4, true), textAt(view, view.getUint32(at, true)).trim())
  }
  return {
    name: textAt(view, view.getUint32(0, true)),
    isBitmap: (view.getUint32(4, true) & MAP_BITMAP) !== 0,
    texts,
  }
}

/** The UTF-16 text at an offset, without trailing space; '' for offset 0 and beyond the end. */
function textAt(view: DataView, offset: number): string {
  if (offset === 0) return ''
  let text = ''
  for (let at = offset; at + 2 <= view.byteLength && text.length < MAX_TEXT; at += 2) {
    const unit = view.getUint16(at, true)
    if (unit === 0) break
    text += String.fromCharCode(unit)
  }
  return text.trimEnd()
}
