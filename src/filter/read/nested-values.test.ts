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
/** A SYN: sequence number 0x01020304, window 0x2000; the quote of it is of no conversation whose numbers could count. */
const syn = ipFrame(
  client,
  server,
  6,
  Uint8Array.from([0x13, 0x88, 0, 135, 1, 2, 3, 4, 0, 0, 0, 0, 0x50, 2, 0x20, 0, 0, 0, 0, 0]),
)
const asRequest = udpFrame(client, 5002, server, 88, Uint8Array.from([0x6a, 0x81, ...new Uint8Array(12)]))
/** The header of an RPC request, C706 12.6.4.9: little-endian, first fragment of 4200 bytes, call 8. */
const request = [5, 0, 0, 1, 0x10, 0, 0, 0, 0x68, 0x10, 16, 0, 8, 0, 0, 0]
/** An ICMP error of the router that quotes the whole packet. */
const quotingAll = (about: Uint8Array) =>
  ipFrame(router, client, 1, Uint8Array.from([3, 1, 0, 0, 0, 0, 0, 0, ...about.subarray(14)]))
const frames = [
  query,
  unreachable(router, client, query, 1),
  ipFrame(client, server, IP_IN_IP, within.subarray(14)),
  udpFrame(client, 5001, server, 4000, new Uint8Array(3)),
  unreachable(router, client, udpFrame(client, 5003, server, 4000, new Uint8Array(3)), 1),
  udpFrame(server, 4000, client, 5003, new Uint8Array(3)),
  syn,
  unreachable(router, client, syn, 1),
  unreachable(router, client, asRequest, 1),
  // RFC 1812 4.3.2.3: as much of the packet as fits.
  quotingAll(syn),
  quotingAll(asRequest),
]
const file = pcapng(frames.map((bytes, index) => ({ microseconds: index * 1000, bytes })))

const others = [
  // A UDP header that states 999 bytes where there are 12.
  ipFrame(client, server, 17, Uint8Array.from([0x13, 0x8c, 0x0f, 0xa0, 3, 231, 0, 0, 1, 2, 3, 4])),
  quotingAll(
    ipFrame(
      client,
      server,
      6,
      Uint8Array.from([0xc0, 0, ...syn.subarray(36, 47), 0x18, ...syn.subarray(48, 54), ...request]),
    ),
  ),
  // An echo request that found no host.
  quotingAll(ipFrame(client, server, 1, Uint8Array.from([8, 0, 0xf7, 0xfd, 0, 1, 0, 1]))),
]
type Filters = [filter: string, numbers: number[]][]
/** The same over IPv6: ICMPv6 quotes the whole header. */
const [six, sixServer, sixRouter] = [1, 2, 9].map((host) => new Host({ address: `2001:db8::${host}` })) as [
  Host,
  Host,
  Host,
]
const synOfSix = ipFrame(six, sixServer, 6, syn.subarray(34))
const overSix = pcapng(
  [synOfSix, unreachable(sixRouter, six, synOfSix, 1)].map((bytes, index) => ({ microseconds: index * 1000, bytes })),
)
const SIX_FILTERS: Filters = [
  ['tcp.seq_raw == 0x01020304', [1, 2]],
  ['tcp.ack_raw == 0', [1, 2]],
  ['tcp.seq == 0x01020304', [2]],
]
/** A wrong length, a quoted PDU, a quoted message. */
const other = pcapng(others.map((bytes, index) => ({ microseconds: index * 1000, bytes })))

const OTHER_FILTERS: Filters = [
  ['icmp.type == 3', [2, 3]],
  ['icmp.type == 8', [3]],
  ['icmp.code == 0', [3]],
  ['icmp.code == 1', [2, 3]],
  ['udp.length == 999', [1]],
  ['udp.length == 12', []],
  ['udp.length', [1]],
  ['dcerpc', [2]],
  ['dcerpc.pkt_type == 0 && dcerpc.cn_flags.first_frag == 1 && dcerpc.cn_flags.last_frag == 0', [2]],
  ['dcerpc.cn_frag_len == 4200 && dcerpc.cn_auth_len == 16 && dcerpc.cn_call_id == 8 && dcerpc.ver == 5', [2]],
]

const FILTERS: Filters = [
  ['ip.src == 10.0.0.1', [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]],
  ['ip.src == 10.9.9.9', [2, 5, 8, 9, 10, 11]],
  ['ip.src != 10.9.9.9', [1, 3, 4, 6, 7]],
  ['ip.dst == 10.0.0.2', [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]],
  ['ip.addr == 192.0.2.0/24', [3]],
  ['all ip.addr == 10.0.0.0/8', [1, 2, 4, 5, 6, 7, 8, 9, 10, 11]],
  ['udp', [1, 2, 3, 4, 5, 6, 9, 11]],
  ['udp.port == 53', [1, 2]],
  ['udp.srcport == 6000', [3]],
  ['udp.length == 13', [3]],
  ['ip.ttl == 64', [2, 5, 8, 9, 10, 11]],
  ['ip.ttl == 128', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  ['ip.src#1 == 10.0.0.1', [1, 3, 4, 7]],
  ['ip.src#2 == 10.0.0.1', [2, 5, 8, 9, 10, 11]],
  ['ip.src#2', [2, 3, 5, 8, 9, 10, 11]],
  ['count(ip.src) == 2', [2, 3, 5, 8, 9, 10, 11]],
  ['ip.src == ip.dst', [2, 5, 8, 9, 10, 11]],
  ['icmp && udp.dstport == 53', [2]],
  ['udp.stream == 0', [1, 2]],
  ['udp.stream == 1', [3]],
  ['udp.stream == 2', [4]],
  ['udp.stream == 3', [5, 6]],
  ['udp.stream == 4', [9, 11]],
  ['tcp.stream == 0', [7, 10]],
  ['tcp.stream == 1', []],
  ['tcp.seq == 0', [7]],
  ['tcp.seq_raw == 0x01020304', [7]],
  ['tcp.seq == 0x01020304', [8, 10]],
  ['tcp.window_size == 8192', [7, 10]],
  ['tcp.time_relative == 0.003', [10]],
  ['kerberos', [11]],
  ['dns.qry.name == "host.example"', [1]],
  ['dns.qry.type == 1', [1]],
  ['dns.flags.response == 0', [1]],
  ['dns.id == 7', [1]],
  ['ip.dsfield.dscp == 0 && ip.flags.rb == 0 && ip.frag_offset == 0 && !udp', [7, 8, 10]],
]

const CAPTURES = [
  ['all headers', file, FILTERS],
  ['wrong lengths and quoted PDUs', other, OTHER_FILTERS],
  ['quotes of IPv6', overSix, SIX_FILTERS],
] as const

test.each(CAPTURES)('filters look at %s', async (_, bytes, wanted) => {
  const filters = await (await opened(bytes)).filters()
  for (const [filter, numbers] of wanted) {
    const result = await filters.rows(filter)
    expect('rows' in result && Array.from(result.rows, (row) => row + 1), filter).toEqual(numbers)
  }
})

test.skipIf(!HAS_TSHARK_LUA).each(CAPTURES)('of %s tshark shows the same', (_, bytes, wanted) => {
  const shown = tsharkFrames(
    bytes,
    wanted.map(([filter]) => filter),
  )
  expect(shown).toEqual(wanted.map(([, numbers]) => numbers))
})
