// Mutations of captures: of bytes anywhere, of records, and of structures in the frames that parsers trust.
import type { Random } from '../random'
import { recordsOf, type Record } from './records'

type Mutation = (file: Uint8Array, random: Random, other: Uint8Array) => Uint8Array

const INTERESTING = [
  0, 1, 2, 4, 7, 8, 15, 16, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
  0xffffffff,
]
const MAX_FILE = 1 << 18

/** First bytes of structures, and offsets from there on of numbers that say how long something is, where, or of what kind. */
const STRUCTURES: { magic: number[]; numbers: [offset: number, bytes: 1 | 2 | 4][] }[] = [
  // DCE/RPC 5.0: type, flags, data representation, fragment and verifier length, call id, allocation hint, context, opnum.
  {
    magic: [5, 0],
    numbers: [
      [2, 1],
      [3, 1],
      [4, 1],
      [8, 2],
      [10, 2],
      [12, 4],
      [16, 4],
      [20, 2],
      [22, 2],
      [24, 1],
      [28, 2],
      [30, 1],
    ],
  },
  // DCE/RPC 4: type, flags, lengths, fragment number.
  {
    magic: [4, 0],
    numbers: [
      [2, 1],
      [3, 1],
      [4, 1],
      [74, 2],
      [76, 2],
    ],
  },
  // NTLMSSP: message type, and the security buffers of each message.
  {
    magic: [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0],
    numbers: [
      [8, 4],
      [12, 2],
      [16, 4],
      [20, 2],
      [24, 4],
      [28, 2],
      [32, 4],
      [36, 2],
      [40, 4],
      [44, 4],
      [52, 2],
      [56, 4],
      [60, 4],
    ],
  },
  // SMB 2 and 3, SMB 1: command, status, next command, offsets of the body; words, AndX.
  {
    magic: [0xfe, 0x53, 0x4d, 0x42],
    numbers: [
      [4, 2],
      [8, 4],
      [12, 2],
      [16, 4],
      [20, 4],
      [64, 2],
      [66, 2],
      [68, 4],
      [72, 4],
      [76, 2],
      [112, 4],
      [116, 4],
    ],
  },
  {
    magic: [0xff, 0x53, 0x4d, 0x42],
    numbers: [
      [4, 1],
      [9, 1],
      [10, 2],
      [32, 1],
      [33, 1],
      [35, 2],
      [37, 2],
      [55, 2],
    ],
  },
  // ASN.1: SPNEGO, Kerberos requests, replies and errors, sequences.
  {
    magic: [0x60],
    numbers: [
      [0, 1],
      [1, 1],
      [2, 2],
    ],
  },
  {
    magic: [0x30],
    numbers: [
      [0, 1],
      [1, 1],
      [2, 2],
    ],
  },
  {
    magic: [0xa1],
    numbers: [
      [0, 1],
      [1, 1],
      [2, 2],
    ],
  },
  {
    magic: [0x7e],
    numbers: [
      [0, 1],
      [1, 1],
      [2, 2],
    ],
  },
  // IPv4 behind Ethernet: header length, total length, fragment offset, protocol; then TCP: ports, numbers, offset, flags.
  {
    magic: [0x08, 0x00, 0x45],
    numbers: [
      [2, 1],
      [4, 2],
      [8, 2],
      [11, 1],
      [14, 4],
      [22, 2],
      [24, 2],
      [26, 4],
      [30, 4],
      [34, 1],
      [35, 1],
      [36, 2],
    ],
  },
  // IPv6: payload length, next header.
  {
    magic: [0x86, 0xdd, 0x60],
    numbers: [
      [6, 2],
      [8, 1],
      [9, 1],
    ],
  },
  // An object reference of COM.
  {
    magic: [0x4d, 0x45, 0x4f, 0x57],
    numbers: [
      [4, 4],
      [24, 4],
      [28, 4],
      [64, 2],
      [66, 2],
    ],
  },
]

function bytesAnywhere(file: Uint8Array, random: Random): Uint8Array {
  const out = file.slice()
  for (let i = 1 + random.below(12); i > 0; i--) out[random.below(out.length)] = random.below(256)
  return out
}

function bitsAnywhere(file: Uint8Array, random: Random): Uint8Array {
  const out = file.slice()
  for (let i = 1 + random.below(6); i > 0; i--) out[random.below(out.length)]! ^= 1 << random.below(8)
  return out
}

function numberAnywhere(file: Uint8Array, random: Random): Uint8Array {
  const out = file.slice()
  for (let i = 1 + random.below(3); i > 0; i--)
    writeNumber(out, random.below(out.length), random.pick([1, 2, 4]), random)
  return out
}

function cut(file: Uint8Array, random: Random): Uint8Array {
  return file.slice(0, 1 + random.below(file.length))
}

function removed(file: Uint8Array, random: Random): Uint8Array {
  const at = random.below(file.length)
  const length = 1 + random.below(Math.min(200, file.length - at))
  return joined(file.subarray(0, at), file.subarray(at + length))
}

