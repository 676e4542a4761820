// Captures that grow in one way each: what a busy or hostile network can make many of. Each is a function of how many.
import {
  bindAckPdu,
  bindNakPdu,
  bindPdu,
  FEATURES,
  NDR32,
  pcapng,
  PTYPE,
  requestPdu,
  Scenario,
  type Syntax,
} from '../../src/testing/scenario'
import { sessionSetupRequest, sessionSetupResponse } from '../../src/testing/captures/smb/messages'

export interface Growing {
  name: string
  /** What n is for the smallest of the three runs. */
  from: number
  make: (n: number) => Uint8Array<ArrayBuffer>
}

const WMI: Syntax = { uuid: '9556dc99-828c-11cf-a37e-00aa003240c7', version: '0.0' }
const SVCCTL: Syntax = { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }
const STATUS_OBJECT_NAME_NOT_FOUND = 0xc0000034
const STATUS_LOGON_FAILURE = 0xc000006d
const SECURITY_PACKAGE_ERROR = 0x721
const BAD_STUB_DATA = 1783
const ACCESS_VIOLATION = 0xc0000005
const SERVER_PORT = 49157
const SMB_PORT = 445
const CLIENT_PORTS = 60_000
/** Ports at which a scenario's clients begin. */
const FIRST_CLIENT_PORT = 2000

/** A scenario, played n times over. */
function played(n: number, play: (scenario: Scenario, i: number) => void): Uint8Array<ArrayBuffer> {
  const scenario = new Scenario()
  for (let i = 0; i < n; i++) play(scenario, i)
  return scenario.capture()
}

/** PDUs by the client, or by the server, on one connection that nothing else happens on. */
function onOneConnection(pdus: Iterable<['client' | 'server', Uint8Array]>): Uint8Array<ArrayBuffer> {
  const scenario = new Scenario()
  const { tcp } = scenario.rpc({ port: SERVER_PORT })
  for (const [side, pdu] of pdus) tcp.send(side, pdu)
  return scenario.capture()
}

function* repeated<T>(n: number, make: (i: number) => T[]): Generator<T> {
  for (let i = 0; i < n; i++) yield* make(i)
}

/** An abstract syntax of its own for each number. */
function syntaxOf(i: number): Syntax {
  return { uuid: `${i.toString(16).padStart(8, '0')}-0000-4000-8000-000000000001`, version: '1.0' }
}

/** The client's ports are used up after some 60,000 connections; then come other clients. */
function port(i: number) {
  return { clientPort: FIRST_CLIENT_PORT + (i % CLIENT_PORTS), port: SERVER_PORT }
}

