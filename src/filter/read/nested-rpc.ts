// Headers of connection-oriented PDUs in the segments that ICMP errors quote. C706 12.6.3.1.
import type { Layer } from './frame-bytes'

type Read = (pdu: Uint8Array, isLittle: boolean) => number

const HEADER = 16
const [VERSION, HIGHEST_MINOR, LAST_TYPE] = [5, 1, 20]
/** Data representation: the first four bits say whether numbers are little-endian. */
const DREP = 4

const u16 =
  (at: number): Read =>
  (pdu, isLittle) =>
    new DataView(pdu.buffer, pdu.byteOffset).getUint16(at, isLittle)
const flag =
  (bit: number): Read =>
  (pdu) =>
    Number((pdu[3]! & bit) !== 0)

const READS: Readonly<Record<string, Read>> = {
  dcerpc: () => 1,
  'dcerpc.ver': (pdu) => pdu[0]!,
  'dcerpc.pkt_type': (pdu) => pdu[2]!,
  'dcerpc.cn_flags': (pdu) => pdu[3]!,
  'dcerpc.cn_flags.first_frag': flag(0x01),
  'dcerpc.cn_flags.last_frag': flag(0x02),
  'dcerpc.cn_flags.cancel_pending': flag(0x04),
  'dcerpc.cn_flags.mpx': flag(0x10),
  'dcerpc.cn_flags.dne': flag(0x20),
  'dcerpc.cn_flags.maybe': flag(0x40),
  'dcerpc.cn_flags.object': flag(0x80),
  'dcerpc.cn_frag_len': u16(8),
  'dcerpc.cn_auth_len': u16(10),
  'dcerpc.cn_call_id': (pdu, isLittle) => new DataView(pdu.buffer, pdu.byteOffset).getUint32(12, isLittle),
}

export const QUOTED_RPC_FIELDS: readonly string[] = Object.keys(READS)

/** A value in the PDU at the beginning of a quoted segment; undefined where there is none. */
export function quotedRpc(name: string): (segment: Uint8Array, layer: Layer) => number | undefined {
  const read = READS[name]!
  return (segment, { isQuoted }) => {
    const pdu = segment.subarray(((segment[12] ?? 0) >>> 4) << 2)
    const isPdu = pdu.length >= HEADER && pdu[0] === VERSION && pdu[1]! <= HIGHEST_MINOR && pdu[2]! <= LAST_TYPE
    return isQuoted && isPdu ? read(pdu, (pdu[DREP]! & 0xf0) !== 0) : undefined
  }
}