function inserted(file: Uint8Array, random: Random): Uint8Array {
  const at = random.below(file.length)
  return joined(file.subarray(0, at), random.bytes(1 + random.below(64)), file.subarray(at))
}

/** Records taken out, doubled, changed over, or put somewhere else. */
function recordsMoved(file: Uint8Array, random: Random): Uint8Array {
  const { records } = recordsOf(file)
  if (records.length < 3) return bytesAnywhere(file, random)
  const head = file.subarray(0, records[0]!.at)
  const pieces = records.map(({ at, end }) => file.subarray(at, end))
  for (let i = 1 + random.below(4); i > 0; i--) {
    const from = random.below(pieces.length)
    const piece = pieces[from]!
    switch (random.below(4)) {
      case 0:
        pieces.splice(from, 1)
        break
      case 1:
        pieces.splice(from, 0, piece)
        break
      case 2:
        pieces.splice(from, 1)
        pieces.splice(random.below(pieces.length + 1), 0, piece)
        break
      default:
        pieces.splice(from, 0, ...pieces.slice(from, from + 8))
    }
    if (pieces.length === 0) break
  }
  return joined(head, ...pieces)
}

/** Headers of records and blocks: lengths, times, types, options. */
function recordHeader(file: Uint8Array, random: Random): Uint8Array {
  const { records, kind } = recordsOf(file)
  if (records.length === 0) return numberAnywhere(file, random)
  const out = file.slice()
  for (let i = 1 + random.below(3); i > 0; i--) {
    const { at, end, frameEnd } = random.pick(records)
    const fields = kind === 'pcap' ? [0, 4, 8, 12] : [0, 4, 8, 12, 16, 20, 24]
    // Options follow the frame.
    const place =
      kind === 'pcapng' && random.below(3) === 0
        ? frameEnd + random.below(Math.max(1, end - frameEnd))
        : at + random.pick(fields)
    writeNumber(out, place, random.pick([2, 4]), random)
  }
  return out
}

/** A number of a structure that is somewhere in a frame. */
function structure(file: Uint8Array, random: Random): Uint8Array {
  const out = file.slice()
  for (let i = 1 + random.below(3); i > 0; i--) {
    const { magic, numbers } = random.pick(STRUCTURES)
    const at = placeOf(out, magic, random.below(out.length))
    if (at < 0) continue
    const [offset, bytes] = random.pick(numbers)
    writeNumber(out, at + offset, bytes, random)
  }
  return out
}

/** A part of another capture's frames over a part of this one's. */
function spliced(file: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const target = frameOf(file, random)
  const source = frameOf(other, random)
  if (!target || !source) return bytesAnywhere(file, random)
  const out = file.slice()
  const from = source.frameAt + random.below(source.frameEnd - source.frameAt)
  const at = target.frameAt + random.below(target.frameEnd - target.frameAt)
  const length = Math.min(source.frameEnd - from, target.frameEnd - at)
  out.set(other.subarray(from, from + length), at)
  return out
}

/** Records of another capture after this one's. */
function followed(file: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const { records } = recordsOf(other)
  if (records.length === 0) return joined(file, other)
  const first = random.below(records.length)
  const last = Math.min(records.length - 1, first + random.below(40))
  return joined(file, other.subarray(records[first]!.at, records[last]!.end))
}

const MUTATIONS: Mutation[] = [
  bytesAnywhere,
  bitsAnywhere,
  numberAnywhere,
  cut,
  removed,
  inserted,
  recordsMoved,
  recordHeader,
  structure,
  structure,
  structure,
  spliced,
  followed,
]

/** One to three mutations on top of each other. */
export function mutated(seed: Uint8Array, other: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let file: Uint8Array = seed
  for (let i = 1 + random.below(3); i > 0 && file.length > 0; i--) file = random.pick(MUTATIONS)(file, random, other)
  return file.slice(0, MAX_FILE)
}

function writeNumber(out: Uint8Array, at: number, bytes: 1 | 2 | 4, random: Random): void {
  const old = Array.from({ length: bytes }, (_, i) => out[at + i] ?? 0).reduce(
    (all, byte, i) => all + byte * 2 ** (8 * i),
    0,
  )
  const value = random.pick([random.pick(INTERESTING), old + 1, old - 1, old * 2, random.u32()]) >>> 0
  const big = random.below(2) === 0
  for (let i = 0; i < bytes; i++) {
    const place = at + (big ? bytes - 1 - i : i)
    if (place < out.length) out[place] = (value >>> (8 * i)) & 0xff
  }
}

/** Where the bytes stand next from a place on, the file taken as a ring; -1 where they stand nowhere. */
function placeOf(file: Uint8Array, magic: readonly number[], from: number): number {
  for (let i = 0; i < file.length; i++) {
    const at = (from + i) % file.length
    if (magic.every((byte, offset) => file[at + offset] === byte)) return at
  }
  return -1
}

function frameOf(file: Uint8Array, random: Random): Record | undefined {
  const framed = recordsOf(file).records.filter(({ frameAt, frameEnd }) => frameEnd > frameAt)
  return framed.length > 0 ? random.pick(framed) : undefined
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
