// Conversations and endpoints: who exchanged how many frames and bytes.
import { Address, AddressKind, Frame, IpProtocol, Stream } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { NONE } from '../../../capture/table'
import { addressText, relativeTime } from '../../../capture/text'
import { streamNumbers } from '../../../capture/stream-number'
import { eachPiece, type Rows } from './each-piece'

/** What pairs are made of: addresses, or addresses with ports. */
type Layer = 'eth' | 'ip' | 'ipv6' | 'tcp' | 'udp'

export interface ConversationRow {
  layer: Layer
  a: string
  b: string
  portA?: number
  portB?: number
  /** As `tcp.stream` and `udp.stream` number it. */
  stream?: number
  framesAtoB: number
  bytesAtoB: number
  framesBtoA: number
  bytesBtoA: number
  /** Seconds from the first frame of the capture. */
  start: number
  end: number
}

export interface EndpointRow {
  layer: Layer
  address: string
  port?: number
  framesSent: number
  bytesSent: number
  framesReceived: number
  bytesReceived: number
}

export interface Talkers {
  conversations: ConversationRow[]
  endpoints: EndpointRow[]
  /** Conversations and endpoints that there was no room for. */
  leftOut: number
}

/** So many of each are shown: those with the most bytes. */
const MOST_ROWS = 20_000

interface Sums {
  layer: Layer
  a: number
  b: number
  portA: number
  portB: number
  stream: number
  frames: [number, number]
  bytes: [number, number]
  start: number
  end: number
}

/** Pairs that talked, at each layer; `onTalkers` hears what there is after each piece. */
export async function talkers(
  capture: Capture,
  rows: Rows,
  onTalkers: (talkers: Talkers, done: number) => Promise<boolean>,
): Promise<Talkers | undefined> {
  const { frames, addresses, streams } = capture
  const pairs = new Map<number, Sums>()
  const byStream: Sums[] = []
  const numbers = streamNumbers(streams)
  const addressCount = addresses.rows
  const layers = Array.from({ length: addressCount }, (_, row) => layerOf(addresses.get(Address.Kind, row)))

  const count = (row: number) => {
    const source = frames.get(Frame.Source, row)
    const destination = frames.get(Frame.Destination, row)
    if (source === NONE || destination === NONE) return
    const bytes = frames.get(Frame.Length, row)
    const time = relativeTime(frames, row)
    const [a, b] = source < destination ? [source, destination] : [destination, source]
    const key = a * addressCount + b
    let pair = pairs.get(key)
    if (!pair) pairs.set(key, (pair = sums(layers[a]!, a, b, time)))
    add(pair, source === a ? 0 : 1, bytes, time)
    const stream = frames.get(Frame.Stream, row)
    if (stream === NONE) return
    let talk = byStream[stream]
    if (!talk) {
      const [streamA, streamB] = [streams.get(Stream.AddressA, stream), streams.get(Stream.AddressB, stream)]
      talk = sums(streams.get(Stream.Transport, stream) === IpProtocol.Tcp ? 'tcp' : 'udp', streamA, streamB, time)
      Object.assign(talk, {
        stream: numbers[stream],
        portA: streams.get(Stream.PortA, stream),
        portB: streams.get(Stream.PortB, stream),
      })
      byStream[stream] = talk
    }
    const fromA = source === talk.a && frames.get(Frame.SourcePort, row) === talk.portA
    add(talk, fromA ? 0 : 1, bytes, time)
  }
  const result = () => talkersOf(capture, [...pairs.values(), ...byStream.filter((one) => one !== undefined)])
  const done = await eachPiece(rows, count, (done) => onTalkers(result(), done))
  return done === undefined ? undefined : result()
}

function layerOf(kind: number): Layer {
  return kind === AddressKind.Mac ? 'eth' : kind === AddressKind.Ipv6 ? 'ipv6' : 'ip'
}

function sums(layer: Layer, a: number, b: number, time: number): Sums {
  return { layer, a, b, portA: NONE, portB: NONE, stream: NONE, frames: [0, 0], bytes: [0, 0], start: time, end: time }
}

function add(sums: Sums, direction: 0 | 1, bytes: number, time: number): void {
  sums.frames[direction]++
  sums.bytes[direction] += bytes
  sums.start = Math.min(sums.start, time)
  sums.end = Math.max(sums.end, time)
}

function talkersOf({ addresses }: Capture, all: Sums[]): Talkers {
  const endpoints = new Map<string, { sums: Sums; side: 0 | 1; sent: [number, number]; received: [number, number] }>()
  for (const one of all)
    for (const side of [0, 1] as const) {
      const key = `${one.layer} ${side ? one.b : one.a} ${side ? one.portB : one.portA}`
      let endpoint = endpoints.get(key)
      if (!endpoint) endpoints.set(key, (endpoint = { sums: one, side, sent: [0, 0], received: [0, 0] }))
      const other = (1 - side) as 0 | 1
      endpoint.sent[0] += one.frames[side]
      endpoint.sent[1] += one.bytes[side]
      endpoint.received[0] += one.frames[other]
      endpoint.received[1] += one.bytes[other]
    }
  const bytesOf = ({ bytes }: Sums) => bytes[0] + bytes[1]
  const conversations = all.toSorted((a, b) => bytesOf(b) - bytesOf(a)).slice(0, MOST_ROWS)
  const ends = [...endpoints.values()]
    .sort((a, b) => b.sent[1] + b.received[1] - a.sent[1] - a.received[1])
    .slice(0, MOST_ROWS)
  const port = (number: number) => (number === NONE ? undefined : number)
  return {
    conversations: conversations.map(({ layer, a, b, portA, portB, stream, frames, bytes, start, end }) => ({
      layer,
      a: addressText(addresses, a),
      b: addressText(addresses, b),
      ...defined({ portA: port(portA), portB: port(portB), stream: port(stream) }),
      framesAtoB: frames[0],
      bytesAtoB: bytes[0],
      framesBtoA: frames[1],
      bytesBtoA: bytes[1],
      start,
      end,
    })),
    endpoints: ends.map(({ sums, side, sent, received }) => ({
      layer: sums.layer,
      address: addressText(addresses, side ? sums.b : sums.a),
      ...defined({ port: port(side ? sums.portB : sums.portA) }),
      framesSent: sent[0],
      bytesSent: sent[1],
      framesReceived: received[0],
      bytesReceived: received[1],
    })),
    leftOut: all.length - conversations.length + endpoints.size - ends.length,
  }
}

/** Without what is undefined. */
function defined<T extends Record<string, number | undefined>>(values: T): { [K in keyof T]?: number } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: number
  }
}
