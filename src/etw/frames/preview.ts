// What the conversion has to know before it begins, of records that often come last: how components and network cards
// are called, which component drives a card, and what drop reasons mean.
import { uuidText } from '../../capture/text'
import { type Buffer, readBuffer } from '../container/buffers'
import { eventItems } from './frame-events'
import type { FileBytes } from '../container/file-bytes'
import { BUFFER_HEADER_BYTES, type LogHeader } from '../container/log-header'
import { knownProvider, Role, SCHEMA } from '../events/providers'
import { Kind, Records } from '../container/records'
import { mapOf, type ValueMap } from '../events/schema'

/** Buffers at either end that are looked at, and how much of them. */
const BUFFERS = 3
const MAX_BYTES = 48 << 20
const MAX_NAMES = 4096

const COMPONENT = 20
const MINIPORT = 2
const NIC = 0xb0d
/** TRACE_EVENT_INFO and EVENT_MAP_INFO among the records of a merge. */
export const SCHEMA_EVENT = 32
export const SCHEMA_MAP = 33

export interface Preview {
  components: Map<number, { type: number; name: string }>
  /** Names of network cards by interface index. */
  cards: Map<number, string>
  dropReasons: ValueMap | undefined
}

/** Looks at the first and the last buffers. */
export async function preview(file: FileBytes, list: Buffer[], header: LogHeader): Promise<Preview> {
  const found: Preview = { components: new Map(), cards: new Map(), dropReasons: undefined }
  let bytes = 0
  for (const buffer of new Set([...list.slice(-BUFFERS).reverse(), ...list.slice(0, BUFFERS)])) {
    if ((bytes += buffer.bytes) > MAX_BYTES) break
    const records = new Records(await readBuffer(file, buffer, header), BUFFER_HEADER_BYTES, header.clock)
    while (records.next()) look(records, found)
  }
  return found
}

function look(records: Records, found: Preview): void {
  if (records.kind === Kind.System) {
    if (records.hookId === NIC) card(records, found)
    return
  }
  if (records.kind !== Kind.Event && records.kind !== Kind.Classic) return
  const guid = uuidText(records.bytes, records.at + 24)
  if (records.kind === Kind.Classic) {
    if (guid !== SCHEMA || records.bytes[records.at + 4] !== SCHEMA_MAP) return
    const map = mapOf(records.bytes.subarray(records.dataAt + 16, records.dataEnd))
    if (map && /dropreason/i.test(map.name)) found.dropReasons = map
    return
  }
  if (knownProvider(guid)?.role !== Role.PktMon || records.view.getUint16(records.at + 40, true) !== COMPONENT) return
  eventItems(records)
  const { view, dataAt, dataEnd } = records
  if (dataAt + 4 > dataEnd || found.components.size >= MAX_NAMES) return
  const [name, next] = textAt(records, dataAt + 4)
  const [description] = textAt(records, next)
  found.components.set(view.getUint16(dataAt, true), {
    type: view.getUint16(dataAt + 2, true),
    name: name || description,
  })
}

/** True for a component that drives a network card. */
export function isMiniport({ components }: Preview, component: number): boolean {
  return components.get(component)?.type === MINIPORT
}

/** Hook 0xB0D: MAC, address length, index (IPv4, IPv6), then texts: description, addresses, name servers. */
function card(records: Records, { cards }: Preview): void {
  const { view, dataAt, dataEnd } = records
  if (dataAt + 20 > dataEnd || cards.size >= MAX_NAMES) return
  const [name] = textAt(records, dataAt + 20)
  if (name) cards.set(view.getUint32(dataAt + 12, true), name)
}

function textAt({ view, dataEnd }: Records, at: number): [text: string, next: number] {
  let text = ''
  for (; at + 2 <= dataEnd; at += 2) {
    const unit = view.getUint16(at, true)
    if (unit === 0) return [text, at + 2]
    text += String.fromCharCode(unit)
  }
  return [text, at]
}
