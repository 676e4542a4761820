// ARP: which MAC address an IP address has. RFC 826; RFC 5227 (probes and announcements).
import type { Reader } from '../reader'
import { hex16, named } from '../show'

export interface ArpPacket {
  /** 1 request, 2 reply. */
  operation: number
  /** MAC and IPv4 addresses as text; hexadecimal digits for other kinds of hardware or protocol. */
  senderHardware: string
  senderAddress: string
  targetHardware: string
  targetAddress: string
  /** What the packet is for, by RFC 5227: a question, an answer, a check whether an address is free, a claim to an address. */
  meaning: 'request' | 'reply' | 'probe' | 'announcement' | 'other'
}

/** IANA, ARP hardware types. */
const HARDWARE: Readonly<Record<number, string>> = { 1: 'Ethernet', 6: 'IEEE 802', 32: 'InfiniBand' }
const OPERATIONS: Readonly<Record<number, string>> = { 1: 'request', 2: 'reply', 3: 'RARP request', 4: 'RARP reply' }

/** Reads one packet. Undefined when it is cut. */
export function arp(from: Reader): ArpPacket | undefined {
  return from.group('ARP', () => packet(from), text)
}

function packet(from: Reader): ArpPacket | undefined {
  from.little = false
  from.u16('Hardware', named(HARDWARE), 'arp.hw.type')
  from.u16('Protocol', hex16, 'arp.proto.type')
  const hardware = from.u8() ?? 0
  const protocol = from.u8() ?? 0
  const operation = from.u16('Operation', named(OPERATIONS), 'arp.opcode')
  const senderHardware = address(from, hardware, 'Sender MAC', 'arp.src.hw_mac')
  const senderAddress = address(from, protocol, 'Sender IP', 'arp.src.proto_ipv4')
  const targetHardware = address(from, hardware, 'Target MAC', 'arp.dst.hw_mac')
  const targetAddress = address(from, protocol, 'Target IP', 'arp.dst.proto_ipv4')
  if (targetAddress === undefined) return undefined
  return {
    operation: operation!,
    senderHardware: senderHardware!,
    senderAddress: senderAddress!,
    targetHardware: targetHardware!,
    targetAddress,
    meaning: meaning(operation!, senderAddress!, targetAddress),
  }
}

function address(from: Reader, length: number, label: string, filter: string): string | undefined {
  const bytes = from.take(length, label, addressText, filter)
  return bytes && addressText(bytes)
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(bytes.length === 6 ? ':' : '')
}

function meaning(operation: number, sender: string, target: string): ArpPacket['meaning'] {
  if (operation !== 1 && operation !== 2) return 'other'
  if (sender === target) return 'announcement'
  if (operation === 2) return 'reply'
  return sender === '0.0.0.0' ? 'probe' : 'request'
}

function text(found: ArpPacket | undefined): string {
  if (!found) return ''
  const { senderHardware, senderAddress, targetAddress } = found
  switch (found.meaning) {
    case 'request':
      return `who has ${targetAddress}? ${senderAddress} asks`
    case 'probe':
      return `who has ${targetAddress}? ${senderHardware} would use it`
    case 'reply':
    case 'announcement':
      return `${senderAddress} is at ${senderHardware}`
    default:
      return OPERATIONS[found.operation] ?? `operation ${found.operation}`
  }
}
