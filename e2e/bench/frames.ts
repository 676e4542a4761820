// A capture of very many small frames: npx tsx e2e/bench/frames.ts FILE FRAMES. TCP between many clients and a few servers,
// each frame cut after its headers, as a capture with a small snapshot length is.
import { closeSync, openSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pcap } from '../../src/testing/captures/file/pcap'
import { Random } from '../../src/testing/random'

const HEADERS = 54
const RECORD = 16 + HEADERS
const FRAMES_A_CHUNK = 100_000
const STREAMS = 100_000
const START_SECONDS = 1_290_000_000
const FRAMES_A_SECOND = 2_000
const PORTS = [135, 445, 49_157]

/** Chunks of a pcap file with so many frames; always the same for the same number. */
export function* frames(count: number): Generator<Uint8Array> {
  yield pcap([], { snapLength: HEADERS })
  const random = new Random('frames')
  const sequences = new Uint32Array(STREAMS * 2)
  for (let from = 0; from < count; from += FRAMES_A_CHUNK) {
    const chunk = Buffer.alloc(Math.min(FRAMES_A_CHUNK, count - from) * RECORD)
    for (let at = 0; at < chunk.length; at += RECORD) writeFrame(chunk, at, from + at / RECORD, random, sequences)
    yield chunk
  }
}

function writeFrame(chunk: Buffer, at: number, index: number, random: Random, sequences: Uint32Array): void {
  const stream = random.below(STREAMS)
  const answer = random.below(2)
  const payload = random.below(3) === 0 ? 0 : 24 + random.below(1400)
  const next = stream * 2 + answer
  chunk.writeUInt32LE(START_SECONDS + Math.floor(index / FRAMES_A_SECOND), at)
  chunk.writeUInt32LE((index % FRAMES_A_SECOND) * (1e6 / FRAMES_A_SECOND), at + 4)
  chunk.writeUInt32LE(HEADERS, at + 8)
  chunk.writeUInt32LE(HEADERS + payload, at + 12)
  const ip = at + 30
  chunk.write('00155d00000100155d000002080045', at + 16, 'hex') // Ethernet, IPv4 without options
  chunk.writeUInt16BE(40 + payload, ip + 2)
  chunk.write('4000800600', ip + 6, 'hex') // not to be fragmented, TTL 128, TCP, checksum left out
  const [client, server] = [0x0a140000 + (stream % 5000), 0x0a000001 + (stream % 3)]
  chunk.writeUInt32BE(answer ? server : client, ip + 12)
  chunk.writeUInt32BE(answer ? client : server, ip + 16)
  const [clientPort, serverPort] = [49_200 + Math.floor(stream / 5000), PORTS[stream % 3]!]
  chunk.writeUInt16BE(answer ? serverPort : clientPort, ip + 20)
  chunk.writeUInt16BE(answer ? clientPort : serverPort, ip + 22)
  chunk.writeUInt32BE(sequences[next]!, ip + 24)
  chunk.writeUInt32BE(sequences[next ^ 1]!, ip + 28)
  chunk.writeUInt16BE(payload > 0 ? 0x5018 : 0x5010, ip + 32)
  chunk.writeUInt16BE(0xffff, ip + 34)
  sequences[next] = sequences[next]! + payload
}

/** Writes them to a file, chunk by chunk. */
export function writeFrames(path: string, count: number): void {
  const file = openSync(path, 'w')
  try {
    for (const chunk of frames(count)) writeSync(file, chunk)
  } finally {
    closeSync(file)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFrames(process.argv[2]!, Number(process.argv[3]))
