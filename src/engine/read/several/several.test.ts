import { readFileSync } from 'node:fs'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { Event, Frame as Column, Interface } from '../../../../asm/layout'
import { Trace } from '../../../etw/events/trace'
import { componentEvents, ndisEvents, pktmonEvents } from '../../../testing/captures/etl/frames-as-events'
import { rpcStop } from '../../../testing/captures/etl/explaining-events'
import { etl } from '../../../testing/captures/etl/trace-file'
import type { Frame } from '../../../testing/captures/file/frame'
import { pcap } from '../../../testing/captures/file/pcap'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { allNames } from '../../../testing/diagnose'
import { winpeCapture } from '../../../testing/case-study/winpe'
import { Scenario } from '../../../testing/scenario'
import { Analysis } from '../analysis'
import { sourceOf } from '../source'
import { capturesIn, takeOut } from './archive'
import { bundled, bundleOf, isBundle } from './bundle'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))

function conversation(): Frame[] {
  const play = new Scenario()
  play.lookUp('server1', ['10.0.0.6'])
  play.activate({ logon: play.logon('CORP\\admin', 'privacy') })
  return play.frames
}

const blob = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes])

/** Files read as one. */
async function together(...files: Uint8Array<ArrayBuffer>[]) {
  const bundle = bundleOf(files.map((bytes, index) => ({ name: `${index}.x`, blob: blob(bytes) })))
  const analysis = await Analysis.start(module)
  const source = await sourceOf(bundle)
  for await (const piece of source.stream()) analysis.feed(piece)
  analysis.end()
  await analysis.readEvents()
  return { analysis, capture: analysis.capture, source }
}

function shape({ capture: { frames } }: { capture: Analysis['capture'] }): number[][] {
  return Array.from({ length: frames.rows }, (_, row) => [
    frames.get(Column.Seconds, row) * 1e6 + Math.floor(frames.get(Column.Nanos, row) / 1000),
    frames.get(Column.Length, row),
  ])
}

const expected = (frames: readonly Frame[]) => frames.map(({ microseconds, bytes }) => [microseconds, bytes.length])

describe('captures that are read as one', () => {
  test('files of a ring buffer, in any order, give the frames and the findings of the whole', async () => {
    const frames = winpeCapture()
    const third = Math.ceil(frames.length / 3)
    const [one, two, three] = [0, 1, 2].map((part) => frames.slice(part * third, (part + 1) * third))
    const found = await together(pcapng(two!), pcap(three!), pcap(one!, { littleEndian: false }))
    expect(shape(found)).toEqual(expected(frames))
    expect(found.source.note).toBe('3 files were read as one, in the order of time.')
    const whole = await Analysis.start(module)
    whole.feed(pcapng(frames))
    whole.end()
    const titles = async (analysis: Analysis) => (await analysis.diagnose(await allNames())).map(({ title }) => title)
    expect(await titles(found.analysis)).toEqual(await titles(whole))
  })

  test('frames of two files lie between one another by time', async () => {
    const frames = conversation()
    const [even, odd] = [0, 1].map((rest) => frames.filter((_, index) => index % 2 === rest))
    expect(shape(await together(pcapng(odd!), pcapng(even!)))).toEqual(expected(frames))
  })

  test('a packet that a capture and a trace both hold is one frame, and the trace’s events lead to it', async () => {
    const frames = conversation()
    const late = frames.map((frame) => ({ ...frame, microseconds: frame.microseconds + 700 }))
    const trace = etl([
      ...pktmonEvents(frames),
      ...componentEvents(frames.at(-1)!.microseconds + 1e6),
      rpcStop('client', { microseconds: frames[3]!.microseconds + 1 }, 5),
    ])
    const { capture, source } = await together(pcapng(late), trace)
    expect(capture.frames.rows).toBe(frames.length)
    expect(source.note).toContain(`${frames.length} packets that two of the files hold are shown once`)
    const { events } = capture
    expect(events.rows).toBe(3 * frames.length + 5)
    const counts = new Map<number, number>()
    for (let row = 0; row < events.rows; row++) {
      const frame = events.get(Event.Frame, row)
      counts.set(frame, (counts.get(frame) ?? 0) + 1)
    }
    for (let row = 0; row < frames.length; row++) expect(counts.get(row)).toBe(3)
    expect(new Trace(capture).event(events.rows - 1).provider.name).toBe('Microsoft-Windows-PktMon')
  })

  test('two traces: providers keep their names, counts are summed, and a packet sent twice stays two', async () => {
    const frames = conversation()
    const half = frames.length >> 1
    const at = (index: number) => ({ microseconds: frames[index]!.microseconds + 1, processId: 7 })
    const first = etl([rpcStop('client', at(0), 1), ...frames.slice(0, half).flatMap((frame) => ndisEvents(frame))], {
      eventsLost: 3,
    })
    const second = etl([...frames.slice(half).flatMap((frame) => ndisEvents(frame)), rpcStop('client', at(half), 2)], {
      eventsLost: 4,
    })
    const { capture } = await together(second, first)
    expect(shape({ capture })).toEqual(expected(frames))
    const trace = new Trace(capture)
    const statuses: unknown[] = []
    for (let row = 0; row < trace.events; row++)
      if (trace.providerOf(row).name === 'Microsoft-Windows-RPC') statuses.push(trace.event(row).fields.Status)
    expect(statuses).toEqual([1, 2])
    expect(trace.summary).toMatchObject({ eventsLost: 7, frames: frames.length, frameEvents: frames.length })
    const twice = await together(
      pcapng([frames[2]!, { ...frames[2]!, microseconds: frames[2]!.microseconds + 400 }]),
      pcapng([frames[3]!]),
    )
    expect(twice.capture.frames.rows).toBe(3)
  })

  test('comments, names and clocks of interfaces stay', async () => {
    const [one, two] = conversation()
    const { capture } = await together(
      pcapng([one!], { interfaceName: 'LAN' }),
      pcapng([{ ...two!, comment: 'look' } as Frame], { interfaceName: 'WAN' }),
    )
    expect(capture.interfaces.rows).toBe(2)
    const names = [0, 1].map((row) =>
      new TextDecoder().decode(
        capture.bytes(capture.interfaces.get(Interface.Name, row), capture.interfaces.get(Interface.NameLength, row)),
      ),
    )
    expect(names).toEqual(['LAN', 'WAN'])
  })

  test('what is no capture is left out by name; a cut one gives what it holds', async () => {
    const frames = conversation()
    const cut = pcapng(frames).slice(0, -100)
    const { capture, source } = await together(new Uint8Array(5000).fill(65) as Uint8Array<ArrayBuffer>, cut)
    expect(capture.frames.rows).toBe(frames.length - 1)
    expect(source.note).toContain('0.x was left out: only pcap, pcapng and event traces')
    for (let length = 0; length < cut.length; length += 61)
      await together(cut.slice(0, length), pcap(frames).slice(0, length))
  })
})

