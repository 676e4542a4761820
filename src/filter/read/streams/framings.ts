// Where a message ends in the bytes of a stream, from its first bytes.

/** Bytes of the message that begins here; undefined while more bytes are needed to tell, 0 where no message begins. */
export type Framing = (bytes: Uint8Array) => number | undefined

const NBSS_HEADER = 4
/** Session message and request, their answers, keep-alive. RFC 1002 4.3.1. */
const NBSS_TYPES = new Set([0x00, 0x81, 0x82, 0x83, 0x84, 0x85])

/** NetBIOS session packets, whose length has 24 bits over port 445. MS-SMB2 2.1. */
export function nbss(bytes: Uint8Array): number | undefined {
  if (!NBSS_TYPES.has(bytes[0]!)) return 0
  if (bytes.length < NBSS_HEADER + 4) return bytes[0] === 0 ? undefined : NBSS_HEADER + length(bytes, 1, 3)
  const isSmb = bytes[5] === 0x53 && bytes[6] === 0x4d && bytes[7] === 0x42
  return bytes[0] !== 0 || isSmb ? NBSS_HEADER + length(bytes, 1, 3) : 0
}

/** Any packet of the session service, whatever it carries: what Wireshark shows as one. */
export function anyNbss(bytes: Uint8Array): number | undefined {
  return bytes.length >= NBSS_HEADER && NBSS_TYPES.has(bytes[0]!) ? NBSS_HEADER + length(bytes, 1, 3) : 0
}

const SEQUENCE = 0x30
/** A SASL buffer has its length before it. RFC 4422 3.7. */
const SASL_LENGTH = 4
const MOST_SASL = 0xffffff

/** LDAP messages and SASL buffers of them. RFC 4511 5.1. */
export function ldap(bytes: Uint8Array): number | undefined {
  if (bytes[0] === 0) {
    if (bytes.length < SASL_LENGTH) return undefined
    const sealed = length(bytes, 0, SASL_LENGTH)
    return sealed > 0 && sealed <= MOST_SASL ? SASL_LENGTH + sealed : 0
  }
  if (bytes[0] !== SEQUENCE) return 0
  if (bytes.length < 2) return undefined
  const short = bytes[1]!
  if (short < 0x80) return 2 + short
  const digits = short & 0x7f
  if (digits === 0 || digits > 4) return 0
  return bytes.length < 2 + digits ? undefined : 2 + digits + length(bytes, 2, digits)
}

const RECORD_HEADER = 5

/** TLS records. RFC 8446 5.1. */
export function tls(bytes: Uint8Array): number | undefined {
  const [type, major, minor] = bytes
  if (type! < 20 || type! > 24 || (major !== undefined && major !== 3) || (minor !== undefined && minor > 4)) return 0
  return bytes.length < RECORD_HEADER ? undefined : RECORD_HEADER + length(bytes, 3, 2)
}

const [HANDSHAKE, APPLICATION_DATA, HELLOS] = [22, 23, [1, 2]]
/** A record's plain text, and what compression and encryption may add to it. RFC 5246 6.2.3. */
const MOST_RECORD = 0x4000 + 2048

/** True if a record with the hello of a client or server begins here: what tells TLS after another protocol. */
export function isTlsHello(bytes: Uint8Array): boolean {
  return bytes[0] === HANDSHAKE && bytes[1] === 3 && HELLOS.includes(bytes[RECORD_HEADER]!)
}

/** True if a record with a handshake or data begins here: what tells TLS on any port. */
export function isTlsRecord(bytes: Uint8Array): boolean {
  const isKnown = bytes[0] === HANDSHAKE || bytes[0] === APPLICATION_DATA
  const size = length(bytes, 3, 2)
  return isKnown && bytes.length >= RECORD_HEADER && bytes[1] === 3 && bytes[2]! <= 3 && size > 0 && size < MOST_RECORD
}

/** True if letters begin here: they are taken for unencrypted text. */
export function isText(bytes: Uint8Array): boolean {
  return bytes.length > 4 && bytes.subarray(0, 4).every((byte) => byte >= 0x20 && byte < 0x7f)
}

/** DNS messages with their length before them. RFC 1035 4.2.2. */
export function dns(bytes: Uint8Array): number | undefined {
  if (bytes.length < 2) return undefined
  const size = length(bytes, 0, 2)
  return size < DNS_HEADER ? 0 : 2 + size
}

const DNS_HEADER = 12

/** Packets of TDS; the length counts the header. MS-TDS 2.2.3.1. */
export function tds(bytes: Uint8Array): number | undefined {
  if (bytes.length < 4) return undefined
  const size = length(bytes, 2, 2)
  return size < TDS_HEADER ? 0 : size
}

const TDS_HEADER = 8

function length(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0
  for (let i = 0; i < digits; i++) value = value * 256 + (bytes[at + i] ?? 0)
  return value
}
