// Values of quoted and of tunnelled headers, next to those of the frame's own.
import { expect, test } from 'vitest'
import { pcapng } from '../../testing/captures/file/pcapng'
import { Host } from '../../testing/captures/network/host'
import { unreachable } from '../../testing/captures/network/icmp'
import { ipFrame } from '../../testing/captures/network/ip'
import { dnsQuery } from '../../testing/captures/network/dns'
import { udpFrame } from '../../testing/captures/network/udp'
import { opened } from '../../testing/diagnose'
import { HAS_TSHARK_LUA, tsharkFrames } from '../../testing/parity/tshark-filters'

const client = new Host({ address: '10.0.0.1' })
const server = new Host({ address: '10.0.0.2' })
const router = new Host({ address: '10.9.9.9', timeToLive: 64 })
const [inner, farInner] = [new Host({ address: '192.0.2.1' }), new Host({ address: '192.0.2.2' })]
/** IPv4 in IPv4: RFC 2003. */
const IP_IN_IP = 4

const query = udpFrame(client, 5000, server, 53, dnsQuery(7, 'host.example', 1))
const within = udpFrame(inner, 6000, farInner, 4000, new Uint8Array(5))
const frames = [
  query,
  unreachable(router, client, query, 1),
  ipFrame(client, server, IP_IN_IP, within.subarray(14)),
  udpFrame(client, 5001, server, 4000, new Uint8Array(3)),
]
const file = pcapng(frames.map((bytes, index) => ({ microseconds: index * 1000, bytes })))

const FILTERS: [filter: string, numbers: number[]][] = [
  ['ip.src == 10.0.0.1', [1, 2, 3, 4]],
  ['ip.src == 10.9.9.9', [2]],
  ['ip.src != 10.9.9.9', [1, 3, 4]],
  ['ip.dst == 10.0.0.2', [1, 2, 3, 4]],
  ['ip.addr == 192.0.2.0/24', [3]],
  ['all ip.addr == 10.0.0.0/8', [1, 2, 4]],
  ['udp', [1, 2, 3, 4]],
  ['udp.port == 53', [1, 2]],
  ['udp.srcport == 6000', [3]],
  ['udp.length == 13', [3]],
  ['ip.ttl == 64', [2]],
  ['ip.ttl == 128', [1, 2, 3, 4]],
  ['ip.src#1 == 10.0.0.1', [1, 3, 4]],
  ['ip.src#2 == 10.0.0.1', [2]],
  ['ip.src#2', [2, 3]],
  ['count(ip.src) == 2', [2, 3]],
  ['ip.src == ip.dst', [2]],
  ['icmp && udp.dstport == 53', [2]],
]

test('filters look at all headers', async () => {
  const filters = await (await opened(file)).filters()
  for (const [filter, numbers] of FILTERS) {
    const result = await filters.rows(filter)
    expect('rows' in result && Array.from(result.rows, (row) => row + 1), filter).toEqual(numbers)
  }
})

test.skipIf(!HAS_TSHARK_LUA)('as tshark does', () => {
  const wanted = FILTERS.map(([, numbers]) => numbers)
  expect(
    tsharkFrames(
      file,
      FILTERS.map(([filter]) => filter),
    ),
  ).toEqual(wanted)
})
