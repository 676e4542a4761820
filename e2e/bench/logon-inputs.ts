// Captures with many logons: refused by a server over RPC, over SMB or by a KDC.
import {
  COMMAND,
  errorResponse,
  message,
  sessionSetupRequest,
  sessionSetupResponse,
  STATUS_MORE_PROCESSING_REQUIRED,
} from '../../src/testing/captures/smb/messages'
import type { SmbPipe } from '../../src/testing/captures/smb/pipe'
import { FEATURES, NDR32, Scenario } from '../../src/testing/scenario'
import { type Growing, played, port, SERVER_PORT, SMB_PORT, SVCCTL, WMI } from './growing'

const STATUS_OBJECT_NAME_NOT_FOUND = 0xc0000034
const STATUS_LOGON_FAILURE = 0xc000006d
const SECURITY_PACKAGE_ERROR = 0x721
const KDC_ERR_PREAUTH_FAILED = 24

/** A logon of which the first call is refused, on a connection of its own. */
function refusedLogon(scenario: Scenario, i: number, who: string): void {
  const session = scenario.rpc(port(i))
  const binding = session.bind(SVCCTL, { logon: scenario.logon(who, 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), SECURITY_PACKAGE_ERROR)
  session.close('server')
}

/** A session setup in two legs, refused, with message ids from one on. */
function setUpSession({ tcp, options: { logon } }: SmbPipe, first: bigint): void {
  const sessionId = first
  const exchange = (messageId: bigint, token: Uint8Array, answer: Uint8Array, status: number) => {
    const header = { command: COMMAND.sessionSetup, messageId, treeId: 0, sessionId }
    tcp.send('client', message({ ...header, response: false, status: 0 }, sessionSetupRequest(token)))
    tcp.send('server', message({ ...header, response: true, status }, answer))
  }
  const challenge = sessionSetupResponse(logon.challenge().value)
  exchange(first, logon.negotiate().value, challenge, STATUS_MORE_PROCESSING_REQUIRED)
  exchange(first + 1n, logon.authenticate().value, errorResponse(), STATUS_LOGON_FAILURE)
}

export const logonInputs: Growing[] = [
  {
    name: 'logons on one connection',
    from: 100,
    make: (n) => {
      const scenario = new Scenario()
      const session = scenario.rpc({ port: SERVER_PORT })
      for (let i = 0; i < n; i++)
        session.fault(
          session.request(session.bind(SVCCTL, { logon: scenario.logon(`CORP\\user${i}`, 'connect') }), { opnum: 1 }),
          5,
        )
      return scenario.capture()
    },
  },
  {
    name: 'refused logons over RPC, a connection each',
    from: 2000,
    make: (n) => played(n, (scenario, i) => refusedLogon(scenario, i, 'CORP\\eve')),
  },
  {
    name: 'refused logons over RPC, a user each',
    from: 2000,
    make: (n) => played(n, (scenario, i) => refusedLogon(scenario, i, `CORP\\user${i}`)),
  },
  {
    name: 'refused logons over SMB, a connection each',
    from: 2000,
    make: (n) =>
      played(n, (scenario, i) => {
        const failures = { sessionSetup: STATUS_LOGON_FAILURE }
        scenario.pipe('svcctl', 'CORP\\eve', failures, { ...port(i), port: SMB_PORT }).session.close('client')
      }),
  },
  {
    name: 'refused logons over SMB, on one connection',
    from: 2000,
    make: (n) => {
      const scenario = new Scenario()
      const { pipe } = scenario.pipe('svcctl', 'CORP\\eve', { sessionSetup: STATUS_LOGON_FAILURE })
      for (let i = 0; i < n; i++) setUpSession(pipe, BigInt(1000 + 2 * i))
      return scenario.capture()
    },
  },
  {
    name: 'refused logons at a KDC',
    from: 2000,
    make: (n) =>
      played(n, (scenario) =>
        scenario.ticketRefused(KDC_ERR_PREAUTH_FAILED, 'krbtgt/EXAMPLE.COM', 'EXAMPLE.COM', 'eve'),
      ),
  },
  {
    name: 'identity changes, a connection each',
    from: 60,
    make: (n) =>
      played(n, (scenario, i) => {
        const session = scenario.rpc(port(i))
        session.bind(WMI, { logon: scenario.logon('CORP\\admin', 'connect'), transfers: [NDR32, FEATURES] })
        const other = session.bind(WMI, { logon: scenario.logon(`OTHER\\user${i}`, 'connect') })
        session.fault(session.request(other, { opnum: 3 }), 0x721)
        session.close('server')
      }),
  },
  {
    name: 'tickets refused',
    from: 500,
    make: (n) => played(n, (scenario, i) => scenario.ticketRefused(7, `RPCSS/host${i}`)),
  },
  {
    name: 'pipes refused',
    from: 50,
    make: (n) =>
      played(n, (scenario, i) => {
        scenario.pipe(`pipe${i}`, 'CORP\\admin', { create: STATUS_OBJECT_NAME_NOT_FOUND }, { clientPort: 2000 + i })
      }),
  },
  {
    name: 'failed reads of a pipe',
    from: 500,
    make: (n) => {
      const scenario = new Scenario()
      const { pipe } = scenario.pipe('svcctl', 'CORP\\admin')
      for (let i = 0; i < n; i++) pipe.fail(0xc0000000 + i)
      return scenario.capture()
    },
  },
]
