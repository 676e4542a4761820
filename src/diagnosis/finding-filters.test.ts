// The filter that a finding gives to be copied shows its evidence in Wireshark. A few captures by default; with PARITY=all all of
// ../shared/captures, with PARITY=lab/ those whose path has that in it.
import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { captureBytes } from '../testing/parity/compare'
import { opened } from '../testing/diagnose'
import { HAS_TSHARK_LUA, tsharkFrames } from '../testing/parity/tshark-filters'

const ASKED = process.env.PARITY
const FOLDER = new URL('../../../shared/captures/', import.meta.url).pathname
const SAMPLE = [
  'lab/proto-identity-switch-bad.pcap',
  'lab/net-host-down.pcap',
  'lab/krb-clock-skew.pcap',
  'malcolm-test__KRB5.pcap',
]
/** Link types that tshark 4.0.17 refuses. */
const UNREAD = /brcm-tag|dsa-high-vid|juniper_es|unsupported-link/

function captures(): string[] {
  if (!existsSync(FOLDER)) return []
  if (ASKED === undefined) return SAMPLE.filter((path) => existsSync(FOLDER + path))
  return (readdirSync(FOLDER, { recursive: true }) as string[])
    .filter((path) => /\.(pcap|pcapng|cap|ntar)(\.gz)?$/.test(path) && !UNREAD.test(path))
    .filter((path) => ASKED === 'all' || path.includes(ASKED))
    .toSorted()
}

const paths = captures()

test.skipIf(!HAS_TSHARK_LUA || paths.length === 0)(
  `filters of findings over ${paths.length} captures show their evidence in tshark`,
  { timeout: 3_600_000 },
  async () => {
    const lines: string[] = []
    let filters = 0
    for (const path of paths) {
      const bytes = captureBytes(FOLDER + path)
      const { findings } = await opened(bytes)
      const given = findings.filter((finding) => finding.filter)
      if (given.length === 0) continue
      const shown = tsharkFrames(
        bytes,
        given.map(({ filter }) => filter!),
      )
      given.forEach(({ rule, filter, evidence }, index) => {
        filters++
        const numbers = [...new Set(evidence.map(({ frame }) => frame + 1))]
        const missing = numbers.filter((number) => !shown[index]?.includes(number))
        if (missing.length > 0)
          lines.push(`${path}: ${rule}: ${filter}: not ${missing.slice(0, 12).join()} of ${numbers.length}`)
      })
    }
    if (ASKED !== undefined) process.stdout.write(`${filters} filters over ${paths.length} captures\n`)
    expect(lines).toEqual([])
  },
)
