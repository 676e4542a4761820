// Fields that are computed from several frames or headers, next to what tshark shows.
import { expect, test } from 'vitest'
import { pcapng } from '../../testing/captures/file/pcapng'
import { Host } from '../../testing/captures/network/host'
import { ipFrame } from '../../testing/captures/network/ip'
import { udpFrame } from '../../testing/captures/network/udp'
import { opened } from '../../testing/diagnose'
import { HAS_TSHARK_LUA, tsharkFrames } from '../../testing/parity/tshark-filters'

const client = new Host({ address: '10.0.0.1' })
const server = new Host({ address: '10.0.0.2' })
const [SYN, ACK, PUSH] = [2, 16, 8]

/** A segment without options: RFC 9293 3.1. */
function segment(from: Host, sequence: number, ack: number, flags: number, window: number, length = 0) {
  const ports = from === client ? [0xc0, 0, 0x20, 0] : [0x20, 0, 0xc0, 0]
  const word = (value: number) => [0, 0, value >>> 8, value & 255]
  const header = [...ports, ...word(sequence), ...word(ack), 0x50, flags, window >>> 8, window & 255, 0, 0, 0, 0]
  return ipFrame(
    from,
    from === client ? server : client,
    6,
    Uint8Array.from([...header, ...new Array<number>(length).fill(46)]),
  )
}

/** A SYN with options: largest segment 1460, shift 7. */
const syn = ipFrame(
  client,
  server,
  6,
  Uint8Array.from([
    ...[0xc0, 1, 0x20, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0x70, SYN, 4, 0, 0, 0, 0, 0],
    ...[2, 4, 5, 180, 1, 3, 3, 7],
  ]),
)

/** A connectionless request, C706 12.5.2: idempotent, little-endian, object 01020304-..., interface and activity of their own. */
function datagram(type: number, object: number) {
  const uuid = (first: number) => [4, 3, 2, first, 6, 5, 8, 7, 9, 10, 11, 12, 13, 14, 15, 16]
  const numbers = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0]
  return Uint8Array.from([4, type, 0x20, 0, 0x10, 0, 0, 0, ...uuid(object), ...uuid(7), ...uuid(8), ...numbers])
}

const frames = [
  segment(client, 99, 0, SYN, 1000),
  segment(server, 199, 100, SYN | ACK, 8),
  segment(client, 100, 200, ACK, 1000),
  segment(client, 100, 200, ACK | PUSH, 1000, 8),
  segment(server, 200, 108, ACK, 20),
  segment(client, 108, 200, ACK | PUSH, 1000, 8),
  segment(client, 116, 200, ACK | PUSH, 1000, 12),
  udpFrame(client, 40001, server, 40002, datagram(0, 1)),
  udpFrame(server, 40002, client, 40001, datagram(2, 9)),
  syn,
]
const file = pcapng(frames.map((bytes, index) => ({ microseconds: index * 1000, bytes })))

const FILTERS: [filter: string, numbers: number[]][] = [
  ['tcp.analysis.window_full', [4, 7]],
  ['tcp.analysis.flags', [4, 7]],
  ['tcp.options.mss_val == 1460', [10]],
  ['tcp.options.wscale.shift == 7', [10]],
  ['dcerpc.obj_id', [8, 9]],
  ['dcerpc.obj_id == 01020304-0506-0708-090a-0b0c0d0e0f10', [8]],
  ['dcerpc.obj_id == 09020304-0506-0708-090a-0b0c0d0e0f10', [9]],
]

test('full windows, and an object in each datagram', async () => {
  const filters = await (await opened(file)).filters()
  for (const [filter, numbers] of FILTERS) {
    const result = await filters.rows(filter)
    expect('rows' in result && Array.from(result.rows, (row) => row + 1), filter).toEqual(numbers)
  }
})

// Seen midway; then the server answers the SYN of another connection on the same ports, which the capture does not hold.
const reused = pcapng(
  [
    segment(client, 100, 200, ACK, 1000),
    segment(server, 9000, 100, SYN | ACK, 1000),
    segment(client, 100, 9001, ACK | PUSH, 1000, 8),
    segment(server, 9001, 108, ACK, 1000),
    segment(server, 9001, 108, ACK, 1000),
  ].map((bytes, index) => ({ microseconds: index * 1000, bytes })),
)
const OF_REUSED: [filter: string, numbers: number[]][] = [
  ['tcp.stream == 0', [1, 2, 3, 4, 5]],
  ['tcp.analysis.reused_ports', [2]],
  ['tcp.analysis.flags', [2, 5]],
  ['tcp.seq == 0', [2]],
  ['tcp.seq == 1', [1, 3, 4, 5]],
  ['tcp.ack == 1', [1, 2, 3]],
  ['tcp.ack == 9', [4, 5]],
]

