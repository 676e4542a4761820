// Captures with many of something that RPC itself does: binds, faults, calls that are lost or wait.
import {
  bindAckPdu,
  bindNakPdu,
  bindPdu,
  NDR32,
  PTYPE,
  requestPdu,
  Scenario,
  type Syntax,
} from '../../src/testing/scenario'
import { type Growing, played, port, SERVER_PORT, SVCCTL, WMI } from './growing'

const BAD_STUB_DATA = 1783
const ACCESS_VIOLATION = 0xc0000005

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

const contexts = (id: number, count = 1) =>
  Array.from({ length: count }, (_, at) => ({
    id: (id + at) & 0xffff,
    abstract: syntaxOf(id + at),
    transfers: [NDR32],
  }))

export const rpcInputs: Growing[] = [
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
]
