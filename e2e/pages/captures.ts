// Files for the browser tests to open: small captures made here, byte by byte, and files that are none.

export interface TestFile {
  name: string
  mimeType: string
  buffer: Buffer
}

export function file(name: string, bytes: Uint8Array): TestFile {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) }
}

/** A pcap of `frames` Ethernet/IPv4/UDP frames, a millisecond apart, with `payload` bytes each: a capture without RPC. */
export function udpCapture(frames: number, payload = 32): Buffer {
  const frame = udpFrame(payload)
  const recordLength = 16 + frame.length
  const bytes = Buffer.alloc(24 + frames * recordLength)
  bytes.writeUInt32LE(0xa1b2c3d4, 0) // microseconds, little-endian
  bytes.writeUInt16LE(2, 4)
  bytes.writeUInt16LE(4, 6)
  bytes.writeUInt32LE(65535, 16) // snapshot length
  bytes.writeUInt32LE(1, 20) // Ethernet
  for (let index = 0; index < frames; index++) {
    const at = 24 + index * recordLength
    bytes.writeUInt32LE(1_290_000_000 + Math.floor(index / 1000), at)
    bytes.writeUInt32LE((index % 1000) * 1000, at + 4)
    bytes.writeUInt32LE(frame.length, at + 8)
    bytes.writeUInt32LE(frame.length, at + 12)
    frame.copy(bytes, at + 16)
  }
  return bytes
}

function udpFrame(payload: number): Buffer {
  const frame = Buffer.alloc(42 + payload, 0x61)
  Buffer.from('00155d00000100155d0000020800', 'hex').copy(frame, 0) // Ethernet, IPv4
  Buffer.from('4500', 'hex').copy(frame, 14)
  frame.writeUInt16BE(28 + payload, 16)
  Buffer.from('0001000040110000', 'hex').copy(frame, 18) // id, no fragment, TTL 64, UDP, checksum left out
  Buffer.from('c0000201c0000202', 'hex').copy(frame, 26) // 192.0.2.1 -> 192.0.2.2
  frame.writeUInt16BE(40000, 34)
  frame.writeUInt16BE(40001, 36)
  frame.writeUInt16BE(8 + payload, 38)
  frame.writeUInt16BE(0, 40)
  return frame
}

/** The first bytes of a PNG picture of one pixel. */
export const png = Buffer.from(
  '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082',
  'hex',
)

/** Bytes that look random and are the same in every run (xorshift). */
export function noise(length: number): Buffer {
  let state = 0x9e3779b9
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 255
    }),
  )
}
