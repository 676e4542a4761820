// The small example captures of the start page: one failure each, and a session in which nothing fails.
import { returning, SVCCTL, working } from './diagnose'
import { Scenario } from './scenario'

const DYNAMIC_PORT = 49160

/** By the name of the example's file. */
export const exampleScenarios: Record<string, (play: Scenario) => void> = {
  /** The endpoint mapper hands out a port that a firewall drops. */
  'blocked-port': (play) => {
    const mapper = play.mapEndpoint(SVCCTL, DYNAMIC_PORT)
    mapper.close('client')
    play.unanswered({ port: DYNAMIC_PORT })
  },
  /** The logon works, one method is denied. */
  'access-denied': (play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
    session.close('client')
  },
  /** The domain controller refuses a ticket because the clocks differ. */
  'clock-skew': (play) => {
    play.ticketRefused(37, 'host/server1')
  },
  /** The server does not know the class that the client wants to create. */
  'class-not-registered': (play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80040154 })
    session.close('client')
  },
  /** Endpoint mapper, logon, calls: as it should be. */
  healthy: (play) => {
    const mapper = play.mapEndpoint(SVCCTL, DYNAMIC_PORT)
    mapper.close('client')
    const session = play.rpc({ port: DYNAMIC_PORT })
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'integrity') })
    for (const opnum of [15, 16, 6, 0]) session.call(binding, { opnum, stub: new Uint8Array(40) }, returning(0))
    session.close('client')
  },
}

/** The capture of an example as a pcapng file. */
export function exampleCapture(play: (scenario: Scenario) => void): Uint8Array<ArrayBuffer> {
  const scenario = new Scenario()
  play(scenario)
  return scenario.capture()
}
