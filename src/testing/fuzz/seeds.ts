// What mutants are made from: captures of the generator, one for each thing that it can tell, and small real ones where there are any.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { I_REM_UNKNOWN2, pcap, Scenario } from '../scenario'
import { SVCCTL, working } from '../diagnose'

export interface Seed {
  name: string
  bytes: Uint8Array<ArrayBuffer>
}

const MAX_BYTES = 24 << 10
const SHARED = fileURLToPath(new URL('../../../../shared/captures', import.meta.url))

const plays: Record<string, (scenario: Scenario) => void> = {
  activation: (scenario) => void scenario.activate({ logon: scenario.logon('CORP\\administrator', 'privacy') }),
  rejection: (scenario) => void scenario.activate({ hresult: 0x80070005 }),
  fault: (scenario) => {
    const { session, binding } = working(scenario)
    session.fault(session.request(binding, { opnum: 200 }), 0x1c010002, {})
    session.close('server')
  },
  identities: (scenario) => {
    const session = scenario.rpc({ port: 49157 })
    session.bind(I_REM_UNKNOWN2, { logon: scenario.logon('CORP\\administrator', 'privacy') })
    const other = session.bind(I_REM_UNKNOWN2, { logon: scenario.logon('FABRIKAM\\operator', 'connect') })
    session.fault(session.request(other, { opnum: 3 }), 0x721)
  },
  kerberos: (scenario) => {
    scenario.ticketRefused(7, 'RPCSS/fileserver')
    scenario.ticketGiven('cifs/fileserver')
    const logon = scenario.logon('CORP\\administrator', 'integrity', { package: 'spnego-kerberos' })
    const session = scenario.rpc()
    session.call(session.bind(SVCCTL, { logon }), { opnum: 15 })
  },
  pipe: (scenario) => {
    const { session, pipe } = scenario.pipe('svcctl', 'CORP\\administrator')
    session.call(session.bind(SVCCTL), { opnum: 15, stub: new Uint8Array(100) }, new Uint8Array(60))
    pipe.close()
  },
  names: (scenario) => {
    scenario.lookUp('fileserver.example.com', [])
    scenario.askNeighbours('FILESERVER')
    scenario.undeliverable(3)
    scenario.refused()
    scenario.unanswered()
  },
  endpoints: (scenario) => {
    scenario.mapEndpoint(SVCCTL, 49157)
    scenario.mapEndpoint(SVCCTL)
    scenario.resolveOxid(scenario.askResolver(), ['10.0.0.6'])
  },
  fragments: (scenario) => {
    const session = scenario.rpc({ maxFragment: 1024 })
    session.call(session.bind(SVCCTL), { opnum: 3, stub: new Uint8Array(5000) }, new Uint8Array(4000))
    session.cancel(session.request(session.bind(SVCCTL), { opnum: 1 }))
  },
}

/** All seeds, the generator's first. `withShared` adds captures of the folder beside the project. */
export function seeds(withShared: boolean): Seed[] {
  const made = Object.entries(plays).flatMap(([name, play]) => {
    const scenario = new Scenario()
    play(scenario)
    const six = new Scenario({ ipv6: true, vlans: [10] })
    play(six)
    return [
      { name, bytes: scenario.capture() },
      { name: `${name}, pcap`, bytes: pcap(scenario.frames) },
      { name: `${name}, IPv6`, bytes: six.capture() },
    ]
  })
  return withShared && existsSync(SHARED) ? [...made, ...shared()] : made
}

function shared(): Seed[] {
  return readdirSync(SHARED, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((name) => !/\.(md|tsv|txt|json|csv)$/.test(name))
    .map((name) => ({ name, path: join(SHARED, name) }))
    .filter(({ path }) => statSync(path).isFile() && statSync(path).size <= MAX_BYTES && statSync(path).size > 0)
    .map(({ name, path }) => ({ name, bytes: new Uint8Array(readFileSync(path)) }))
}
