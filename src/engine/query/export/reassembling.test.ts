import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Frame, IpProtocol, Stream } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { GrowingTable, NONE } from '../../../capture/table'
import type { WindowReader } from '../../read/window-reader'
import { reassemble } from './reassembling'

const HEADERS = 54
const [CLIENT, SERVER, CLIENT_PORT, SERVER_PORT] = [0, 1, 50_000, 135]
/** Sequence numbers begin just before they start again from 0. */
const START = 2 ** 32 - 20

interface Segment {
  fromB: boolean
  at: number
  bytes: number[]
}

/** A capture of one connection with these segments, and a reader of its frames. */
function captureOf(segments: readonly Segment[]): { capture: Capture; reader: WindowReader } {
  const frames = new GrowingTable(Frame.COLUMNS)
  const streams = new GrowingTable(Stream.COLUMNS)
  const stream = streams.add()
  const ends = [
    [Stream.Transport, IpProtocol.Tcp],
    [Stream.AddressA, CLIENT],
    [Stream.PortA, CLIENT_PORT],
    [Stream.AddressB, SERVER],
    [Stream.PortB, SERVER_PORT],
  ] as const
  for (const [column, value] of ends) streams.set(column, stream, value)
  for (const { fromB, at, bytes } of segments) {
    const row = frames.add()
    const values = [
      [Frame.Stream, stream],
      [Frame.Source, fromB ? SERVER : CLIENT],
      [Frame.SourcePort, fromB ? SERVER_PORT : CLIENT_PORT],
      [Frame.Seq, (START + at) >>> 0],
      [Frame.PayloadAt, HEADERS],
      [Frame.PayloadLength, bytes.length],
      [Frame.Captured, HEADERS + bytes.length],
    ] as const
    for (const [column, value] of values) frames.set(column, row, value)
  }
  const bytesOf = (row: number) => Uint8Array.from([...Array<number>(HEADERS).fill(0xee), ...segments[row]!.bytes])
  const reader = {
    held: (row: number) => (row % 2 === 0 ? bytesOf(row) : undefined),
    frame: (row: number) => Promise.resolve(bytesOf(row)),
  }
  return { capture: { frames, streams } as unknown as Capture, reader: reader as unknown as WindowReader }
}

const segments = fc.array(
  fc.record({
    fromB: fc.boolean(),
    at: fc.nat(40),
    bytes: fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 12 }),
  }),
  { minLength: 1, maxLength: 12 },
)

test('each byte is where its sequence number says, and what came first stays', async () => {
  await fc.assert(
    fc.asyncProperty(segments, async (sent) => {
      const { capture, reader } = captureOf(sent)
      const { runs, placeOf, positionOf, left } = await reassemble(capture, new Set([0]), reader)
      expect(left).toBe(0)
      for (const fromB of [false, true]) {
        const own = sent.flatMap((segment, row) => (segment.fromB === fromB ? [{ ...segment, row }] : []))
        const payloads = own.filter(({ bytes }) => bytes.length > 0)
        const expected = new Map<number, number>()
        for (const { at, bytes } of payloads)
          for (const [i, byte] of bytes.entries()) if (!expected.has(at + i)) expected.set(at + i, byte)
        const first = payloads[0]?.at ?? 0
        const made = new Map<number, number>()
        for (const run of runs.filter((one) => one.fromB === fromB))
          for (const [i, byte] of run.bytes.entries()) made.set(first + run.from + i, byte)
        expect(new Map([...made].sort(([a], [b]) => a - b))).toEqual(new Map([...expected].sort(([a], [b]) => a - b)))
        for (const { row, at, bytes } of own) {
          const place = placeOf(row)
          expect(place && first + place.run.from + place.at).toBe(bytes.length > 0 ? at : undefined)
          if (!place) continue
          expect(place.run.starts).toContain(place.at)
          expect(positionOf(row, HEADERS)).toEqual(place)
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('streams that are not asked for, and frames of none, are left alone', async () => {
  const { capture, reader } = captureOf([{ fromB: false, at: 0, bytes: [1, 2, 3] }])
  expect(await reassemble(capture, new Set([NONE, 7]), reader)).toMatchObject({ runs: [], left: 0 })
})
