// Display filters held against tshark 4.0.17: for every field that both know, the frames that have it, and those where it has
// a value that occurs. A few captures by default; with PARITY=all
// all of ../shared/captures, with PARITY=lab/ those whose path has that in it.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { FilteredRows, FilterMistake } from '../engine/api'
import { opened } from '../testing/diagnose'
import { HAS_TSHARK } from '../testing/tshark'
import { FIELDS, fieldNamed } from './fields'
import { interfaceNames } from './fields/interfaces'
import { Subject } from './subject'
import { quote } from './tree'

const ASKED = process.env.PARITY
const ALL = ASKED !== undefined
const FOLDER = new URL('../../../shared/captures/', import.meta.url).pathname
/** Values compared of each field, and bytes of the largest capture. */
const [VALUES, LARGEST] = ALL ? [100, 1_000_000] : [8, 200_000]
/** Links, tunnels, lost segments, RPC over all transports, logons. */
const SAMPLE = [
  'zeek__dce_rpc_ntlm.pcapng',
  'SAMR-Enum-Lab__acl_0.10_groupb3_ug.pcapng',
  'lab/net-loss-ok.pcap',
  'lab/krb-ok.pcap',
  'zeek__6in4.pcap',
  'PcapPlusPlus__ldap.pcapng',
  'icsnpp-profinet-io-cm__profinet_io_cm_read.pcapng',
]

/** Where tshark shows other frames, and the bytes that say why. `fields` without `frames` is about all frames. */
const KNOWN: readonly { captures: RegExp; fields: RegExp; frames?: number[]; why: string }[] = [
  {
    captures: /^pcapng-gen/,
    fields: /^frame\.time/,
    why: 'Simple and obsolete packet blocks without a time: tshark counts from 1970, we say that there is none.',
  },
  {
    captures: /net-loss-ok/,
    fields: /^(dcerpc|epm|samr|smb|smb2|nbss|ntlmssp|spnego)\b/,
    frames: [51, 147, 308, 448, 498],
    why: 'The first copy of the segment is not in the capture: its PDU is in this retransmission and nowhere else.',
  },
  {
    captures: /CVE-2020-1472_exploit_win2019|zerologon__input/,
    fields: /^(dcerpc|rpc_netlogon)\b/,
    frames: [419, 420],
    why: 'Frame 419 fills the gap that tshark found in 418; its request is in no other frame, and 420 answers it.',
  },
  {
    captures: /truncate-applayer-test-01/,
    fields: /^(dcerpc|iremotewinspool)\b/,
    frames: [44, 50, 60, 67, 69],
    why: 'Fragments of one request: PFC flags 01 and 00. tshark reads the stub with each, as for the others with the last.',
  },
  {
    captures: /./,
    fields: /^(spnego|kerberos)\b/,
    why: 'Tokens at protection level 4 (a1 81 ... and 6e 82 ... in frames 59 and 55): tshark hands them to no dissector.',
  },
  {
    captures: /./,
    fields: /^dcerpc\.(time|opnum|obj_id)$/,
    why: 'Answers whose request tshark pairs by port: the server answered from another, but with the same activity; or a request that it put together from fragments, or a second object id.',
  },
  {
    captures: /net-host-down|icmp-rfc8335|psexec_add_user|beep-oobr/,
    fields: /^(ip|tcp|udp|dns|icmp|dcerpc)\b/,
    why: 'Headers that an ICMP error quotes: tshark lists them like the packet’s own.',
  },
  {
    captures:
      /6in4|geneve|vxlan|vntag|802_15_4|beep-oobr|PPPoE|wb-oobr|frag|ip6_frag|fuzz|clusterfuzz|timestamp_invalid/i,
    fields: /./,
    why: 'Tunnels and broken headers: of addresses and ports the innermost count here, of broken headers what comes before the break.',
  },
  {
    captures: /arkime__dcerpc_synthetic/,
    fields: /^(drsuapi|efs|lsarpc|dssetup|remunk|epm)\b/,
    why: 'Requests whose stub is empty (frag_length 24): tshark calls no dissector for no bytes.',
  },
  {
    captures: /net-nat-wrong-address/,
    fields: /^epm\.rc$/,
    why: 'rc is the last 4 bytes, 0; 0x4b is the length of the tower.',
  },
  {
    captures: /bug-8629|smb1_osx|http_out_of_order_2|PcapPlusPlus__ldap/,
    fields: /^tcp\.(analysis|ack|seq|window)/,
    why: 'What follows the first acknowledgement of bytes that are not in the capture.',
  },
  {
    captures: /empire_dcom_shellwindows/,
    fields: /^dispatch\b/,
    why: 'A request in fragments that ends within one segment of its last fragment.',
  },
]

type Wanted = ReadonlyMap<string, ReadonlySet<number>>

