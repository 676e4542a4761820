// The language held against tshark 4.0.17: the same texts are accepted, and show the same frames.
import fc from 'fast-check'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { captureBytes } from '../../testing/parity/compare'
import { randomFilters, RANDOM_FIELDS } from '../../testing/parity/random-filters'
import { HAS_TSHARK_LUA, tsharkFrames } from '../../testing/parity/tshark-filters'
import { tsharkValues } from '../../testing/parity/tshark-values'
import { opened } from '../../testing/diagnose'

const FOLDER = new URL('../../../../shared/captures/', import.meta.url).pathname
const EXAMPLE = new URL('../../../public/examples/case-study.pcapng', import.meta.url).pathname
/** Filters for each capture, and the seed that they are made from: RANDOM_FILTERS=20000 for a longer run, SEED for another. */
const FILTERS = Number(process.env.RANDOM_FILTERS ?? 400)
const SEED = Number(process.env.SEED ?? 1)
/** With RANDOM_CAPTURES=lab/krb-ok.pcap,zeek__smb3.pcap those of ../shared/captures. */
const ASKED = process.env.RANDOM_CAPTURES?.split(',')
const CAPTURES = [
  ...(ASKED ? [] : [EXAMPLE]),
  ...(
    ASKED ?? [
      'SAMR-Enum-Lab__acl_0.10_groupb3_ug.pcapng',
      'zeek__dce_rpc_ntlm.pcapng',
      'lab/krb-ok.pcap',
      'PcapPlusPlus__ArpRequestWithVlan.pcap',
    ]
  ).map((name) => FOLDER + name),
].filter((path) => existsSync(path))

/** What is different, as lines. */
async function differences(file: string, filters: readonly string[]): Promise<string[]> {
  const wanted = tsharkFrames(captureBytes(file), filters)
  const own = await (await opened(captureBytes(file))).filters()
  const lines: string[] = []
  for (const [index, filter] of filters.entries()) {
    const result = await own.rows(filter)
    const shown = 'rows' in result ? Array.from(result.rows, (row) => row + 1).join() : 'refused'
    const theirs = wanted[index]?.join() ?? 'refused'
    if (shown !== theirs) lines.push(`${filter}\n  tshark ${theirs.slice(0, 90)}\n  here   ${shown.slice(0, 90)}`)
  }
  return lines
}

/** Texts that a Wireshark user types, and mistakes that one makes. */
const TYPED = String.raw`
tcp.port any_eq 135
tcp.port all_eq 135
tcp.port all_ne 135
any tcp.port
135 == tcp.port
1 < frame.number < 5
1 == 1
tcp.srcport + 1 == tcp.dstport
tcp.srcport + 1
tcp.srcport - 135
tcp.srcport % 0 == 0
(tcp.srcport + 1) == 5
{tcp.srcport + 1} * 2 == 272
tcp.srcport == 1 + 134
tcp.srcport == - 135
tcp.srcport == -135 + 270
-tcp.srcport == -135
+tcp.srcport == 135
tcp.len & 3 + 1 == 1
tcp.len + 1 & 3 == 1
tcp.len & tcp.srcport == 1
frame.time_relative + 1 > 2
frame.time_relative * 2 > 2
ip.src + 1 == 10.177.17.7
ip.src & 255.255.255.0 == 10.177.17.0
tcp.flags & 2 == 2 and tcp
tcp[13] & 18 == 18
tcp[13] & 0x02
tcp[12] & f0 == 50
ip[0] & 0f > 05
len(tcp.payload) - 2 > 100
max(tcp.srcport, tcp.dstport) == 135
abs(-tcp.srcport) == 135
abs(ip.src) == 1
count(ip.addr) == count(tcp.port)
count(tcp.port)
len(frame) == frame.len
string(tcp.port) matches "^13"
string(ip.src) contains "10."
string(frame.number)[0] == "1"
string(tcp.flags.syn) == "True"
upper(ntlmssp.auth.username)[0:5] == "ADMIN"
lower(tcp.port) == "a"
ip.addr#[1-2] == 10.177.17.6
ip.addr#[-1] == 10.177.17.6
ip.src#0 == 10.177.17.6
ip.src#1[0:2] == 0a:b1
ip.src#
tcp#1.port
ip#1
dcerpc.pkt_type#1 == 11
tcp.srcport in {tcp.dstport, 135}
tcp.srcport in {1..tcp.dstport}
tcp.port in {135 140}
tcp.port in {135,}
tcp.port in {}
tcp.port == 135..140
tcp.port == '\x87'
tcp.port == 0207
tcp.port == 0b10000111
tcp.port == "135"
tcp.port == -1
tcp.port == 65536
tcp.port == 99999999999
tcp.port contains "1"
ip.src contains "10"
ip.src matches "10"
ip.addr == 10.177.17
ip.addr == 10.177.17.6/33
ip.addr == "10.177.17.6"
ip.src == tcp.srcport
eth.src == frame
frame contains ip.src
ntlmssp.auth.username == administrator
ntlmssp.auth.username contains 'a'
ntlmssp.auth.username matches ntlmssp.auth.domain
ntlmssp.auth.username contains ntlmssp.auth.domain
dcerpc.cn_bind_to_uuid[0:4] == a0:01:00:00
frame matches r"^\x00"
tcp.payload matches r"^\x05\x00"
eth.addr[0:3] == 00-0c-29
ip.src[0:2] == 0ab1
ip.src[3-3] == 06
ip.src[3,4] == 06
ip.src[4] != 00
frame.len[0] == 1
frame.time >= "2010-06-14 17:20:36Z"
frame.time >= "2010-06-14T17:20:36.335313Z"
frame.time < "2010-06-14 19:20:37+02:00"
frame.time >= "Jun 14, 2010 17:20:36.335313 UTC"
frame.time >= "Jun 14, 2010"
frame.time_relative < "1.5"
frame.time_delta > .05
frame.time_relative == \${frame.time_relative}
ip.src == \${ip.src}
.tcp.port == 135
tcp.
tcp..port
tcp.port = 135
tcp.port => 135
tcp.port eq135
tcp.port == eq
TCP
tcp.PORT == 135
tcp.port == 135 AND udp
tcp and and udp
tcp or
(tcp
()
!!tcp
!tcp.port in {135}
10.0.0.1
`
  .trim()
  .split('\n')

test.skipIf(!HAS_TSHARK_LUA)(
  'what a user types is accepted or refused, and means the same',
  { timeout: 60_000 },
  async () => {
    expect(await differences(EXAMPLE, TYPED)).toEqual([])
  },
)

describe.skipIf(!HAS_TSHARK_LUA)('random filters show the frames that tshark shows', { timeout: 600_000 }, () => {
  test.each(CAPTURES.map((path) => [path.split('/').at(-1)!, path]))('%s', async (_, file) => {
    const values = tsharkValues(file, RANDOM_FIELDS)
    const met = new Map([...values].map(([field, frames]) => [field, [...new Set(frames.flat())].slice(0, 20)]))
    const filters = fc.sample(
      randomFilters((field) => met.get(field) ?? []),
      { numRuns: FILTERS, seed: SEED },
    )
    expect(await differences(file, filters)).toEqual([])
  })
})
