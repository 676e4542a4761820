// Where the network layer begins in a frame, and which link type a frame really has: pktmon's tag of it is not always true.

/** pcap link types. */
export const enum Link {
  Ethernet = 1,
  RawIp = 101,
  Ieee80211 = 105,
  /** Reserved for private use: a form that is not known. */
  Unknown = 147,
}

const ETHERNET_HEADER = 14
const VLAN_TAG = 4
const SNAP_HEADER = 8

const IPV4 = 0x0800
const IPV6 = 0x86dd
/** IPv4, ARP, VLAN, IPv6, PPPoE, EAPOL, provider VLAN, LLDP, Wi-Fi preauthentication, TDLS. */
const ETHER_TYPES = new Set([IPV4, 0x0806, 0x8100, IPV6, 0x8863, 0x8864, 0x888e, 0x88a8, 0x88cc, 0x88c7, 0x890d])
const VLAN_TYPES = new Set([0x8100, 0x88a8])

/** IEEE 802.11 frame control: first byte type and subtype, second byte flags. */
const DATA_FRAME = 0x08
const QOS = 0x80
const TO_AND_FROM_DS = 0x03
const PROTECTED = 0x40

function be16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

/** The link type of a frame that is tagged as `tagged`. */
export function linkOf(bytes: Uint8Array, tagged: Link): Link {
  if (tagged === Link.Ieee80211) return isEthernet(bytes) && !hasSnap(bytes) ? Link.Ethernet : Link.Ieee80211
  if (tagged === Link.Ethernet) return !isEthernet(bytes) && isWholeIp(bytes) ? Link.RawIp : Link.Ethernet
  if (isIp(bytes)) return Link.RawIp
  if (isEthernet(bytes)) return Link.Ethernet
  return tagged
}

/** True if bytes begin as a frame does, as far as that can be seen. */
export function isLikeFrame(bytes: Uint8Array): boolean {
  return isEthernet(bytes) || hasSnap(bytes) || isWholeIp(bytes)
}

function isEthernet(bytes: Uint8Array): boolean {
  return bytes.length >= ETHERNET_HEADER && ETHER_TYPES.has(be16(bytes, 12))
}

function isIp(bytes: Uint8Array): boolean {
  const version = (bytes[0] ?? 0) >>> 4
  return (version === 4 && bytes.length >= 20 && (bytes[0]! & 15) >= 5) || (version === 6 && bytes.length >= 40)
}

/** Stricter than isIp(): the length that the header gives is the frame's, too. */
function isWholeIp(bytes: Uint8Array): boolean {
  if (!isIp(bytes)) return false
  return bytes[0]! >>> 4 === 4 ? be16(bytes, 2) === bytes.length : be16(bytes, 4) + 40 === bytes.length
}

/** Length of an IEEE 802.11 data frame's header; 0 for a frame of another type. */
function wirelessHeader(bytes: Uint8Array): number {
  if (bytes.length < 24 || (bytes[0]! & 0x0c) !== DATA_FRAME) return 0
  return 24 + ((bytes[1]! & TO_AND_FROM_DS) === TO_AND_FROM_DS ? 6 : 0) + (bytes[0]! & QOS ? 2 : 0)
}

function hasSnap(bytes: Uint8Array): boolean {
  const at = wirelessHeader(bytes)
  return at > 0 && bytes[at] === 0xaa && bytes[at + 1] === 0xaa && bytes[at + 2] === 3
}

/** True for a Wi-Fi frame that is marked as encrypted and can be read anyway: the driver decrypted it. */
export function isDecrypted(bytes: Uint8Array): boolean {
  return (bytes[1]! & PROTECTED) !== 0 && hasSnap(bytes)
}

/** Clears the mark of encryption. */
export function clearProtected(bytes: Uint8Array): void {
  bytes[1]! &= ~PROTECTED
}

/** Where the network layer begins: at the frame's first byte where that is not known. */
function networkAt(bytes: Uint8Array, link: Link): number {
  if (link === Link.Ieee80211) {
    const at = wirelessHeader(bytes)
    return hasSnap(bytes) && bytes.length >= at + SNAP_HEADER ? at + SNAP_HEADER : 0
  }
  if (link !== Link.Ethernet || bytes.length < ETHERNET_HEADER) return 0
  let at = ETHERNET_HEADER
  while (VLAN_TYPES.has(be16(bytes, at - 2)) && at + VLAN_TAG <= bytes.length) at += VLAN_TAG
  return at
}

/** The EtherType of a network layer that begins at `at`; 0 where it is not known. */
function networkType(bytes: Uint8Array, link: Link, at: number): number {
  if (link === Link.RawIp) return (bytes[0] ?? 0) >>> 4 === 6 ? IPV6 : IPV4
  return at === 0 ? 0 : be16(bytes, at - 2)
}

/** Bytes that the frame had on the wire: what was captured, or more where the IP header says so. */
export function wireLength(bytes: Uint8Array, link: Link): number {
  const at = networkAt(bytes, link)
  const type = networkType(bytes, link, at)
  if (type === IPV4 && bytes.length >= at + 4) return Math.max(bytes.length, at + be16(bytes, at + 2))
  if (type === IPV6 && bytes.length >= at + 6) return Math.max(bytes.length, at + 40 + be16(bytes, at + 4))
  return bytes.length
}

const HASHED_BYTES = 64

/** A number that is the same for copies of one packet: of its network layer, without checksums, which are filled in late. */
export function packetHash(bytes: Uint8Array, link: Link): number {
  const at = networkAt(bytes, link)
  const type = networkType(bytes, link, at)
  const sum = transportChecksum(bytes, at, type)
  const end = Math.min(bytes.length, at + HASHED_BYTES)
  let hash = 0x811c9dc5 ^ type
  for (let i = at; i < end; i++) if (!isChecksum(i - at, type, sum)) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash >>> 0
}

/** True if both are the same packet, as far as both were captured; checksums may differ. */
export function isSamePacket(a: Uint8Array, aLink: Link, b: Uint8Array, bLink: Link): boolean {
  const aAt = networkAt(a, aLink)
  const bAt = networkAt(b, bLink)
  const type = networkType(a, aLink, aAt)
  if (type !== networkType(b, bLink, bAt)) return false
  const sum = transportChecksum(a, aAt, type)
  const length = Math.min(a.length - aAt, b.length - bAt)
  for (let i = 0; i < length; i++) if (a[aAt + i] !== b[bAt + i] && !isChecksum(i, type, sum)) return false
  return length > 0
}

/** True for an offset within the network layer where IPv4's header checksum is, or the transport's at `sum`. */
function isChecksum(offset: number, type: number, sum: number): boolean {
  return offset === sum || offset === sum + 1 || (type === IPV4 && (offset === 10 || offset === 11))
}

/** Where the checksum of TCP or UDP is within the network layer; a place that no packet has for others. */
function transportChecksum(bytes: Uint8Array, at: number, type: number): number {
  let protocol = 0
  let transport = 0
  if (type === IPV4 && bytes.length >= at + 20) {
    protocol = bytes[at + 9]!
    transport = (bytes[at]! & 15) * 4
  } else if (type === IPV6 && bytes.length >= at + 40) {
    protocol = bytes[at + 6]!
    transport = 40
  }
  return protocol === 6 ? transport + 16 : protocol === 17 ? transport + 6 : -2
}
