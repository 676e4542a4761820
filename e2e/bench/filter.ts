// npx tsx e2e/bench/filter.ts [--rows 10000000]: how long display filters take over a capture of that many frames.
// The rows are made up, like those of a busy server: what is measured is the evaluation, not the reading.
import { parseArgs } from 'node:util'
import { Address, AddressKind, Analysis, Frame, Protocol, Stream, Tables } from '../../asm/layout'
import { Capture } from '../../src/capture/capture'
import { GrowingTable, NONE, type TableSource } from '../../src/capture/table'
import { compile } from '../../src/filter/compile'
import { derivedFor } from '../../src/filter/fields/streams'
import { Subject } from '../../src/filter/subject'

const RUNS = 5
const STREAMS = 100_000
const ADDRESSES = 5_000

const { values } = parseArgs({ options: { rows: { type: 'string', default: '10000000' } } })

/** Filters, and how many milliseconds each may take over ten million rows. */
const FILTERS: [filter: string, limit: number][] = [
  ['frame.len > 1000', 150],
  ['ip.addr == 10.0.0.0/16', 150],
  ['ip.src == 10.0.1.7', 150],
  ['tcp.port == 135', 150],
  ['tcp.flags.syn == 1', 150],
  ['tcp.stream == 4711', 150],
  ['tcp.len > 0', 150],
  ['tcp.seq > 100000', 150],
  ['tcp.ack > 100000', 150],
  ['tcp.window_size > 1000', 150],
  ['tcp.analysis.retransmission', 150],
  ['frame.time_relative > 3600.5', 150],
  ['frame.number in {1..1000, 5000000..6000000}', 150],
  ['frame.len > 60 && ip.addr == 10.0.0.0/8 && tcp.dstport < 50000 && tcp.len > 0 && tcp.flags.push == 1', 500],
  ['!(tcp.port == 135 || tcp.port == 445 || udp || tcp.flags.reset == 1 || frame.len < 60)', 500],
]

/** A fast generator of numbers that look random and are always the same (xorshift32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function addRow(table: GrowingTable, cells: [column: number, value: number][]): number {
  const row = table.add()
  for (const [column, value] of cells) table.set(column, row, value)
  return row
}

function busyServer(rows: number): Capture {
  const random = numbers(1)
  const addresses = new GrowingTable(Address.COLUMNS)
  for (let i = 0; i < ADDRESSES; i++)
    addRow(addresses, [
      [Address.Kind, AddressKind.Ipv4],
      [Address.Word0, 0x0a000000 + i],
    ])
  const streams = new GrowingTable(Stream.COLUMNS)
  for (let i = 0; i < STREAMS; i++)
    addRow(streams, [
      [Stream.Transport, random(20) === 0 ? 17 : 6],
      [Stream.AddressA, random(ADDRESSES)],
      [Stream.PortA, 49152 + random(16384)],
      [Stream.AddressB, 0],
      [Stream.PortB, [135, 445, 49157][random(3)]!],
      [Stream.WindowShift, 0x0808],
    ])
  const frames = new GrowingTable(Frame.COLUMNS)
  for (let i = 0; i < rows; i++) {
    const stream = random(STREAMS)
    const udp = streams.get(Stream.Transport, stream) === 17
    const fromA = random(2) === 0
    const end = (mine: Stream, other: Stream) => streams.get(fromA ? mine : other, stream)
    addRow(frames, [
      [Frame.Seconds, 1_700_000_000 + Math.floor(i / 1000)],
      [Frame.Nanos, (i % 1000) * 1_000_000],
      [Frame.Length, 54 + random(1460)],
      [Frame.Captured, 54 + random(1460)],
      [Frame.Protocol, udp ? Protocol.Udp : Protocol.Tcp],
      [Frame.Source, end(Stream.AddressA, Stream.AddressB)],
      [Frame.Destination, end(Stream.AddressB, Stream.AddressA)],
      [Frame.SourcePort, end(Stream.PortA, Stream.PortB)],
      [Frame.DestinationPort, end(Stream.PortB, Stream.PortA)],
      [Frame.Stream, stream],
      [Frame.TcpFlags, udp ? 0 : 0x10 | (random(4) === 0 ? 8 : 0) | (random(50) === 0 ? Analysis.Retransmission : 0)],
      [Frame.Seq, random(NONE)],
      [Frame.PayloadLength, random(1460)],
    ])
  }
  return captureOf({ [Tables.Frame]: frames, [Tables.Stream]: streams, [Tables.Address]: addresses })
}

function captureOf(tables: Partial<Record<Tables, GrowingTable>>): Capture {
  const empty: TableSource = { rows: () => 0, page: () => new Uint32Array(0) }
  return new Capture({
    table: (which) => {
      const table = tables[which]
      return table ? { rows: () => table.rows, page: (index) => table.pages[index]! } : empty
    },
    bytes: () => new Uint8Array(0),
    word: () => 0,
  })
}

/** Milliseconds of processor time: what else the machine does then matters less. */
function milliseconds(work: () => void): number {
  const started = process.cpuUsage()
  work()
  return process.cpuUsage(started).user / 1000
}

const rows = Number(values.rows)
const capture = busyServer(rows)
const results = FILTERS.map(([filter, limit]) => {
  const subject = new Subject({ capture })
  for (const derive of derivedFor(filter)) subject.of(derive) // while the user types
  let frames = 0
  const times = Array.from({ length: RUNS }, () =>
    milliseconds(() => {
      const compiled = compile(filter, subject)
      if ('message' in compiled) throw new Error(`${filter}: ${compiled.message}`)
      frames = compiled.rows().length
    }),
  )
  const median = times.toSorted((a, b) => a - b)[RUNS >>> 1]!
  return { filter, frames, 'first ms': Math.round(times[0]!), 'median ms': Math.round(median), limit }
})
console.table(results)
if (rows >= 10_000_000 && results.some((result) => result['median ms'] > result.limit)) process.exitCode = 1
