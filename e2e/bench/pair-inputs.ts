// Captures with many of two things that rules relate to each other: failures and what came after, names and addresses, claims and resets.
import { dnsQuery, dnsResponse, TYPE_A } from '../../src/testing/captures/network/dns'
import { arpReply, arpRequest } from '../../src/testing/captures/network/ethernet'
import { Host, type Scenario } from '../../src/testing/scenario'
import { type Growing, played, port, SERVER_PORT, SMB_PORT, SVCCTL } from './growing'

const HTTP_PORT = 80
const DNS_PORT = 53
const SKEW = 37
const NO_SUCH_SERVICE = 7
const STATUS_LOGON_FAILURE = 0xc000006d

function host(network: string, i: number, name = `HOST${i}`, mac?: string): Host {
  return new Host({ address: `${network}.${i >>> 8}.${i & 255}`, name, ...(mac !== undefined && { mac }) })
}

const ascii = (...lines: string[]) => new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`)

/** A request that opens a channel of RPC over HTTP, and its answer. */
function channel(scenario: Scenario, i: number, answer: string): void {
  const tcp = scenario.tcp({ ...port(i), port: HTTP_PORT }).open()
  tcp.send('client', ascii('RPC_OUT_DATA /rpc/rpcproxy.dll?mail.corp.example:6001 HTTP/1.1', 'Content-Length: 76'))
  tcp.send('server', ascii(`HTTP/1.1 ${answer}`, 'Content-Length: 0'))
  tcp.close('client')
}

/** A logon from a computer that states this machine identity; refused where the server is one of the computers. */
function logsOn(scenario: Scenario, client: Host, machine: string, refusedBy?: Host): void {
  const logon = scenario.logon('CORP\\eve', 'integrity', { machine })
  const account = { ...logon.account!, workstation: client.name }
  const session = scenario.rpc({ client, port: SERVER_PORT, ...(refusedBy && { server: refusedBy }) })
  const binding = session.bind(SVCCTL, { logon: { ...logon, account } })
  if (refusedBy) session.fault(session.request(binding, { opnum: 15, stub: new Uint8Array(40) }), 0x721)
  else session.call(binding, { opnum: 15 }, new Uint8Array(8))
  session.close('client')
}

export const pairInputs: readonly Growing[] = [
  {
    name: 'clones of one machine identity',
    from: 1000,
    make: (n) => played(n, (scenario, i) => logsOn(scenario, host('10.1', i), 'same')),
  },
  {
    name: 'machine identities of two computers each, with refused logons',
    from: 500,
    make: (n) =>
      played(n, (scenario, i) => {
        const [one, other] = [host('10.1', i, `ONE${i}`), host('10.2', i, `OTHER${i}`)]
        logsOn(scenario, one, `machine ${i}`)
        logsOn(scenario, other, `machine ${i}`)
        logsOn(scenario, one, `machine ${i}`, other)
      }),
  },
  {
    name: 'channels over HTTP, opened and then refused',
    from: 2000,
    make: (n) => played(2 * n, (scenario, i) => channel(scenario, i, i < n ? '200 OK' : '403 Forbidden')),
  },
  {
    name: 'hosts that were looked up and do not answer ARP, a client each',
    from: 1500,
    make: (n) =>
      played(n, (scenario, i) => {
        const client = host('10.1', i)
        const server = host('10.2', i)
        const [id, name, nameServer] = [i & 0xffff, `host${i}.example.com`, scenario.controller]
        scenario.wire.udp(client, 50_000, nameServer, DNS_PORT, dnsQuery(id, name, TYPE_A))
        const answer = dnsResponse(id, name, TYPE_A, [{ value: server.address }])
        scenario.wire.udp(nameServer, DNS_PORT, client, 50_000, answer)
        for (let again = 0; again < 3; again++) {
          scenario.wire.put(arpRequest(client, server.ip))
          scenario.wire.wait(1)
        }
      }),
  },
  {
    name: 'addresses that two computers claim, and resets',
    from: 1000,
    make: (n) =>
      played(n, (scenario, i) => {
        const server = host('10.2', i)
        const twin = host('10.2', i, 'TWIN', '00:15:5d:aa:bb:cc')
        for (const owner of [server, twin, server]) scenario.wire.put(arpReply(owner, scenario.client))
        scenario.refused({ ...port(i), server })
      }),
  },
  {
    name: 'activations that name other addresses, and attempts to reach them',
    from: 300,
    make: (n) =>
      played(n, (scenario, i) => {
        const other = host('172.16', i)
        const logon = scenario.logon('CORP\\admin', 'integrity')
        scenario.activate({ logon, addresses: [other.address], exporterPort: 49300 }).session.close('client')
        scenario.unanswered({ clientPort: port(i).clientPort, port: 49300, server: other }, 0)
      }),
  },
  {
    name: 'servers without an answer, and servers that answer, a client each',
    from: 1000,
    make: (n) =>
      played(n, (scenario, i) => {
        const client = host('10.3', i)
        scenario.tcp({ client, clientPort: 2000, port: SMB_PORT, server: host('10.1', i) }).open()
        scenario.unanswered({ client, clientPort: 2001, port: SMB_PORT, server: host('10.2', i) }, 1)
      }),
  },
  {
    name: 'addresses of one name without an answer, a client each',
    from: 500,
    make: (n) =>
      played(n, (scenario, i) => {
        const server = host('10.2', i)
        scenario.lookUp('cluster.example.com', [server.address])
        scenario.unanswered({ client: host('10.3', i), clientPort: 2000, port: SMB_PORT, server }, 1)
      }),
  },
  {
    name: 'clock differences, and logons without Kerberos',
    from: 1000,
    make: (n) =>
      played(2 * n, (scenario, i) => {
        if (i < n) scenario.ticketRefused(SKEW, 'cifs/server1.example.com')
        else logsOn(scenario, scenario.client, 'same')
      }),
  },
  {
    name: 'pipes that are reset, and refused logons over SMB',
    from: 500,
    make: (n) =>
      played(n, (scenario, i) => {
        const { session } = scenario.pipe('svcctl', 'CORP\\admin', {}, { ...port(2 * i), port: SMB_PORT })
        session.request(session.bind(SVCCTL), { opnum: 15 })
        session.tcp.reset('server')
        const failures = { sessionSetup: STATUS_LOGON_FAILURE }
        scenario.pipe('svcctl', 'CORP\\eve', failures, { ...port(2 * i + 1), port: SMB_PORT })
      }),
  },
  {
    name: 'activations that name an address, and connections that it refuses',
    from: 500,
    make: (n) => {
      const far = host('192.168', 9)
      return played(n, (scenario) => {
        scenario.wire.gap = 1
        scenario.activate({ addresses: [far.address], logon: scenario.logon('CORP\\admin', 'connect') })
        scenario.refused({ server: far, port: SERVER_PORT })
      })
    },
  },
  {
    name: 'refused tickets, and connections that end without a logon',
    from: 1000,
    make: (n) =>
      played(2 * n, (scenario, i) => {
        scenario.wire.gap = 1
        if (i === 0) scenario.lookUp('fs.example.com', [scenario.server.address])
        if (i < n) scenario.ticketRefused(NO_SUCH_SERVICE, 'cifs/fs.example.com')
        else
          scenario
            .tcp({ ...port(i), port: SMB_PORT })
            .open()
            .close('client')
      }),
  },
]
