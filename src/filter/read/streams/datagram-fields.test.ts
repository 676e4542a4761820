// Filters on what datagrams carry: on their ports and on others, whole, in fragments, and cut.
import { expect, test } from 'vitest'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { dnsQuery, dnsResponse, TYPE_A } from '../../../testing/captures/network/dns'
import { Host } from '../../../testing/captures/network/host'
import { udpFrame } from '../../../testing/captures/network/udp'
import { shownFrames } from '../../../testing/parity/shown-frames'
import { HAS_TSHARK_LUA, tsharkFrames } from '../../../testing/parity/tshark-filters'

const client = new Host({ address: '10.0.0.1' })
const server = new Host({ address: '10.0.0.2' })
const answer = dnsResponse(7, 'host.example', TYPE_A, [{ value: '192.0.2.1' }])
const [ETHERNET, IPV4] = [14, 20]

/** Payload bytes of an IPv4 packet in Ethernet as a fragment of it: RFC 791 3.2. */
function fragmentOf(frame: Uint8Array, from: number, to: number): Uint8Array<ArrayBuffer> {
  const payload = frame.subarray(ETHERNET + IPV4)
  const fragment = new Uint8Array([...frame.subarray(0, ETHERNET + IPV4), ...payload.subarray(from, to)])
  const view = new DataView(fragment.buffer)
  view.setUint16(ETHERNET + 2, fragment.length - ETHERNET)
  view.setUint16(ETHERNET + 6, (to < payload.length ? 0x2000 : 0) | (from / 8))
  return fragment
}

const whole = udpFrame(server, 53, client, 5001, answer)
const other = udpFrame(server, 53, client, 5002, answer)
const cut = fragmentOf(other, 0, 32)
const stated = udpFrame(client, 5003, server, 53, dnsQuery(8, 'host.example', TYPE_A))
// A UDP header that states no payload: what is behind it is not the datagram's.
new DataView(stated.buffer, stated.byteOffset).setUint16(ETHERNET + IPV4 + 4, 8)

const frames = [
  udpFrame(client, 5000, server, 8053, dnsQuery(7, 'host.example', TYPE_A)),
  udpFrame(server, 8053, client, 5000, answer),
  udpFrame(client, 5000, server, 8053, new Uint8Array(answer.length).fill(0x41)),
  fragmentOf(whole, 0, 24),
  fragmentOf(whole, 24, whole.length),
  cut.subarray(0, cut.length - 4),
  stated,
]
const file = pcapng(frames.map((bytes, index) => ({ microseconds: index * 1000, bytes })))

const FILTERS: [filter: string, numbers: number[]][] = [
  ['dns', [1, 2, 5, 6]],
  ['dns.id == 7', [1, 2, 5, 6]],
  ['dns.id == 8', []],
  ['dns.flags.response == 1', [2, 5, 6]],
  ['dns.qry.name == "host.example"', [1, 2, 5]],
  ['dns.a == 192.0.2.1', [2, 5]],
  ['udp.payload', [1, 2, 3, 5, 6]],
  ['udp.port == 53', [5, 6, 7]],
  ['udp.stream == 2', [6]],
]

const NAMES = FILTERS.map(([filter]) => filter)
const byFilter = (frames: readonly (number[] | undefined)[]) => NAMES.map((name, at) => [name, frames[at]])

test('filters look into datagrams', async () => {
  expect(byFilter(await shownFrames(file, NAMES))).toEqual(FILTERS)
})

test.skipIf(!HAS_TSHARK_LUA)('as tshark does', () => {
  expect(byFilter(tsharkFrames(file, NAMES))).toEqual(FILTERS)
})