// A reset answers a SYN with a sequence number of 0; then the port opens.
const refused = pcapng(
  [
    segment(client, 99, 0, SYN, 1000),
    segment(server, 0, 100, 20, 0),
    segment(client, 99, 0, SYN, 1000),
    segment(server, 0xf0000000, 100, SYN | ACK, 1000),
    segment(client, 100, 0xf0000001, ACK, 1000),
    segment(server, 0xf0000001, 100, ACK | PUSH, 1000, 8),
  ].map((bytes, index) => ({ microseconds: index * 9000, bytes })),
)
const OF_REFUSED: [filter: string, numbers: number[]][] = [
  ['tcp.analysis.retransmission', [3]],
  ['tcp.analysis.reused_ports', [4]],
  ['tcp.analysis.out_of_order', []],
  ['tcp.seq == 1', [2, 5, 6]],
]

test.each([
  ['ports that were used before', reused, OF_REUSED],
  ['a port that refused first', refused, OF_REFUSED],
])('sequence numbers on %s', async (_, bytes, wanted) => {
  const filters = await (await opened(bytes)).filters()
  for (const [filter, numbers] of wanted) {
    const result = await filters.rows(filter)
    expect('rows' in result && Array.from(result.rows, (row) => row + 1), filter).toEqual(numbers)
  }
})

test.skipIf(!HAS_TSHARK_LUA).each([
  ['fields', file, FILTERS],
  ['ports that were used before', reused, OF_REUSED],
  ['a port that refused first', refused, OF_REFUSED],
])('as tshark shows them: %s', (_, bytes, wanted) => {
  expect(
    tsharkFrames(
      bytes,
      wanted.map(([filter]) => filter),
    ),
  ).toEqual(wanted.map(([, numbers]) => numbers))
})

test('what is not read of any file is refused, where the capture holds it', async () => {
  const openVpn = udpFrame(client, 40003, server, 1194, new Uint8Array(20))
  const filters = await (await opened(pcapng([{ microseconds: 0, bytes: openVpn }]))).filters()
  expect(await filters.rows('udp && tls')).toEqual({
    message:
      'tls is not indexed within OpenVPN, which this capture has: Faultline reads TLS over TCP and within QUIC only.',
    at: 7,
    end: 10,
  })
  expect(await filters.rows('udp')).not.toHaveProperty('notes')
  expect(await (await (await opened(file)).filters()).rows('tls')).toHaveProperty('rows')
})

test('fields are refused where no frame is read, and say which frames are not where some are', async () => {
  // Link type 195: IEEE 802.15.4.
  const unread = pcapng([{ microseconds: 0, bytes: Uint8Array.of(0x41, 0x88, 1, 2) }], { linkType: 195 })
  const wireless = await (await opened(unread)).filters()
  expect(await wireless.rows('!ipv6')).toEqual({
    message: 'ipv6 is not indexed: Faultline does not read frames of link type 195, and this capture has no others.',
    at: 1,
    end: 5,
  })
  expect(await wireless.rows('frame.len == 4')).toEqual({ rows: Uint32Array.of(0) })
  const both = await (await opened(Uint8Array.from([...file, ...unread]))).filters()
  expect(await both.rows('udp.port == 443')).toMatchObject({
    notes: ['udp.port is not indexed for frames of link type 195: Faultline reads other link types only.'],
  })
})

test('a time that a number does not hold exactly is equal to itself, in each form', async () => {
  // 173,285,789.79884 s after the first frame: nanoseconds beyond 2^53.
  const late = [0, 173285789798840].map((microseconds) => ({ microseconds, bytes: frames[0]! }))
  const filters = await (await opened(pcapng(late))).filters()
  const time = '173285789.798840000'
  for (const [operator, numbers] of [
    ['==', [2]],
    ['===', [2]],
    ['!=', [1]],
    ['!==', [1]],
    ['<', [1]],
    ['>=', [2]],
  ] as const) {
    const result = await filters.rows(`frame.time_relative ${operator} ${time}`)
    expect('rows' in result && Array.from(result.rows, (row) => row + 1), operator).toEqual(numbers)
  }
})