/** Filters that show other frames than tshark's, as lines. */
async function differences(path: string): Promise<{ compared: number; lines: string[] }> {
  const open = await opened(new Uint8Array(readFileSync(FOLDER + path)))
  const { capture, conversation, names } = open
  const subject = new Subject({ capture, conversation, names })
  const filters = await open.filters()
  const ofInterfaces = interfaceNames(subject).flatMap((name) => [name, `${name}.opnum`])
  const fields = [...FIELDS.map(({ name }) => name), ...ofInterfaces].filter((name) => tsharkNames().has(name))
  const lines: string[] = []
  let compared = 0
  for (const [name, wanted] of tsharkAnswers(path, fields, subject))
    for (const [filter, numbers] of wanted) {
      compared++
      const line = different(await filters.rows(filter), numbers, (frame) => isKnown(path, name, frame))
      if (line) lines.push(`${path}: ${filter}: ${line}`)
    }
  return { compared, lines }
}

/** What is different; undefined where nothing is, and where the answer says that the field is not indexed in full. */
function different(
  result: FilteredRows | FilterMistake,
  wanted: ReadonlySet<number>,
  known: (frame: number) => boolean,
): string | undefined {
  if (!('rows' in result)) return JSON.stringify(result)
  const shown = new Set(Array.from(result.rows, (row) => row + 1))
  const missing = result.notes ? [] : [...wanted].filter((number) => !shown.has(number) && !known(number))
  const extra = [...shown].filter((number) => !wanted.has(number) && !known(number))
  if (missing.length + extra.length === 0) return undefined
  return `tshark alone shows ${missing.slice(0, 9).join()}; here alone ${extra.slice(0, 9).join()}`
}

function isKnown(path: string, field: string, frame: number): boolean {
  return KNOWN.some(
    ({ captures, fields, frames }) => captures.test(path) && fields.test(field) && (!frames || frames.includes(frame)),
  )
}

/** By field: filters and the frames that tshark shows for them. */
function tsharkAnswers(path: string, fields: readonly string[], subject: Subject): Map<string, Wanted> {
  const [separator, aggregator] = ['\x1e', '\x1f']
  const format = [
    '-T',
    'fields',
    '-E',
    'occurrence=a',
    '-E',
    `separator=${separator}`,
    '-E',
    `aggregator=${aggregator}`,
  ]
  const rows = stdoutOf(['-n', '-r', FOLDER + path, ...format, ...fields.flatMap((field) => ['-e', field])])
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(separator))
  const answers = new Map<string, Wanted>()
  fields.forEach((name, column) => {
    const wanted = new Map([[name, new Set<number>()]])
    const type = fieldNamed(subject, name)?.type
    rows.forEach((row, at) => {
      const text = row[column] ?? ''
      if (text === '') return
      wanted.get(name)!.add(at + 1)
      if (type === 'label') return
      for (const value of text.split(aggregator)) {
        const filter = `${name} == ${type === 'text' ? quote(value) : value}`
        const numbers = wanted.get(filter)
        if (numbers) numbers.add(at + 1)
        else if (wanted.size <= VALUES) wanted.set(filter, new Set([at + 1]))
      }
    })
    answers.set(name, wanted)
  })
  return answers
}

let known: Set<string> | undefined

/** Every field and protocol that tshark knows. */
function tsharkNames(): Set<string> {
  const listing = (what: string) => spawnSync('tshark', ['-G', what], { encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout
  const column = (text: string) => text.split('\n').map((line) => line.split('\t')[2] ?? '')
  return (known ??= new Set([...column(listing('fields')), ...column(listing('protocols'))]))
}

function stdoutOf(args: string[]): string {
  try {
    return execFileSync('tshark', args, { encoding: 'utf8', maxBuffer: 2 ** 29, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    // A file that ends within a packet: tshark reads what is there and complains by its status.
    return (error as { stdout?: string }).stdout ?? ''
  }
}

function captures(): string[] {
  if (!existsSync(FOLDER)) return []
  if (!ALL) return SAMPLE.filter((path) => existsSync(FOLDER + path))
  return (readdirSync(FOLDER, { recursive: true }) as string[])
    .filter((path) => /\.(pcap|pcapng|cap|ntar)$/.test(path) && statSync(FOLDER + path).size <= LARGEST)
    .filter((path) => !UNREAD.test(path) && (ASKED === 'all' || path.includes(ASKED!)))
    .toSorted()
}

/** Link types that tshark 4.0.17 refuses, and times that no text of tshark's reads back. */
const UNREAD = /brcm-tag|dsa-high-vid|juniper_es|unsupported-link/

const paths = captures()

test.skipIf(!HAS_TSHARK || paths.length === 0)(
  `fields over ${paths.length} captures have the frames that tshark shows (skipped without tshark and ../shared/captures)`,
  { timeout: ALL ? 1_200_000 : 60_000 },
  async () => {
    const lines: string[] = []
    let compared = 0
    for (const path of paths) {
      const found = await differences(path)
      compared += found.compared
      lines.push(...found.lines)
    }
    if (ALL) process.stdout.write(`${compared} filters compared over ${paths.length} captures\n`)
    expect(compared).toBeGreaterThan(50 * paths.length)
    expect(lines).toEqual([])
  },
)
