// Which addresses of a capture are hosts, and what the others are: groups, everybody, not yet assigned.
import { Address, AddressKind, Stream, IpProtocol } from '../../asm/layout'
import type { Capture } from './capture'
import { NONE, type Table } from './table'

export type AddressRole = 'host' | 'multicast' | 'broadcast' | 'unspecified'

/** What a subnet's own broadcast ends in, where the mask has whole bytes: a capture does not say what mask is in force. */
const SUBNET_END = 0xff

/** Every address (row of Address) that frames name as source or destination of a stream, and what it is. */
export function addressRoles({ streams, addresses }: Capture): Map<number, AddressRole> {
  const speaking = speakers(streams)
  const roles = new Map<number, AddressRole>()
  for (let row = 0; row < streams.rows; row++) {
    for (const column of [Stream.AddressA, Stream.AddressB]) {
      const address = streams.get(column, row)
      if (address !== NONE && !roles.has(address)) roles.set(address, roleOf(addresses, address, speaking))
    }
  }
  return roles
}

/** How many hosts streams run between. */
export function hostCount(capture: Capture): number {
  return [...addressRoles(capture).values()].filter((role) => role === 'host').length
}

/** Addresses that sent something, or that a host talks to by TCP, which has no groups. */
function speakers(streams: Table): Set<number> {
  const speaking = new Set<number>()
  for (let row = 0; row < streams.rows; row++) {
    const udp = streams.get(Stream.Transport, row) === IpProtocol.Udp
    if (!udp || streams.get(Stream.BytesA, row) > 0) speaking.add(streams.get(Stream.AddressA, row))
    if (!udp || streams.get(Stream.BytesB, row) > 0) speaking.add(streams.get(Stream.AddressB, row))
  }
  return speaking
}

function roleOf(addresses: Table, row: number, speaking: ReadonlySet<number>): AddressRole {
  const first = addresses.get(Address.Word0, row)
  switch (addresses.get(Address.Kind, row)) {
    case AddressKind.Ipv4:
      if (first === 0) return 'unspecified'
      if (first >>> 28 === 0xe) return 'multicast' // 224.0.0.0/4, RFC 5771
      if (first === 0xffffffff) return 'broadcast'
      return (first & 0xff) === SUBNET_END && !speaking.has(row) ? 'broadcast' : 'host'
    case AddressKind.Ipv6: {
      if (first >>> 24 === 0xff) return 'multicast' // ff00::/8, RFC 4291 2.7
      const rest = [Address.Word1, Address.Word2, Address.Word3].some((word) => addresses.get(word, row) !== 0)
      return first === 0 && !rest ? 'unspecified' : 'host'
    }
    default:
      return 'host'
  }
}
