// Containers as other systems and settings write them: compressions, circular files, files that are still open, losses.
import { beforeAll, describe, expect, test } from 'vitest'
import { Event, Frame as Column } from '../../../asm/layout'
import { ByteWriter, utf16 } from '../../testing/bytes'
import { eventOf, WMI } from '../../testing/captures/etl/explaining-events'
import { ndisEvents } from '../../testing/captures/etl/frames-as-events'
import { etl, type TraceOptions } from '../../testing/captures/etl/trace-file'
import type { Frame } from '../../testing/captures/file/frame'
import { Scenario } from '../../testing/scenario'
import { analysed, converted } from '../../testing/trace'
import { Trace } from '../events/trace'

let frames: Frame[]
beforeAll(() => {
  const play = new Scenario()
  play.activate({ logon: play.logon('CORP\\admin', 'privacy') })
  frames = play.frames
})

const records = () => frames.flatMap((frame) => ndisEvents(frame)).map((one, index) => ({ ...one, processor: index }))

/** Frames of a trace: their times in microseconds and lengths. */
async function read(trace: Uint8Array<ArrayBuffer>) {
  const analysis = await analysed(trace)
  const { frames: table } = analysis.capture
  const list = Array.from({ length: table.rows }, (_, row) => [
    table.get(Column.Seconds, row) * 1e6 + Math.floor(table.get(Column.Nanos, row) / 1000),
    table.get(Column.Length, row),
  ])
  return { list, trace: new Trace(analysis.capture), note: (await converted(trace)).note }
}

const everyFrame = () => frames.map(({ microseconds, bytes }) => [microseconds, bytes.length])

describe('every frame in order', () => {
  const variants: [string, TraceOptions][] = [
    ['compressed with LZNT1', { compressed: true, compression: 'lznt1', merged: true }],
    ['compressed with XPRESS Huffman', { compressed: true, compression: 'huffman', merged: true }],
    ['compressed, of a 32-bit system', { compressed: true, pointerBytes: 4 }],
    ['circular and full, so that its oldest buffer lies in the middle', { bufferBytes: 4096, turnedBy: 5 }],
    ['circular and never filled', { bufferBytes: 8192, unused: { buffers: 3, fill: 0 } }],
    ['with buffers of 0xff at its end', { bufferBytes: 8192, unused: { buffers: 3, fill: 0xff } }],
    [
      'still open, in a file that has its last size already',
      { closed: false, mode: 1, unused: { buffers: 40, fill: 0 } },
    ],
    ['of 80 processors', { processors: 80, bufferBytes: 8192 }],
    ['with a clock that gives no frequency', { frequency: 10_000_000n, clock: 1 }],
  ]
  test.each(variants)('%s', async (_, options) => {
    const { list } = await read(etl(records(), options))
    expect(list).toEqual(everyFrame())
  })
})

test('LZNT1 and Huffman buffers that are cut or broken end without an error', async () => {
  for (const compression of ['lznt1', 'huffman', 'xpress'] as const) {
    const whole = etl(records(), { compressed: true, compression, bufferBytes: 4096 })
    for (let at = 1100; at < whole.length; at += 211) {
      const broken = whole.slice()
      broken[at]! ^= 0xff
      expect((await read(broken)).list.length).toBeLessThanOrEqual(frames.length + 1)
      expect((await read(whole.slice(0, at))).list.length).toBeLessThanOrEqual(frames.length)
    }
  }
})

test('lost events and buffers are counted and reported, with marks in the buffers', async () => {
  const { trace } = await read(etl(records(), { eventsLost: 1234, buffersLost: 5, lossMarks: true }))
  expect(trace.summary).toMatchObject({ eventsLost: 1234, buffersLost: 5 })
  expect(trace.summary!.lossMarks).toBeGreaterThan(0)
  expect(trace.explanation(frames.length)!.join(' ')).toContain('Windows lost 1,234 events and 5 buffers')
})