/** A logon of which the first call is refused, on a connection of its own. */
function refusedLogon(scenario: Scenario, i: number, who: string): void {
  const session = scenario.rpc(port(i))
  const binding = session.bind(SVCCTL, { logon: scenario.logon(who, 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), SECURITY_PACKAGE_ERROR)
  session.close('server')
}

const contexts = (id: number, count = 1) =>
  Array.from({ length: count }, (_, at) => ({
    id: (id + at) & 0xffff,
    abstract: syntaxOf(id + at),
    transfers: [NDR32],
  }))

export const inputs: Growing[] = [
  {
    name: 'binds on one connection',
    from: 1500,
    make: (n) =>
      onOneConnection(
        repeated(n, (i) => [
          ['client', bindPdu(PTYPE.bind, { contexts: contexts(i) }, { callId: i })],
          ['server', bindAckPdu(PTYPE.bindAck, { results: [{ result: 0 }] }, { callId: i })],
          ['client', requestPdu({ contextId: i & 0xffff, opnum: 1, stub: new Uint8Array(8) }, { callId: i }).bytes],
        ]),
      ),
  },
  {
    name: 'alter_contexts without an answer',
    from: 3000,
    make: (n) =>
      onOneConnection(
        repeated(n, (i) => [['client', bindPdu(PTYPE.alterContext, { contexts: contexts(i) }, { callId: i })]]),
      ),
  },
  {
    name: 'alter_contexts of one id',
    from: 3000,
    make: (n) =>
      onOneConnection(
        repeated(n, (i) => [
          ['client', bindPdu(PTYPE.alterContext, { contexts: contexts(0) }, { callId: i })],
          ['server', bindAckPdu(PTYPE.alterContextResponse, { results: [{ result: 2, reason: 1 }] }, { callId: i })],
        ]),
      ),
  },
  {
    name: 'offers of 40 contexts',
    from: 150,
    make: (n) =>
      onOneConnection(
        repeated(n, (i) => [
          ['client', bindPdu(PTYPE.bind, { contexts: contexts(i * 40, 40) }, { callId: i })],
          [
            'server',
            bindAckPdu(PTYPE.bindAck, { results: Array.from({ length: 40 }, () => ({ result: 0 })) }, { callId: i }),
          ],
        ]),
      ),
  },
  {
    name: 'refused binds, a connection each',
    from: 400,
    make: (n) =>
      played(n, (scenario, i) => {
        const session = scenario.rpc(port(i))
        session.refuse(session.offer(syntaxOf(i)), 4)
        session.close('client')
      }),
  },
  {
    name: 'bind_naks on one connection',
    from: 3000,
    make: (n) =>
      onOneConnection(
        repeated(n, (i) => [
          ['client', bindPdu(PTYPE.bind, { contexts: contexts(i) }, { callId: i })],
          ['server', bindNakPdu(4, { callId: i })],
        ]),
      ),
  },
  {
    name: 'faults on one connection',
    from: 2000,
    make: (n) => {
      const scenario = new Scenario()
      const session = scenario.rpc({ port: SERVER_PORT })
      const binding = session.bind(SVCCTL, { logon: scenario.logon('CORP\\admin', 'connect') })
      for (let i = 0; i < n; i++) session.fault(session.request(binding, { opnum: i & 0xff }), 0x1c010000 + i)
      return scenario.capture()
    },
  },
  {
    name: 'faults, a connection each',
    from: 300,
    make: (n) =>
      played(n, (scenario, i) => {
        const session = scenario.rpc(port(i))
        session.fault(session.request(session.bind(WMI), { opnum: 3 }), i % 2 === 0 ? 5 : 0x800706ba)
        session.close('client')
      }),
  },
  {
    name: 'faults of many methods, and answers, on one connection',
    from: 2000,
    make: (n) => {
      const scenario = new Scenario()
      const session = scenario.rpc({ port: SERVER_PORT })
      const binding = session.bind(SVCCTL)
      for (let i = 0; i < n; i++) {
        session.fault(session.request(binding, { opnum: i & 0xffff }), BAD_STUB_DATA)
        session.call(binding, { opnum: 15 }, new Uint8Array(8))
      }
      return scenario.capture()
    },
  },
  {
    name: 'one call on each connection',
    from: 500,
    make: (n) =>
      played(n, (scenario, i) => {
        const session = scenario.rpc(port(i))
        session.call(session.bind(SVCCTL), { opnum: 15 }, new Uint8Array(8))
        session.close('client')
      }),
  },
  {
    name: 'crashes of a server, and refused connections to it',
    from: 300,
    make: (n) =>
      played(n, (scenario, i) => {
        const session = scenario.rpc(port(i))
        session.fault(session.request(session.bind(SVCCTL), { opnum: i & 0xffff }), ACCESS_VIOLATION)
        session.close('server')
        scenario.refused(port(i))
      }),
  },
  {
    name: 'lost calls, a client each',
    from: 300,
    make: (n) =>
      played(n, (scenario, i) => {
        const session = scenario.rpc(port(i))
        session.request(session.bind(SVCCTL), { opnum: 15 })
        session.tcp.reset('server')
      }),
  },
  {
    name: 'calls that wait on one connection',
    from: 3000,
    make: (n) => {
      const scenario = new Scenario()
      const session = scenario.rpc({ port: SERVER_PORT })
      const binding = session.bind(SVCCTL)
      for (let i = 0; i < n; i++) session.request(binding, { opnum: 15 })
      return scenario.capture()
    },
  },
  {
    name: 'cancelled calls',
    from: 2000,
    make: (n) => {
      const scenario = new Scenario()
      const session = scenario.rpc({ port: SERVER_PORT })
      const binding = session.bind(SVCCTL)
      for (let i = 0; i < n; i++) session.cancel(session.request(binding, { opnum: 15 }))
      return scenario.capture()
    },
  },
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
    name: 'DNS messages and 74 refused ports',
    from: 10_000,
    make: (n) =>
      played(n, (scenario, i) => {
        scenario.lookUp(`host${i % 5000}.example.com`, i % 2 === 0 ? [] : ['10.0.0.6'])
        if (i < 74) scenario.refused({ port: 1000 + i })
      }),
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
    name: 'SYNs without an answer',
    from: 2000,
    make: (n) => played(n, (scenario, i) => scenario.unanswered(port(i), 0)),
  },
  {
    name: 'SYNs that are refused',
    from: 2000,
    make: (n) => played(n, (scenario, i) => scenario.refused(port(i))),
  },
  {
    name: 'SYNs that a router rejects',
    from: 1000,
    make: (n) => played(n, (scenario, i) => scenario.undeliverable(3, undefined, port(i))),
  },
  {
    name: 'names asked for',
    from: 1500,
    make: (n) => played(n, (scenario, i) => scenario.lookUp(`host${i}.example.com`, i % 2 === 0 ? [] : ['10.0.0.6'])),
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
    name: 'SMB logons on one connection',
    from: 500,
    make: (n) => {
      const scenario = new Scenario()
      const { pipe } = scenario.pipe('svcctl', 'CORP\\admin')
      for (let i = 0; i < n; i++) pipe.fail(0xc0000000 + i)
      void [sessionSetupRequest, sessionSetupResponse]
      return scenario.capture()
    },
  },
  {
    name: 'segments behind a hole',
    from: 3000,
    make: (n) => {
      const scenario = new Scenario()
      const { tcp } = scenario.rpc({ port: SERVER_PORT })
      scenario.wire.unseen(() => tcp.send('client', new Uint8Array(100)))
      for (let i = 0; i < n; i++) tcp.send('client', new Uint8Array(60).fill(i))
      return scenario.capture()
    },
  },
  {
    name: 'holes in one direction',
    from: 2000,
    make: (n) => {
      const scenario = new Scenario()
      const { tcp } = scenario.rpc({ port: SERVER_PORT })
      for (let i = 0; i < n; i++) {
        scenario.wire.unseen(() => tcp.send('client', new Uint8Array(10)))
        tcp.send('client', requestPdu({ contextId: 0, opnum: 1, stub: new Uint8Array(8) }, { callId: i }).bytes)
      }
      return scenario.capture()
    },
  },
  {
    name: 'sections of a pcapng',
    from: 500,
    make: (n) => {
      const { frames } = new Scenario()
      const one = (i: number) => {
        const scenario = new Scenario()
        scenario.unanswered(port(i), 0)
        return pcapng(frames.concat(scenario.frames), { interfaceName: `if${i}` })
      }
      return joined(Array.from({ length: n }, (_, i) => one(i)))
    },
  },
]

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
