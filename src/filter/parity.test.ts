// A few captures by default; with PARITY=all all of ../shared/captures, with PARITY=lab/ those whose path has that in it.
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { HAS_TSHARK } from '../testing/tshark'
import { compare, type Comparison } from '../testing/parity/compare'
import { KEPT_IN } from '../testing/parity/tshark-values'

const ASKED = process.env.PARITY
const FOLDER = new URL('../../../shared/captures/', import.meta.url).pathname
/** Values compared of each field. */
const VALUES = ASKED === undefined ? 8 : 100
/** Links, tunnels, quotes, fragments, cut and lost segments, RPC over all transports, logons within HTTP and LDAP. */
const SAMPLE = [
  'zeek__dce_rpc_ntlm.pcapng',
  'SAMR-Enum-Lab__acl_0.10_groupb3_ug.pcapng',
  'lab/net-loss-ok.pcap',
  'lab/krb-ok.pcap',
  'zeek__6in4.pcap',
  'PcapPlusPlus__ldap.pcapng',
  'icsnpp-profinet-io-cm__profinet_io_cm_read.pcapng',
  'arkime__ntlm_synthetic.pcap',
  'lab/net-host-down.pcap',
  'zeek__geneve-arp.pcap',
  'zeek__vntag_vlan_sandwich_clean.pcap',
  'tcpdump__icmp-rfc8335-missing-bytes.pcap',
  'tcpdump__802_15_4-data.pcap',
  'suricata-verify__frag-ppp-ip-tcp-syn.pcap',
  'suricata-verify__dcerpc-udp-scapy__input.pcap',
  'unseal/smb311-chained-patternv1-lznt1.pcapng.gz',
]
/** Link types that tshark 4.0.17 refuses. */
const UNREAD = /brcm-tag|dsa-high-vid|juniper_es|unsupported-link/

function captures(): string[] {
  if (!existsSync(FOLDER)) return []
  if (ASKED === undefined) return SAMPLE.filter((path) => existsSync(FOLDER + path))
  return (readdirSync(FOLDER, { recursive: true }) as string[])
    .filter((path) => /\.(pcap|pcapng|cap|ntar)(\.gz)?$/.test(path) || path.includes('clusterfuzz'))
    .filter((path) => !UNREAD.test(path) && (ASKED === 'all' || path.includes(ASKED)))
    .toSorted()
}

/** Results of runs before, by path: one that has no difference is not compared again. */
function resultsBefore(): Map<string, Comparison> {
  const file = `${KEPT_IN}/results.ndjson`
  if (!KEPT_IN || !existsSync(file)) return new Map()
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return new Map(lines.map((line) => JSON.parse(line) as [string, Comparison]))
}

async function compared(path: string, before: ReadonlyMap<string, Comparison>): Promise<Comparison> {
  const known = before.get(path)
  if (known?.lines.length === 0) return known
  const result = await compare(FOLDER + path, path, VALUES)
  if (KEPT_IN) appendFileSync(`${KEPT_IN}/results.ndjson`, `${JSON.stringify([path, result])}\n`)
  return result
}

const paths = captures()

test.skipIf(!HAS_TSHARK || paths.length === 0)(
  `fields over ${paths.length} captures have the frames that tshark shows (skipped without tshark and ../shared/captures)`,
  { timeout: ASKED === undefined ? 180_000 : 3_600_000 },
  async () => {
    const before = resultsBefore()
    const results: Comparison[] = []
    for (const path of paths) results.push(await compared(path, before))
    const filters = results.reduce((sum, one) => sum + one.filters, 0)
    const [fields, notIndexed] = (['fields', 'notIndexed'] as const).map((of) =>
      results.reduce((sum, one) => sum + one[of], 0),
    )
    if (ASKED !== undefined)
      process.stdout.write(
        `${filters} filters of ${fields} fields compared over ${paths.length} captures; ${notIndexed} say that their field is not indexed\n`,
      )
    expect(filters).toBeGreaterThan(50 * paths.length)
    expect(results.flatMap(({ lines }) => lines)).toEqual([])
  },
)
