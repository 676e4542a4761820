// Who and where the case study plays: all that a variant may change.
import { Host } from '../captures/network/host'
import { DEFAULT_START } from '../captures/network/wire'
import type { ServerNames } from '../captures/security/av-pairs'
import type { Account } from '../captures/security/ntlm'

export interface Setting {
  client: Host
  server: Host
  serverNames: ServerNames
  /** Names the server by its address backwards. */
  serverDnsName: string
  nameServer: Host
  /** What the program asks with: the server's local administrator. */
  administrator: Account
  /** Who the process runs as, unknown to the server. */
  processUser: Account
  /** Names that the client believes the server to have, in the administrator's logons and the process user's first. */
  administratorTarget: string
  processTarget: string
  /** Consecutive client ports from here. */
  firstClientPort: number
  /** Port of the object exporter. */
  exporterPort: number
  package: 'ntlm' | 'spnego'
  /** Microseconds since the epoch. */
  start: number
}

const WORKSTATION = 'JIANGYUE-DEVBOX'

export function setting(changes: Partial<Setting> = {}): Setting {
  const server = changes.server ?? new Host({ address: '10.177.17.6', name: 'PE06', mac: '00:15:5d:11:06:01' })
  const name = server.name
  const serverDnsName = changes.serverDnsName ?? 'winpe-06.deploy.redmond.example.com'
  return {
    client: new Host({ address: '10.177.17.15', name: WORKSTATION, mac: '00:1c:c4:a7:15:0f' }),
    server,
    serverNames: { netbiosComputer: name, netbiosDomain: name, dnsComputer: name, dnsDomain: name },
    serverDnsName,
    nameServer: new Host({ address: '10.177.17.2', name: 'NS1', mac: '00:15:5d:11:02:01' }),
    administrator: { domain: server.address, user: 'administrator', password: '!!123abc', workstation: WORKSTATION },
    processUser: { domain: 'REDMOND', user: 'jiangyue', password: 'Correct Horse 9', workstation: WORKSTATION },
    administratorTarget: `RPCSS/${serverDnsName}@REDMOND`,
    processTarget: `RPCSS/${server.address}@REDMOND`,
    firstClientPort: 59913,
    exporterPort: 49157,
    package: 'ntlm',
    start: DEFAULT_START,
    ...changes,
  }
}
