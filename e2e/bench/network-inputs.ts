// Captures with many of something that is no RPC: names, connections that fail, holes, sections.
import { pcapng, requestPdu, Scenario } from '../../src/testing/scenario'
import { type Growing, played, port, SERVER_PORT, SVCCTL } from './growing'

export const networkInputs: Growing[] = [
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
    name: 'servers that stop answering, a connection each',
    from: 1000,
    make: (n) =>
      played(n, (scenario, i) => {
        const session = scenario.rpc(port(i))
        session.bind(SVCCTL)
        const pdu = requestPdu({ contextId: 0, opnum: 15, stub: new Uint8Array(8) }, { callId: 9 })
        const [request] = session.tcp.send('client', pdu.bytes)
        for (let again = 0; again < 5; again++) {
          scenario.wire.wait(1)
          session.tcp.resend(request!)
        }
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
