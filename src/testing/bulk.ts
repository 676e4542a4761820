// Captures of any size for benchmarks: npx tsx src/testing/bulk.ts FILE BYTES
// A few conversations are generated once; then they are stamped out under ever new client addresses and ports, sixteen at a
// time, with only addresses, ports, checksums and times written again.
import { closeSync, openSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ascii } from './bytes'
import { classObject, next, nextResult, WBEM_S_FALSE } from './captures/com/wmi'
import { I_ENUM_WBEM_CLASS_OBJECT, I_REM_UNKNOWN2, IID_MANAGED_OBJECT } from './captures/com/interfaces'
import { remQueryInterface, remQueryInterfaceResult } from './captures/com/orpc'
import { pcap } from './captures/file/pcap'
import { Host } from './captures/network/host'
import { DEFAULT_START } from './captures/network/wire'
import { Random } from './random'
import { NDR32, NDR64 } from './captures/rpc/pdu'
import { FEATURES } from './captures/rpc/session'
import { Scenario } from './scenario'

const CHUNK = 8 * 1024 * 1024
const LANES = 16
const FILE_HEADER = 24
const RECORD_HEADER = 16
const LARGEST_RECORD = RECORD_HEADER + 1514

/** Where an untagged IPv4 TCP frame has what is stamped. */
const IP_CHECKSUM_AT = 24
const SOURCE_AT = 26
const DESTINATION_AT = 30
const PORTS_AT = 34
const TCP_CHECKSUM_AT = 50

const FIRST_CLIENT_PORT = 49152
const CLIENT_PORTS = 16000
const CALLS = 40

/** A record ready to be copied, whose client has address 10.20.0.0 and port 0. */
interface Record {
  bytes: Uint8Array
  fromClient: boolean
}

/** One conversation on its way out: how far it is, and under which client. */
interface Lane {
  records: readonly Record[]
  at: number
  address: number
  port: number
}

/** A pcap file of at most `bytes` bytes, short of it by less than one frame, in chunks; always the same for the same size. */
export function* bulk(bytes: number): Generator<Uint8Array<ArrayBuffer>> {
  const random = new Random('bulk')
  const templates = conversations()
  const lanes = Array.from({ length: LANES }, (): Lane => ({ records: [], at: 0, address: 0, port: 0 }))
  let clients = 0
  let microseconds = DEFAULT_START
  let left = bytes
  let chunk = new Uint8Array(CHUNK)
  let filled = FILE_HEADER
  chunk.set(pcap([]))
  for (;;) {
    const lane = lanes[random.below(LANES)]!
    if (lane.at === lane.records.length) {
      const port = FIRST_CLIENT_PORT + (clients % CLIENT_PORTS)
      Object.assign(lane, { records: random.pick(templates), at: 0, address: clients & 0xffff, port })
      clients++
    }
    const record = lane.records[lane.at]!
    if (filled + record.bytes.length > left) break
    lane.at++
    microseconds += 1 + random.below(12)
    chunk.set(record.bytes, filled)
    stamp(chunk, filled, record, lane, microseconds)
    filled += record.bytes.length
    if (filled > CHUNK - LARGEST_RECORD) {
      yield chunk.subarray(0, filled)
      left -= filled
      chunk = new Uint8Array(CHUNK)
      filled = 0
    }
  }
  yield chunk.subarray(0, filled)
}

function stamp(chunk: Uint8Array, at: number, record: Record, lane: Lane, microseconds: number): void {
  const seconds = Math.floor(microseconds / 1e6)
  setLittleEndian(chunk, at, seconds)
  setLittleEndian(chunk, at + 4, microseconds - seconds * 1e6)
  const frame = at + RECORD_HEADER
  setBigEndian(chunk, frame + (record.fromClient ? SOURCE_AT : DESTINATION_AT) + 2, lane.address)
  setBigEndian(chunk, frame + PORTS_AT + (record.fromClient ? 0 : 2), lane.port)
  addToChecksum(chunk, frame + IP_CHECKSUM_AT, lane.address)
  addToChecksum(chunk, frame + TCP_CHECKSUM_AT, lane.address + lane.port)
}

/** A word that was zero has become `value`. RFC 1624. */
function addToChecksum(chunk: Uint8Array, at: number, value: number): void {
  let sum = (~((chunk[at]! << 8) | chunk[at + 1]!) & 0xffff) + value
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  setBigEndian(chunk, at, ~sum & 0xffff)
}

