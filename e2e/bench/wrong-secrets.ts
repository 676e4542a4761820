// How long secrets that fit no logon take on a capture with 1,000 NTLM logons: what the user waits until they are called wrong.
import { readFileSync } from 'node:fs'
import { Analysis } from '../../src/engine/read/analysis'
import { I_OBJECT_EXPORTER, NDR32, Scenario } from '../../src/testing/scenario'
import { passwordSecret, type Secrets } from '../../src/unseal/secrets/secrets'

const LOGONS = 1000
/** Seconds of processor time within which wrong secrets are to be reported. */
const WANTED_SECONDS = 1

const users = Array.from({ length: LOGONS }, (_, i) => `user${i}`)
const KINDS: readonly (readonly [string, Secrets])[] = [
  ['one password', { accounts: [passwordSecret('guess')], keys: [], smbKeys: [] }],
  [
    '1,000 passwords of other users',
    { accounts: users.map((user) => passwordSecret(user, { user: `other-${user}` })), keys: [], smbKeys: [] },
  ],
  ['1,000 passwords of no named user', { accounts: users.map((text) => passwordSecret(text)), keys: [], smbKeys: [] }],
  [
    'a keytab of 10,000 keys',
    {
      accounts: [],
      keys: Array.from({ length: 10 * LOGONS }, (_, i) => ({
        etype: 23,
        principal: `user${i}@CORP`,
        key: new Uint8Array(16).fill(i),
      })),
      smbKeys: [],
    },
  ],
]

function capture(): Uint8Array {
  const scenario = new Scenario()
  const session = scenario.rpc()
  for (const user of users) {
    const logon = scenario.logon(`CORP\\${user}`, 'privacy', { password: 'right', package: 'ntlm' })
    session.bind(I_OBJECT_EXPORTER, { logon, transfers: [NDR32] })
  }
  return scenario.capture()
}

/** Prints the seconds of processor time of each kind, the best of `runs`. True if all are as fast as asked. */
export async function wrongSecrets(runs: number): Promise<boolean> {
  const module = new WebAssembly.Module(readFileSync(new URL('../../asm/build/release.wasm', import.meta.url)))
  const bytes = capture()
  let isFast = true
  for (const [name, secrets] of KINDS) {
    let best = Infinity
    for (let run = 0; run < runs; run++) {
      const started = process.cpuUsage()
      const analysis = await Analysis.start(module, secrets)
      analysis.feed(bytes)
      analysis.end()
      const { user, system } = process.cpuUsage(started)
      if (analysis.unsealing!.logons.some(({ secret }) => secret === 'right')) throw new Error(`${name}: one is right`)
      best = Math.min(best, (user + system) / 1e6)
    }
    isFast &&= best <= WANTED_SECONDS
    console.log(`wrong secrets: ${name.padEnd(35)} ${best.toFixed(2)} s for ${LOGONS} logons`)
  }
  return isFast
}
