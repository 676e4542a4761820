// Long headers of QUIC packets: RFC 9000 17.2. Versions 1 (RFC 9000) and 2 (RFC 9369), and the drafts from 29 on.

type PacketType = 'initial' | 'zeroRtt' | 'handshake' | 'retry'

export interface LongHeader {
  version: number
  type: PacketType
  /** Connection IDs. */
  destination: Uint8Array
  source: Uint8Array
  /** First byte of the packet number, and one past the packet's last byte; a Retry packet has all bytes up to the end. */
  numberAt: number
  end: number
}

export const VERSION_2 = 0x6b3343cf
const [DRAFT_29, DRAFT_34] = [0xff00001d, 0xff000022]
const MOST_ID_BYTES = 20
const TYPES: readonly PacketType[] = ['initial', 'zeroRtt', 'handshake', 'retry']
/** RFC 9369 3.2. */
const TYPES_2: readonly PacketType[] = ['retry', 'initial', 'zeroRtt', 'handshake']

/** True for the versions that are read here. */
function isKnownVersion(version: number): boolean {
  return version === 1 || version === VERSION_2 || (version >= DRAFT_29 && version <= DRAFT_34)
}

/** The long header at `at`; undefined where there is none, it is cut, or its version is not known. */
export function longHeader(bytes: Uint8Array, at: number): LongHeader | undefined {
  if (at + 7 > bytes.length || (bytes[at]! & 0x80) === 0) return undefined
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 1)
  if (!isKnownVersion(version)) return undefined
  const destination = connectionId(bytes, at + 5)
  const source = destination && connectionId(bytes, at + 6 + destination.length)
  if (!source) return undefined
  const type = (version === VERSION_2 ? TYPES_2 : TYPES)[(bytes[at]! >>> 4) & 3]!
  const header = { version, type, destination, source }
  let behind = at + 7 + destination.length + source.length
  if (type === 'retry') return { ...header, numberAt: behind, end: bytes.length }
  if (type === 'initial') {
    const token = varint(bytes, behind)
    if (!token) return undefined
    behind = token.end + token.value
  }
  const length = varint(bytes, behind)
  return length && { ...header, numberAt: length.end, end: Math.min(length.end + length.value, bytes.length) }
}

function connectionId(bytes: Uint8Array, at: number): Uint8Array | undefined {
  const length = bytes[at]
  if (length === undefined || length > MOST_ID_BYTES || at + 1 + length > bytes.length) return undefined
  return bytes.subarray(at + 1, at + 1 + length)
}

/** A variable-length integer and where it ends; undefined where it is cut. RFC 9000 16. */
export function varint(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  const end = at + (1 << (first >>> 6))
  if (end > bytes.length) return undefined
  let value = first & 0x3f
  for (let next = at + 1; next < end; next++) value = value * 256 + bytes[next]!
  return { value, end }
}