describe('a bundle', () => {
  test('gives back its files; a broken or nested one gives none', async () => {
    const files = [
      { name: 'a.pcapng', blob: new Blob(['abc']) },
      { name: 'b', blob: new Blob([]) },
    ]
    const bundle = bundleOf(files)
    expect(isBundle(new Uint8Array(await bundle.arrayBuffer()))).toBe(true)
    const found = await bundled(bundle)
    expect(found.map(({ name }) => name)).toEqual(['a.pcapng', 'b'])
    expect(await found[0]!.blob.text()).toBe('abc')
    for (let size = 12; size < 60; size++)
      for (const { blob: part } of await bundled(bundle.slice(0, size))) expect(part.size).toBeLessThanOrEqual(3)
    const nested = await sourceOf(bundleOf([{ name: 'inner', blob: bundle }]))
    let bytes = 0
    for await (const piece of nested.stream()) bytes += piece.length
    expect(bytes).toBeLessThan(200)
  })
})

describe('a ZIP archive', () => {
  const frames = conversation()
  const zip = zipSync({
    'read me.txt': new TextEncoder().encode('no capture'),
    'logs/ring_1.pcapng': [pcapng(frames), { level: 6 }],
    'logs/ring_2.pcap': [pcap(frames), { level: 0 }],
    'trace.etl': new Uint8Array(0),
  }) as Uint8Array<ArrayBuffer>

  test('lists its captures and gives each', async () => {
    const list = await capturesIn(blob(zip))
    expect(list.map(({ name }) => name)).toEqual(['logs/ring_1.pcapng', 'logs/ring_2.pcap', 'trace.etl'])
    expect(list[0]!.bytes).toBe(pcapng(frames).length)
    const [second, first] = await takeOut(blob(zip), ['logs/ring_2.pcap', 'logs/ring_1.pcapng', 'missing'])
    expect([second!.name, first!.name]).toEqual(['ring_2.pcap', 'ring_1.pcapng'])
    expect(new Uint8Array(await second!.arrayBuffer())).toEqual(pcap(frames))
    expect(new Uint8Array(await first!.arrayBuffer())).toEqual(pcapng(frames))
  })

  test('cut or broken it lists nothing, or what its directory names', async () => {
    for (let length = 0; length < zip.length; length += 97)
      expect(await capturesIn(blob(zip.slice(0, length)))).toEqual([])
    for (let at = zip.length - 300; at < zip.length; at++) {
      const broken = zip.slice()
      broken[at]! ^= 0xff
      const names = (await capturesIn(blob(broken))).map(({ name }) => name)
      for (const file of await takeOut(blob(broken), names)) expect(file.size).toBeLessThan(1e6)
    }
  })
})
