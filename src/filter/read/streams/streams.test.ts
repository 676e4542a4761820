import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Frame, Protocol, Stream } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import type { FrameBytes } from '../frame-bytes'
import { dns, type Framing, ldap, nbss, tds, tls } from './framings'
import { FramedTaker } from './taker'
import { TcpMessages } from './tcp-messages'

/** A session packet with an SMB 2 magic and `length` bytes in all. */
function packet(length: number): Uint8Array {
  const bytes = new Uint8Array(4 + length)
  bytes.set([0, 0, length >>> 8, length & 255, 0xfe, 0x53, 0x4d, 0x42])
  return bytes
}

/** One stream from port 5000 to 445, as the tables have it. */
function capture(segments: { sequence: number; length: number }[]): Capture {
  const frame = (column: Frame, row: number) => {
    const { sequence, length } = segments[row]!
    const columns: Partial<Record<Frame, number>> = {
      [Frame.Stream]: 0,
      [Frame.SourcePort]: 5000,
      [Frame.Source]: 7,
      [Frame.Seq]: sequence,
      [Frame.PayloadLength]: length,
    }
    return columns[column]
  }
  const stream: Partial<Record<Stream, number>> = { [Stream.PortA]: 5000, [Stream.AddressA]: 7 }
  const tables = { frames: { get: frame }, streams: { rows: 1, get: (column: Stream) => stream[column] } }
  return tables as unknown as Capture
}

function frameOf(payload: Uint8Array): FrameBytes {
  const layer = { protocol: Protocol.Tcp, at: 0, headerEnd: 0, end: payload.length, isQuoted: false }
  return { bytes: payload, layers: () => [layer] }
}

interface Sent {
  sequence: number
  bytes: Uint8Array
}

/** Lengths of the messages that each segment completes. */
function completed(sent: Sent[], framing: Framing = nbss): number[][] {
  const messages = new TcpMessages(
    capture(sent.map(({ sequence, bytes }) => ({ sequence, length: bytes.length }))),
    () => new FramedTaker(framing),
  )
  return sent.map(({ bytes }, row) => messages.add(row, frameOf(bytes)).map((message) => message.length))
}

function cut(bytes: Uint8Array, at: number[], start = 0xfffffff0): Sent[] {
  const ends = [...new Set([...at.map((one) => one % bytes.length), bytes.length])].toSorted((a, b) => a - b)
  return ends
    .map((end, i) => [i === 0 ? 0 : ends[i - 1]!, end] as const)
    .filter(([from, end]) => end > from)
    .map(([from, end]) => ({ sequence: (start + from) >>> 0, bytes: bytes.subarray(from, end) }))
}

const three = Uint8Array.from([...packet(70), ...packet(8), ...packet(300)])
const LENGTHS = [74, 12, 304]

describe('messages over TCP', () => {
  test('are complete in the segment that has their last byte, however the stream is cut', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (at) => {
        const sent = cut(three, at)
        const done = completed(sent)
        expect(done.flat()).toEqual(LENGTHS)
        const ends = [74, 86, 390]
        sent.forEach(({ sequence, bytes }, row) => {
          const from = (sequence - 0xfffffff0) >>> 0
          const own = ends.filter((end) => end > from && end <= from + bytes.length)
          expect(done[row]).toHaveLength(own.length)
        })
      }),
    ))

  test('come out once when segments are sent again', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), fc.nat(), (at, pick) => {
        const sent = cut(three, at)
        const again = sent[pick % sent.length]!
        expect(completed([...sent.slice(0, 1), ...sent, again, ...sent]).flat()).toEqual(LENGTHS)
      }),
    ))

  test('within one, wait for the bytes between; behind one, begin there', () => {
    const [first, second, third, fourth] = cut(three, [86, 100, 200]) as [Sent, Sent, Sent, Sent]
    expect(completed([first, second, fourth, third])).toEqual([[74, 12], [], [], [304]])
    const [a, b, c, d] = cut(three, [40, 74, 86]) as [Sent, Sent, Sent, Sent]
    expect(completed([a, c, d, b])).toEqual([[], [12], [304], []])
    expect(completed([a, b, d, c, c])).toEqual([[], [74], [304], [12], []])
  })

  test('are found again behind bytes that are not in the capture', () => {
    const lost = { sequence: 0, bytes: packet(70).subarray(0, 40) }
    const behind = Array.from({ length: 80 }, (_, i) => ({ sequence: 1000 + 74 * i, bytes: packet(70) }))
    expect(completed([lost, ...behind]).flat()).toEqual(new Array(80).fill(74))
  })

  test('begin where the capture begins within one', () => {
    expect(
      completed([
        { sequence: 5, bytes: new Uint8Array(30).fill(9) },
        { sequence: 35, bytes: packet(70) },
      ]),
    ).toEqual([[], [74]])
  })

  test('any bytes are taken without an exception', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ sequence: fc.nat(500), bytes: fc.uint8Array({ minLength: 1, maxLength: 90 }) })),
        fc.constantFrom(nbss, ldap, tls),
        (sent, framing) => {
          expect(completed(sent, framing)).toHaveLength(sent.length)
        },
      ),
    ))
})

describe('framings, cut at every length', () => {
  // An LDAP unbind request, RFC 4511 4.3; a search result in long form; a SASL buffer; a TLS alert.
  test.each([
    ['LDAP', ldap, [0x30, 0x05, 0x02, 0x01, 0x03, 0x42, 0x00], 7],
    ['LDAP, long form', ldap, [0x30, 0x84, 0x00, 0x00, 0x00, 0x10, 0x02, 0x01], 22],
    ['SASL', ldap, [0x00, 0x00, 0x01, 0x00, 0x60], 260],
    ['TLS', tls, [0x15, 0x03, 0x03, 0x00, 0x02, 0x01, 0x00], 7],
    ['SMB', nbss, [...packet(70)], 74],
    ['DNS', dns, [0x00, 0x0c, 0x12, 0x34], 14],
    ['TDS', tds, [0x12, 0x01, 0x00, 0x2f], 47],
    ['NetBIOS keep-alive', nbss, [0x85, 0x00, 0x00, 0x00], 4],
  ] as const)('%s', (_, framing, bytes, size) => {
    const sizes = bytes.map((__, end) => framing(Uint8Array.from(bytes.slice(0, end + 1))))
    expect(sizes.at(-1)).toBe(size)
    expect(new Set(sizes.filter((one) => one !== undefined))).toEqual(new Set([size]))
  })

  test.each([
    ['text', ldap, [0x47, 0x45]],
    ['a BER length of five bytes', ldap, [0x30, 0x85]],
    ['a DNS message without room for a header', dns, [0x00, 0x0b]],
    ['a TDS packet shorter than its header', tds, [0x12, 0x01, 0x00, 0x07]],
    ['SSL 2', tls, [0x16, 0x02]],
    ['another session packet', nbss, [0x00, 0x00, 0x00, 0x10, 0x05, 0x00, 0x0b, 0x03]],
  ] as const)('nothing begins with %s', (_, framing, bytes) => expect(framing(Uint8Array.from(bytes))).toBe(0))
})
