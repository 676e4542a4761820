// How addresses, times and identifiers are written: one way everywhere.
import { Address, AddressKind, Frame, Protocol } from '../../asm/layout'
import type { Capture } from './capture'
import { NONE, type Table } from './table'

/** A byte as two hexadecimal digits, lower case. */
const HEX_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Text of a row of Address: MAC with colons, IPv4 dotted, IPv6 as RFC 5952 writes it. Empty for NONE. */
export function addressText(addresses: Table, row: number): string {
  if (row === NONE) return ''
  const bytes = (...words: Address[]) => words.flatMap((word) => bytesOf(addresses.get(word, row)))
  switch (addresses.get(Address.Kind, row)) {
    case AddressKind.Ipv4:
      return bytes(Address.Word0).join('.')
    case AddressKind.Ipv6:
      return ipv6Text(bytes(Address.Word0, Address.Word1, Address.Word2, Address.Word3))
    default:
      return bytes(Address.Word0, Address.Word1)
        .slice(0, 6)
        .map((byte) => HEX_BYTES[byte])
        .join(':')
  }
}

/** addressText() for walks over many frames: the text of each row of Address is made once. */
export function addressTexts({ addresses }: Capture): (row: number) => string {
  const texts = new Map<number, string>()
  return (row) => {
    let text = texts.get(row)
    if (text === undefined) texts.set(row, (text = addressText(addresses, row)))
    return text
  }
}

function bytesOf(word: number): number[] {
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]
}

/** 16 bytes as RFC 5952 writes them: lower case, the longest run of two or more zero groups as `::`. */
export function ipv6Text(bytes: ArrayLike<number>): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!)
  let best = { at: -1, length: 1 }
  for (let at = 0; at < 8; at++) {
    let length = 0
    while (at + length < 8 && groups[at + length] === 0) length++
    if (length > best.length) best = { at, length }
  }
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':')
  if (best.at < 0) return text(groups)
  return `${text(groups.slice(0, best.at))}::${text(groups.slice(best.at + best.length))}`
}

/** An address with a port as people write it: brackets around IPv6. */
export function endpointText(address: string, port: number): string {
  if (port === NONE) return address
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** 16 bytes as UUID text, lower case; the first three parts are little-endian unless `big`. C706 appendix A. */
export function uuidText(bytes: ArrayLike<number>, at = 0, big = false): string {
  const digits = (index: number) => HEX_BYTES[(bytes[at + index] ?? 0) & 0xff]!
  const first = big
    ? `${digits(0)}${digits(1)}${digits(2)}${digits(3)}-${digits(4)}${digits(5)}-${digits(6)}${digits(7)}`
    : `${digits(3)}${digits(2)}${digits(1)}${digits(0)}-${digits(5)}${digits(4)}-${digits(7)}${digits(6)}`
  const node = `${digits(10)}${digits(11)}${digits(12)}${digits(13)}${digits(14)}${digits(15)}`
  return `${first}-${digits(8)}${digits(9)}-${node}`
}

/** `0x` and at least eight hexadecimal digits, as statuses are written. */
export function hex32(value: number): string {
  return '0x' + (value >>> 0).toString(16).padStart(8, '0')
}

/** Hexadecimal digits of bytes, lower case, two each. */
export function hexText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX_BYTES[byte]!
  return text
}

/** Seconds of a frame since the epoch; exact to about a quarter of a microsecond. */
export function frameTime(frames: Table, row: number): number {
  return frames.get(Frame.Seconds, row) + frames.get(Frame.Nanos, row) / 1e9
}

/** Seconds from the first frame to this one, exact to the nanosecond for captures of days; 0 where the file gives either no time. */
export function relativeTime(frames: Table, row: number): number {
  const nanos = frames.get(Frame.Nanos, row)
  const firstNanos = frames.get(Frame.Nanos, 0)
  if (nanos === NONE || firstNanos === NONE) return 0
  return frames.get(Frame.Seconds, row) - frames.get(Frame.Seconds, 0) + (nanos - firstNanos) / 1e9
}

/** First byte of a frame in the file. */
export function frameAt(frames: Table, row: number): number {
  return frames.get(Frame.AtHigh, row) * 2 ** 32 + frames.get(Frame.AtLow, row)
}

/** A frame's ends as text: addresses without ports. */
export function frameEnds(capture: Capture, row: number): { source: string; destination: string } {
  const { frames, addresses } = capture
  return {
    source: addressText(addresses, frames.get(Frame.Source, row)),
    destination: addressText(addresses, frames.get(Frame.Destination, row)),
  }
}

const PROTOCOLS: Partial<Record<Protocol, string>> = {
  [Protocol.LinuxCooked]: 'sll',
  [Protocol.LinuxCooked2]: 'sll2',
  [Protocol.NetbiosSession]: 'nbss',
  [Protocol.Smb1]: 'smb',
  [Protocol.Ieee80211]: 'wlan',
  [Protocol.RawIp]: 'ip',
  [Protocol.Ipv4]: 'ip',
}

/** A protocol's short name, as Wireshark's filters call it where both know it. */
export function protocolName(protocol: Protocol): string {
  return PROTOCOLS[protocol] ?? (Protocol[protocol] ?? 'unknown').toLowerCase()
}
