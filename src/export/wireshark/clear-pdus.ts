// The PDUs of the connections in which secrets opened something, as a pcapng that Wireshark dissects without any secret: stubs in the clear,
// without the padding and the verifier of their sealed form. C706 12.6.3.1, 13.2.6.
import { Address, AddressKind, Frame, Pdu, PduFlag, Stream, StreamFlag } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { fragmentLength, pduBytes, pduFlags, verifierLength } from '../../capture/pdu'
import { NONE } from '../../capture/table'
import { enhancedPacket, interfaceDescription, sectionHeader } from '../pcapng-writer'
import { LINK_UPPER_PDU, type UpperEnd, upperPdu } from './upper-pdu'

const FRAGMENT_LENGTH_AT = 8
const AUTH_LENGTH_AT = 10
const AUTH_HEADER_BYTES = 8
const NANOSECONDS = 9
const SNAP_LENGTH = 262_144
/** Each pipe of a connection gets a client port of its own above those of TCP: its contexts and calls are its own, too. */
const PORTS = 0x10000
/** Pipes beyond what 32 bits of port hold share the last. */
const LAST_PIPE = 0xfffe

const OPENED = PduFlag.Unsealed | PduFlag.Decrypted

export interface ClearPdus {
  /** A PDU with its stub in the clear, as whole as it can be read; undefined leaves what the tables keep. */
  bytes: (row: number) => Promise<Uint8Array | undefined>
  /** Says what was exported from where. */
  comment: string
}

/** Rows of the PDUs that clearPdus() writes: all of each connection or pipe in which a PDU was opened. */
export function clearPduRows({ pdus }: Capture): Uint32Array {
  const placeOf = (row: number) => `${pdus.get(Pdu.Stream, row)} ${pdus.get(Pdu.Pipe, row)}`
  const opened = new Set<string>()
  for (let row = 0; row < pdus.rows; row++) if (flagsOf(pdus, row) & OPENED) opened.add(placeOf(row))
  const rows: number[] = []
  for (let row = 0; row < pdus.rows; row++) if (opened.has(placeOf(row))) rows.push(row)
  return Uint32Array.from(rows)
}

/** The file in pieces. PDUs of which nothing is left, and those that travelled without IP, are left out. */
export async function* clearPdus(capture: Capture, wanted: ClearPdus): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { frames, pdus } = capture
  yield sectionHeader({ comments: [wanted.comment] })
  yield interfaceDescription({ linkType: LINK_UPPER_PDU, snapLength: SNAP_LENGTH, resolution: NANOSECONDS })
  for (const row of clearPduRows(capture)) {
    const frame = pdus.get(Pdu.Frame, row)
    const ends = endsOf(capture, row)
    const whole = (await wanted.bytes(row)) ?? pduBytes(capture, row)
    if (!ends || whole.length === 0) continue
    const isUnsealed = (flagsOf(pdus, row) & PduFlag.Unsealed) !== 0
    const bytes = isUnsealed ? withoutVerifier(pdus, row, whole) : whole
    const missing = isUnsealed ? 0 : Math.max(0, fragmentLength(pdus.get(Pdu.Lengths, row)) - bytes.length)
    const dissector = flagsOf(pdus, row) & PduFlag.Connectionless ? 'dcerpc_udp' : 'dcerpc_tcp'
    const packet = upperPdu({ dissector, ...ends, frame: frame + 1, bytes })
    const nanos = frames.get(Frame.Nanos, frame)
    yield enhancedPacket({
      interface: 0,
      stamp: nanos === NONE ? 0n : BigInt(frames.get(Frame.Seconds, frame)) * 1_000_000_000n + BigInt(nanos),
      length: packet.length + missing,
      bytes: packet,
      comments: [],
    })
  }
}

function flagsOf(pdus: Capture['pdus'], row: number): number {
  return pduFlags(pdus.get(Pdu.Head, row))
}

/** A copy up to the stub's end, whose header says so. Padding, verifier and token belonged to the sealed form. */
function withoutVerifier(pdus: Capture['pdus'], row: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const lengths = pdus.get(Pdu.Lengths, row)
  const padding = (pdus.get(Pdu.Auth, row) >>> 16) & 0xff
  const end = fragmentLength(lengths) - verifierLength(lengths) - AUTH_HEADER_BYTES - padding
  const clear = bytes.slice(0, Math.max(AUTH_LENGTH_AT + 2, end))
  const view = new DataView(clear.buffer)
  const isLittle = (flagsOf(pdus, row) & PduFlag.BigEndian) === 0
  view.setUint16(FRAGMENT_LENGTH_AT, clear.length, isLittle)
  view.setUint16(AUTH_LENGTH_AT, 0, isLittle)
  return clear
}

/** Sender and receiver of a PDU; undefined where they have no IP addresses. */
function endsOf(
  { addresses, pdus, streams }: Capture,
  row: number,
): { source: UpperEnd; destination: UpperEnd } | undefined {
  const stream = pdus.get(Pdu.Stream, row)
  const pipe = pdus.get(Pdu.Pipe, row)
  const isClientB = (streams.get(Stream.Flags, stream) & StreamFlag.ClientIsB) !== 0
  const above = pipe === NONE ? 0 : PORTS * (1 + Math.min(pipe, LAST_PIPE - 1))
  const end = (address: Stream, port: Stream, isClient: boolean): UpperEnd | undefined => {
    const bytes = ipAddress(addresses, streams.get(address, stream))
    return bytes && { address: bytes, port: streams.get(port, stream) + (isClient ? above : 0) }
  }
  const a = end(Stream.AddressA, Stream.PortA, !isClientB)
  const b = end(Stream.AddressB, Stream.PortB, isClientB)
  if (!a || !b) return undefined
  return flagsOf(pdus, row) & PduFlag.FromB ? { source: b, destination: a } : { source: a, destination: b }
}

function ipAddress(addresses: Capture['addresses'], row: number): Uint8Array | undefined {
  if (row >= addresses.rows) return undefined
  const kind: AddressKind = addresses.get(Address.Kind, row)
  if (kind === AddressKind.Mac) return undefined
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  for (const [i, word] of [Address.Word0, Address.Word1, Address.Word2, Address.Word3].entries())
    view.setUint32(4 * i, addresses.get(word, row))
  return kind === AddressKind.Ipv4 ? bytes.subarray(0, 4) : bytes
}
