// What of a frame's fields a report shows: the protocols that speak of the call, not how the bytes got there.
import { Protocol } from '../../asm/layout'
import type { FieldLine } from '../capture/field'
import type { ReportSection } from './report'

/** How bytes travel: shown only where there is nothing above. */
const CARRIERS: ReadonlySet<Protocol> = new Set([
  Protocol.Ethernet,
  Protocol.Vlan,
  Protocol.ProviderBackbone,
  Protocol.VnTag,
  Protocol.Ieee80211,
  Protocol.Radiotap,
  Protocol.Prism,
  Protocol.Ppi,
  Protocol.Pktap,
  Protocol.Nflog,
  Protocol.JuniperEthernet,
  Protocol.Macsec,
  Protocol.LinuxCooked,
  Protocol.LinuxCooked2,
  Protocol.Loopback,
  Protocol.Llc,
  Protocol.Ppp,
  Protocol.Pppoe,
  Protocol.Mpls,
  Protocol.Infiniband,
  Protocol.NetmonEvent,
  Protocol.NetmonWireless,
  Protocol.RawIp,
  Protocol.Ipv4,
  Protocol.Ipv6,
  Protocol.Gre,
  Protocol.Vxlan,
  Protocol.Geneve,
  Protocol.EtherIp,
  Protocol.Teredo,
  Protocol.Tcp,
  Protocol.Udp,
])
const MOST_FIELDS = 48
const LONGEST_VALUE = 240

/** Sections of a frame's parts, each begun by a line of depth 0. */
export function frameSections(parts: readonly { fields: readonly FieldLine[] }[]): ReportSection[] {
  const sections: ReportSection[] = []
  const carriers = new Set<ReportSection>()
  for (const { fields } of parts)
    for (const { label, value, depth, protocol } of fields) {
      if (depth === 0) {
        const begun = { name: [label, value].filter(Boolean).join(' '), fields: [], more: 0 }
        sections.push(begun)
        if (protocol !== undefined && CARRIERS.has(protocol)) carriers.add(begun)
        continue
      }
      const section = sections.at(-1)
      if (!section) continue
      if (section.fields.length >= MOST_FIELDS) section.more++
      else section.fields.push({ label, value: shortened(value), depth: depth - 1 })
    }
  const telling = sections.filter((section) => !carriers.has(section))
  return telling.length > 0 ? telling : sections.slice(-1)
}

function shortened(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value
}
