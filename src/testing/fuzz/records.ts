// An independent reading of pcap and pcapng, for mutations that know where records are and for counting what was read.

export interface Record {
  /** First byte of the record and one past its last. */
  at: number
  end: number
  /** First byte of the frame in it and one past its last; equal where it holds none. */
  frameAt: number
  frameEnd: number
}

export interface Records {
  kind: 'pcap' | 'pcapng' | 'other'
  records: Record[]
  /** True if the walk met nothing that a reader may take differently: then there are as many frames as `frames`. */
  isPlain: boolean
  frames: number
}

const MAX_FRAME = 0x40000
const PCAP_MAGICS = new Set([0xa1b2c3d4, 0xa1b23c4d])
const SECTION_HEADER = 0x0a0d0d0a
const PCAP_HEADER = 24
const RECORD_HEADER = 16

/** Walks a capture's records as the format's description says, and stops at the first that cannot be true. */
export function recordsOf(file: Uint8Array): Records {
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  if (file.length >= PCAP_HEADER)
    for (const little of [true, false]) if (PCAP_MAGICS.has(view.getUint32(0, little))) return pcapRecords(view, little)
  if (file.length >= 12 && view.getUint32(0, true) === SECTION_HEADER) return pcapngBlocks(view)
  return { kind: 'other', records: [], isPlain: false, frames: 0 }
}

function pcapRecords(view: DataView, little: boolean): Records {
  const records: Record[] = []
  // The lengths changed places with version 2.3.
  let isPlain = view.getUint16(4, little) !== 2 || view.getUint16(6, little) >= 3
  for (let at = PCAP_HEADER; at + RECORD_HEADER <= view.byteLength;) {
    const captured = view.getUint32(at + 8, little)
    const end = at + RECORD_HEADER + captured
    // Only records that contradict themselves may be those of another header.
    if (captured > view.getUint32(at + 12, little)) isPlain = false
    if (captured > MAX_FRAME || end > view.byteLength) {
      // A second header that cannot be true may show that headers are longer here.
      if (captured > MAX_FRAME && records.length === 1) isPlain = false
      break
    }
    records.push({ at, end, frameAt: at + RECORD_HEADER, frameEnd: end })
    at = end
  }
  return { kind: 'pcap', records, isPlain, frames: records.length }
}

function pcapngBlocks(view: DataView): Records {
  const records: Record[] = []
  let little = true
  for (let at = 0; at + 12 <= view.byteLength;) {
    if (view.getUint32(at, true) === SECTION_HEADER) little = view.getUint32(at + 8, true) === 0x1a2b3c4d
    const length = view.getUint32(at + 4, little)
    if (length < 12 || length % 4 !== 0 || at + length > view.byteLength) break
    const isPacket = view.getUint32(at, little) === 6 && length >= 32
    const captured = isPacket ? view.getUint32(at + 20, little) : 0
    const frameAt = isPacket ? at + 28 : at
    records.push({ at, end: at + length, frameAt, frameEnd: Math.min(frameAt + captured, at + length) })
    at += length
  }
  return { kind: 'pcapng', records, isPlain: false, frames: 0 }
}
