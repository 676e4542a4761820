import { beforeAll, describe, expect, test } from 'vitest'
import { Event, Frame as Column } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { winpeCapture } from '../../testing/case-study/winpe'
import {
  componentEvents,
  ndisEvents,
  pktmonEvents,
  type PktmonOptions,
} from '../../testing/captures/etl/frames-as-events'
import { etl, type TraceOptions } from '../../testing/captures/etl/trace-file'
import type { Frame } from '../../testing/captures/file/frame'
import { allNames, examine } from '../../testing/diagnose'
import { Scenario } from '../../testing/scenario'
import { analysed, converted } from '../../testing/trace'
import { Trace } from '../events/trace'

let frames: Frame[]
beforeAll(() => {
  const play = new Scenario()
  play.lookUp('server1', ['10.0.0.6'])
  play.activate({ logon: play.logon('CORP\\admin', 'privacy') })
  frames = play.frames
})

/** Time in microseconds and length of every frame. */
function shape({ frames: table }: Capture): [number, number][] {
  return Array.from({ length: table.rows }, (_, row) => [
    table.get(Column.Seconds, row) * 1e6 + Math.floor(table.get(Column.Nanos, row) / 1000),
    table.get(Column.Length, row),
  ])
}

const expected = (list: Frame[]) =>
  list.map(({ microseconds, bytes, wireLength }) => [microseconds, wireLength ?? bytes.length])

describe('a trace of netsh', () => {
  const variants: [string, TraceOptions][] = [
    ['plain', {}],
    ['compressed', { compressed: true, merged: true }],
    ['of eight processors, in small buffers', { processors: 8, bufferBytes: 2048 }],
    ['of a 32-bit system', { pointerBytes: 4 }],
    ['that is still being written', { closed: false }],
    ['with a clock of 3.3 MHz', { frequency: 3_312_788n }],
    ['with the system time as its clock', { clock: 2 }],
    ['with processor cycles as its clock', { clock: 3, megahertz: 2592 }],
    ['with raw times beyond 2^53', { anchor: (1n << 61n) + 12345n }],
  ]
  for (const [name, options] of variants)
    test(`${name}: every frame with its time, in order`, async () => {
      const records = frames
        .flatMap((frame) => ndisEvents(frame))
        .map((record, index) => ({ ...record, processor: index }))
      const { capture } = await analysed(etl(records, options))
      const times = shape(capture).map(([time], index) => Math.abs(time - frames[index]!.microseconds))
      // A slower clock rounds down to its own ticks.
      expect(Math.max(...times)).toBeLessThanOrEqual(1)
      expect(shape(capture).map(([, length]) => length)).toEqual(frames.map(({ bytes }) => bytes.length))
    })

  test('frames in fragments are joined', async () => {
    const records = frames.flatMap((frame) => ndisEvents(frame, { fragmentBytes: 100, withoutTail: true }))
    expect(shape((await analysed(etl(records))).capture)).toEqual(expected(frames))
  })

  test('merges buffers within a bound of memory', async () => {
    const records = frames
      .flatMap((frame) => ndisEvents(frame))
      .map((record, index) => ({ ...record, processor: index }))
    const { capture } = await analysed(etl(records, { processors: 4, bufferBytes: 4096 }), 1)
    expect(capture.frames.rows).toBe(frames.length)
  })
})

test('long frames keep their order where few buffers fit into memory, whatever comes first in each', async () => {
  // A buffer’s first record is longer than what is read to find its time.
  const long = Array.from({ length: 200 }, (_, index) => ({
    microseconds: 1.7e15 + index * 1000,
    bytes: new Uint8Array(1400).fill(index),
  }))
  const records = long.flatMap((frame) => ndisEvents(frame)).map((record, index) => ({ ...record, processor: index }))
  const bufferBytes = 8192
  const { capture } = await analysed(etl(records, { processors: 4, bufferBytes }), 6 * bufferBytes)
  expect(shape(capture)).toEqual(expected(long))
})

