// Ethernet II with optional 802.1Q tags, and ARP (RFC 826) on it.
import { ByteWriter, concatenate } from '../../bytes'
import type { Host } from './host'

export const ETHERTYPE_IPV4 = 0x0800
const ETHERTYPE_ARP = 0x0806
export const ETHERTYPE_IPV6 = 0x86dd
const ETHERTYPE_VLAN = 0x8100
const MINIMUM_FRAME = 60

export const BROADCAST = new Uint8Array(6).fill(0xff)

/** A frame without its check sequence, padded to the 60 bytes that the wire asks for; `vlans` from outermost in. */
export function ethernet(
  source: Uint8Array,
  destination: Uint8Array,
  etherType: number,
  payload: Uint8Array,
  vlans: readonly number[] = [],
): Uint8Array<ArrayBuffer> {
  const frame = new ByteWriter(false).bytes(destination).bytes(source)
  for (const vlan of vlans) frame.u16(ETHERTYPE_VLAN).u16(vlan)
  frame.u16(etherType).bytes(payload)
  return frame.fill(Math.max(0, MINIMUM_FRAME - frame.length)).take()
}

/** Who has `target`? Broadcast by `asker`. */
export function arpRequest(asker: Host, target: Uint8Array, vlans?: readonly number[]): Uint8Array<ArrayBuffer> {
  return ethernet(asker.mac, BROADCAST, ETHERTYPE_ARP, arp(1, asker, new Uint8Array(6), target), vlans)
}

/** `owner` answers `asker` with its MAC. */
export function arpReply(owner: Host, asker: Host, vlans?: readonly number[]): Uint8Array<ArrayBuffer> {
  return ethernet(owner.mac, asker.mac, ETHERTYPE_ARP, arp(2, owner, asker.mac, asker.ip), vlans)
}

function arp(operation: number, sender: Host, targetMac: Uint8Array, targetIp: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new ByteWriter(false).u16(1).u16(ETHERTYPE_IPV4).u8(6).u8(4).u16(operation).take()
  return concatenate(header, sender.mac, sender.ip, targetMac, targetIp)
}