test('a file that is still open says so', async () => {
  const { trace } = await read(etl(records(), { closed: false }))
  expect(trace.summary!.isClosed).toBe(false)
  expect(trace.explanation(frames.length)!.join(' ')).toContain('while it was still being written')
})

describe('a trace without packets', () => {
  const explained = async (trace: Uint8Array<ArrayBuffer>) => {
    const { trace: read_ } = await read(trace)
    return (read_.explanation(0) ?? []).join(' ')
  }

  test('and without events', async () => {
    const text = await explained(etl([]))
    expect(text).toContain('no events')
    expect(text).toContain('netsh trace start capture=yes')
  })

  test('of messages that only symbols can read names them', async () => {
    // MESSAGE_TRACE_HEADER: size, a reserved byte, 0x90, sequence, then the message's own.
    const message = () => new ByteWriter().u16(40).u8(0).u8(0x90).u32(1).fill(32).take()
    const raw = [0, 1, 2].map((n) => ({ microseconds: 1_700_000_000_000_000 + n, bytes: message }))
    const text = await explained(etl([], { raw }))
    expect(text).toContain('3 messages')
    expect(text).not.toContain('nothing happened')
  })
})

test('an instance record is an event of its class', async () => {
  // EVENT_INSTANCE_GUID_HEADER: like the header of a class's event, with two instances and the parent's class behind it.
  const bytes = (time: bigint) =>
    new ByteWriter()
      .u16(72 + 8)
      .u8(21)
      .u8(0xc0)
      .u8(7)
      .u8(0)
      .u16(2)
      .u32(11)
      .u32(22)
      .u64(time)
      .uuid('11111111-2222-3333-4444-555555555555')
      .u64(0n)
      .u32(1)
      .u32(2)
      .uuid('aaaaaaaa-2222-3333-4444-555555555555')
      .u64(99n)
      .take()
  const { capture } = await analysed(etl([], { raw: [{ microseconds: 1_700_000_000_000_000, bytes }] }))
  expect(capture.events.rows).toBe(1)
  expect(capture.events.get(Event.ProcessId, 0)).toBe(22)
  expect(new Trace(capture).event(0)).toMatchObject({
    id: 7,
    left: 8,
    provider: { guid: '11111111-2222-3333-4444-555555555555' },
  })
})

test('an event that is only a text has it as its message', async () => {
  const record = {
    microseconds: 1_700_000_000_000_000,
    provider: WMI,
    id: 0,
    headerFlags: 4,
    data: utf16('it broke\0'),
  }
  const { capture } = await analysed(etl([record]))
  expect(new Trace(capture).event(0)).toMatchObject({ message: 'it broke', left: 0, isKnown: true })
})

test('WMI-Activity 19 and 20 in both shapes, which have one number', async () => {
  const time = new Uint8Array(8)
  const yes = Uint8Array.of(1)
  const at = { microseconds: 1_700_000_000_000_000 }
  const { capture } = await analysed(
    etl([
      eventOf(WMI, 19, at, [7, 'Provider::ExecQuery']),
      eventOf(WMI, 19, at, [7, 'Provider::ExecQuery', 99, 'pc.corp', time, yes]),
      eventOf(WMI, 20, at, [7, 'Provider::ExecQuery', 3]),
      eventOf(WMI, 20, at, [7, 'Provider::ExecQuery', 3, 99, 'pc.corp', time, yes]),
    ]),
  )
  const events = [0, 1, 2, 3].map((row) => new Trace(capture).event(row))
  expect(events.map(({ left }) => left)).toEqual([0, 0, 0, 0])
  expect(events.map(({ fields }) => fields.ClientMachineFQDN)).toEqual([undefined, 'pc.corp', undefined, 'pc.corp'])
  expect(events.map(({ fields }) => fields.Flags)).toEqual([undefined, undefined, 3, 3])
})
