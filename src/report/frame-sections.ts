// What of a frame's fields a report shows: the protocols that speak of the call, not how the bytes got there.
import type { FieldLine } from '../capture/field'
import type { ReportSection } from './report'

/** How bytes travel: shown only where there is nothing above. */
const CARRIERS =
  /^(Ethernet|IEEE 802|Radiotap|Prism|Per-Packet|PKTAP|Linux|Null|Logical-Link|Point-to-Point|PPP|Cisco|Internet Protocol|Extension header|Transmission Control|User Datagram|MultiProtocol|Generic|Virtual|VN-Tag|Encapsulated|IP over|Network Monitor)/
const MOST_FIELDS = 48
const LONGEST_VALUE = 240

/** Sections of a frame's parts, each begun by a line of depth 0. */
export function frameSections(parts: readonly { fields: readonly FieldLine[] }[]): ReportSection[] {
  const sections: ReportSection[] = []
  for (const { fields } of parts)
    for (const { label, value, depth } of fields) {
      if (depth === 0) sections.push({ name: [label, value].filter(Boolean).join(' '), fields: [], more: 0 })
      const section = sections.at(-1)
      if (!section || depth === 0) continue
      if (section.fields.length >= MOST_FIELDS) section.more++
      else section.fields.push({ label, value: shortened(value), depth: depth - 1 })
    }
  const telling = sections.filter(({ name }) => !CARRIERS.test(name))
  return telling.length > 0 ? telling : sections.slice(-1)
}

function shortened(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value
}