function setBigEndian(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}

function setLittleEndian(bytes: Uint8Array, at: number, value: number): void {
  for (let byte = 0; byte < 4; byte++) bytes[at + byte] = value >>> (8 * byte)
}

/** The conversations that are stamped out, the frequent ones several times. */
function conversations(): (readonly Record[])[] {
  const sealed = template(sealedEnumeration)
  const readable = template(readableCalls)
  const plain = template(plainTraffic)
  const faulting = template(wrongIdentity)
  return [sealed, sealed, sealed, sealed, readable, readable, readable, plain, plain, plain, plain, faulting]
}

function template(happen: (play: Scenario) => void): Record[] {
  const client = new Host({ address: '10.20.0.0', name: 'CLIENT', mac: '00:15:5d:20:00:00' })
  const play = new Scenario({ client })
  happen(play)
  return play.frames.map((frame) => ({
    bytes: pcap([frame]).slice(FILE_HEADER),
    fromClient: client.ip.every((byte, at) => frame.bytes[SOURCE_AT + at] === byte),
  }))
}

/** WMI's Next under packet privacy, each answer four segments long. */
function sealedEnumeration(play: Scenario): void {
  const rpc = play.rpc({ clientPort: 0 })
  const binding = rpc.bind(I_ENUM_WBEM_CLASS_OBJECT, {
    transfers: [NDR32, FEATURES],
    logon: play.logon('CORP\\operator', 'privacy'),
  })
  const request = { opnum: 4, stub: next(play.causality), object: play.object.ipid }
  for (let call = 0; call < CALLS; call++) {
    const object = classObject('Win32_PnPEntity', [`device ${call}`], 4180 + play.random.below(80))
    const pending = rpc.request(binding, request)
    if (call % 4 === 0) rpc.tcp.acknowledge('server')
    rpc.respond(pending, nextResult([object], 1))
    rpc.tcp.acknowledge('client')
  }
  rpc.call(binding, request, nextResult([], 1, WBEM_S_FALSE))
  rpc.tcp.reset('client')
}

/** COM calls at integrity level: readable. */
function readableCalls(play: Scenario): void {
  const rpc = play.rpc({ clientPort: 0 })
  const binding = rpc.bind(I_REM_UNKNOWN2, {
    transfers: [NDR32, NDR64, FEATURES],
    logon: play.logon('CORP\\operator', 'integrity'),
  })
  const ask = {
    opnum: 3,
    stub: remQueryInterface(play.causality, play.object.ipid, [IID_MANAGED_OBJECT]),
    object: play.remUnknown,
  }
  const found = remQueryInterfaceResult([{ hresult: 0, reference: play.object }])
  for (let call = 0; call < CALLS; call++) rpc.call(binding, ask, found)
  rpc.close('client')
}

/** What is not RPC at all. */
function plainTraffic(play: Scenario): void {
  const tcp = play.tcp({ clientPort: 0, port: 6514 }).open()
  for (let line = 0; line < CALLS; line++) {
    tcp.send('client', ascii(`line ${line} of the log\n`.repeat(1 + play.random.below(160))))
    tcp.acknowledge('server')
  }
  tcp.close('client')
}

/** A second identity that the server refuses. */
function wrongIdentity(play: Scenario): void {
  const rpc = play.rpc({ clientPort: 0 })
  const ask = {
    opnum: 3,
    stub: remQueryInterface(play.causality, play.object.ipid, [IID_MANAGED_OBJECT]),
    object: play.remUnknown,
  }
  rpc.bind(I_ENUM_WBEM_CLASS_OBJECT, { logon: play.logon('CORP\\operator', 'privacy') })
  const other = rpc.bind(I_REM_UNKNOWN2, { logon: play.logon('OTHER\\user', 'connect') })
  rpc.fault(rpc.request(other, ask), 0x721)
  rpc.fault(rpc.request(other, ask), 5)
  rpc.close('server')
}

/** The same in one piece, for captures that fit into memory. */
export function bulkCapture(bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const chunk of bulk(bytes)) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole.subarray(0, at)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, bytes] = process.argv.slice(2)
  if (!file || !Number(bytes)) throw new Error('usage: bulk.ts FILE BYTES')
  const output = openSync(file, 'w')
  for (const chunk of bulk(Number(bytes))) writeSync(output, chunk)
  closeSync(output)
}
