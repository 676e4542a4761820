// How fast sealed calls are read with the right secret, for each package and cipher: reading, decrypting and checking every signature.
import { readFileSync } from 'node:fs'
import { Analysis } from '../../src/engine/read/analysis'
import { agreeOnKey, NETLOGON, NetlogonContext } from '../../src/testing/captures/security/netlogon'
import { SealedKerberos } from '../../src/testing/captures/security/sealed-kerberos'
import type { LogonRequest } from '../../src/testing/captures/rpc/session'
import { I_OBJECT_EXPORTER, NDR32, type RpcSession, Scenario } from '../../src/testing/scenario'
import { passwordSecret, type Secrets } from '../../src/unseal/secrets/secrets'

/** What is asked of every cipher. */
const WANTED_MEGABYTES_PER_SECOND = 50
const ANSWER_BYTES = 100_000
const CALLS = 40
const PASSWORD = 'Secret1'

interface Kind {
  name: string
  capture: () => Uint8Array
  secrets: Partial<Secrets>
}

function calls(session: RpcSession, logon: LogonRequest | undefined, abstract = I_OBJECT_EXPORTER): void {
  const answer = Uint8Array.from({ length: ANSWER_BYTES }, (_, i) => (i * 31) >> 3)
  const binding = session.bind(abstract, { ...(logon && { logon }), transfers: [NDR32] })
  for (let call = 0; call < CALLS; call++) session.call(binding, { opnum: 99, stub: new Uint8Array(100) }, answer)
}

function kinds(): Kind[] {
  const accounts = [passwordSecret(PASSWORD)]
  const ntlm = (level: 'privacy' | 'integrity', more = {}): Kind => ({
    name: `NTLM, ${level}${'oldSessionSecurity' in more ? ', without extended session security' : ''}`,
    secrets: { accounts },
    capture: () => {
      const scenario = new Scenario()
      calls(scenario.rpc(), scenario.logon('CORP\\alice', level, { password: PASSWORD, package: 'ntlm', ...more }))
      return scenario.capture()
    },
  })
  const kerberos = (etype: number, name: string, level: 'privacy' | 'integrity' = 'privacy'): Kind => {
    const key = new Uint8Array(etype === 18 || etype === 20 ? 32 : 16).fill(etype)
    const service = { name: 'host/server1', realm: 'EXAMPLE.COM' }
    return {
      name: `Kerberos, ${name}, ${level}`,
      secrets: { keys: [{ principal: 'host/server1@EXAMPLE.COM', etype, key }] },
      capture: () => {
        const scenario = new Scenario()
        const options = { service, serviceKey: { etype, key }, client: 'alice', level, seed: 'x', time: 1.6e15 }
        const context = (contextId: number) => new SealedKerberos({ ...options, contextId })
        calls(scenario.rpc({ signsHeaders: true }), { level, context })
        return scenario.capture()
      },
    }
  }
  const netlogon = (aes: boolean): Kind => ({
    name: `Netlogon, ${aes ? 'AES' : 'RC4'}`,
    secrets: { accounts },
    capture: () => {
      const scenario = new Scenario()
      const channel = { computer: 'WKS1', domain: 'CORP', password: PASSWORD, aes }
      const key = agreeOnKey(scenario.rpc(), channel)
      const context = (id: number) => new NetlogonContext(channel, key, 'privacy', id)
      calls(scenario.rpc(), { level: 'privacy', context }, NETLOGON)
      return scenario.capture()
    },
  })
  const smb = (cipher: 1 | 2 | 3 | 4): Kind => ({
    name: `SMB 3.1.1, ${['AES-128-CCM', 'AES-128-GCM', 'AES-256-CCM', 'AES-256-GCM'][cipher - 1]}`,
    secrets: { accounts: [passwordSecret('Password1')] },
    capture: () => {
      const scenario = new Scenario()
      const { session, pipe } = scenario.pipe('svcctl', 'CORP\\piper', {}, { smb3: { dialect: 0x0311, cipher } })
      calls(session, undefined)
      pipe.close()
      return scenario.capture()
    },
  })
  return [
    ntlm('privacy'),
    ntlm('integrity'),
    ntlm('privacy', { oldSessionSecurity: true }),
    kerberos(17, 'AES-128 with SHA-1'),
    kerberos(18, 'AES-256 with SHA-1'),
    kerberos(18, 'AES-256 with SHA-1', 'integrity'),
    kerberos(19, 'AES-128 with SHA-256'),
    kerberos(20, 'AES-256 with SHA-384'),
    kerberos(23, 'RC4-HMAC'),
    netlogon(true),
    netlogon(false),
    ...([1, 2, 3, 4] as const).map(smb),
  ]
}

/** Prints megabytes of sealed answers a second of processor time, which a busy machine does not stretch; `megabytes` are read of each kind. True if all are as fast as asked. */
export async function unsealing(megabytes: number, only: string): Promise<boolean> {
  const file = new URL('../../asm/build/release.wasm', import.meta.url)
  const module = new WebAssembly.Module(readFileSync(file))
  const one = async (capture: Uint8Array, secrets: Partial<Secrets> | undefined) => {
    const all = secrets && { accounts: [], keys: [], smbKeys: [], ...secrets }
    const started = process.cpuUsage()
    const analysis = await Analysis.start(module, all)
    analysis.feed(capture)
    analysis.end()
    const { user, system } = process.cpuUsage(started)
    return { seconds: (user + system) / 1e6, logons: analysis.unsealing?.logons ?? [] }
  }
  let isFast = true
  for (const { name, capture, secrets } of kinds().filter((kind) => kind.name.includes(only))) {
    const bytes = capture()
    const runs = Math.max(1, Math.round((megabytes * 1e6) / (CALLS * ANSWER_BYTES)))
    let seconds = 0
    let floor = 0
    for (let run = 0; run <= runs; run++) {
      const { seconds: taken, logons } = await one(bytes, secrets)
      const { seconds: without } = await one(bytes, undefined)
      const logon = logons.at(-1)
      if (!logon || logon.secret !== 'right' || logon.opened !== logon.sealed || logon.failed > 0)
        throw new Error(`${name}: not all was opened`)
      if (run === 0) continue // the first run is for the compiler
      seconds += taken
      floor += without
    }
    const read = (runs * CALLS * ANSWER_BYTES) / 1e6
    const speed = read / seconds
    isFast &&= speed >= WANTED_MEGABYTES_PER_SECOND
    console.log(
      `${name.padEnd(50)} ${speed.toFixed(0).padStart(5)} MB/s; without secrets ${(read / floor).toFixed(0)} MB/s`,
    )
  }
  return isFast
}