describe('a trace of pktmon', () => {
  const isSent = (frame: Frame) => Buffer.from(frame.bytes.subarray(6, 12)).equals(Buffer.from(clientMac()))
  const clientMac = () => new Scenario().client.mac
  const trace = (options: PktmonOptions = {}) =>
    etl([...pktmonEvents(frames, { isSent, ...options }), ...componentEvents(frames.at(-1)!.microseconds + 1e6)], {
      compressed: true,
      merged: true,
    })

  test.each([
    ['joined by their number', {}],
    ['joined by their bytes', { separateGroups: true }],
  ])('copies of a packet are one frame, %s', async (_, options) => {
    const { capture } = await analysed(trace(options))
    expect(shape(capture)).toEqual(expected(frames))
    const { events } = capture
    expect(events.rows).toBe(3 * frames.length + 4)
    // Every copy leads to its frame.
    const copies = new Map<number, number>()
    for (let row = 0; row < events.rows; row++) {
      const frame = events.get(Event.Frame, row)
      copies.set(frame, (copies.get(frame) ?? 0) + 1)
    }
    for (let row = 0; row < frames.length; row++) expect(copies.get(row)).toBe(3)
  })

  test('a packet that is sent twice within a millisecond is two frames', async () => {
    const twice = [frames[0]!, { ...frames[0]!, microseconds: frames[0]!.microseconds + 400 }]
    const { capture } = await analysed(etl(pktmonEvents(twice, { separateGroups: true }), { compressed: true }))
    expect(capture.frames.rows).toBe(2)
  })

  test('cut packets keep the length that they had', async () => {
    const { capture } = await analysed(trace({ cut: 128 }))
    expect(shape(capture)).toEqual(expected(frames))
    expect(
      Math.max(...Array.from({ length: frames.length }, (_, row) => capture.frames.get(Column.Captured, row))),
    ).toBe(128)
  })

  test('a dropped packet says where and why', async () => {
    const drop = (_: Frame, index: number) => (index === 3 ? { reason: 1207, location: 0xe0004504 } : undefined)
    const { capture } = await analysed(trace({ drop }))
    expect(shape(capture)).toEqual(expected(frames))
    const { summary } = new Trace(capture)
    expect(summary).toMatchObject({ dropEvents: 1, frameEvents: 3 * frames.length, frames: frames.length })
    const text = new TextDecoder().decode((await converted(trace({ drop }))).bytes)
    expect(text).toContain(
      'Dropped by TCPIP: dropped by receive inspection (firewall) (reason 1207, location 0xE0004504)',
    )
  })
})

describe('the case study', () => {
  test('as a trace of netsh and of pktmon gives the same first finding', { timeout: 60_000 }, async () => {
    const capture = winpeCapture()
    const [first] = (await examine(capture)).findings
    const names = await allNames()
    const asNetsh = etl(
      capture.flatMap((frame) => ndisEvents(frame)),
      { merged: true },
    )
    const asPktmon = etl(pktmonEvents(capture), { compressed: true, merged: true })
    for (const trace of [asNetsh, asPktmon]) {
      const analysis = await analysed(trace)
      expect(analysis.capture.frames.rows).toBe(capture.length)
      const [finding] = await analysis.diagnose(names)
      expect([finding!.rule, finding!.title, finding!.evidence]).toEqual([first!.rule, first!.title, first!.evidence])
    }
  })
})

describe('broken traces', () => {
  test('cut at every length of its head, and at places further on', async () => {
    const whole = etl(
      frames.slice(0, 4).flatMap((frame) => ndisEvents(frame)),
      { bufferBytes: 1024, compressed: true },
    )
    for (let length = 0; length < whole.length; length += length < 600 ? 1 : 7) {
      const { note, bytes } = await converted(whole.slice(0, length))
      expect(bytes.length > 0 || note !== undefined).toBe(true)
    }
  })

  test('a buffer that claims to hold gigabytes is left out', async () => {
    const bomb = etl(
      frames.slice(0, 4).flatMap((frame) => ndisEvents(frame)),
      { compressed: true },
    )
    const view = new DataView(bomb.buffer)
    const second = view.getUint32(0, true)
    view.setUint32(second + 4, 0xfffffff0, true)
    expect((await converted(bomb)).note).toContain('claims to hold 4294967280 bytes')
  })
})
