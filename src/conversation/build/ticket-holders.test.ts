import { expect, test } from 'vitest'
import { diagnose, examine, found, returning, SVCCTL, type Play } from '../../testing/diagnose'
import { Scenario } from '../../testing/scenario'
import type { SecurityContext } from '../model'

const SERVICE = 'host/server1.example.com'

/** A call under Kerberos that is denied. */
const denied: Play = (play) => {
  const session = play.rpc()
  const logon = play.logon('', 'integrity', { package: 'kerberos', targetName: SERVICE })
  const binding = session.bind(SVCCTL, { logon })
  session.call(binding, { opnum: 15 }, returning(0))
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
}

async function context(play: Play): Promise<SecurityContext> {
  const scenario = new Scenario()
  play(scenario)
  const { theCase } = await examine(scenario.frames)
  return theCase.conversation.connections[0]!.security[0]!
}

test('the user who got the ticket is most likely the one who shows it', async () => {
  const play: Play = (scenario) => {
    scenario.ticketGiven('krbtgt/EXAMPLE.COM', 'eve')
    scenario.ticketGiven('Host/Server1.example.com', 'eve')
    denied(scenario)
  }
  const security = await context(play)
  expect(security.ticketHolder).toEqual({ user: 'eve', realm: 'EXAMPLE.COM', frame: 3 })
  expect(security.user).toBeUndefined()
  const finding = found(await diagnose(play), 'access-denied')!
  expect(finding.explanation).toContain('eve@EXAMPLE.COM (most likely, by the ticket of frame 4)')
})

test('a name that the KDC hides in an armored exchange is no holder', async () => {
  const security = await context((scenario) => {
    scenario.ticketGiven('Host/Server1.example.com', 'WELLKNOWN/ANONYMOUS', 'WELLKNOWN:ANONYMOUS')
    denied(scenario)
  })
  expect(security.ticketHolder).toBeUndefined()
})

test.each<[string, Play]>([
  [
    'two users of the client got one for that service',
    (play) => {
      play.ticketGiven(SERVICE, 'eve')
      play.ticketGiven(SERVICE, 'adam')
      denied(play)
    },
  ],
  [
    'the ticket is for another service',
    (play) => {
      play.ticketGiven('cifs/server1.example.com', 'eve')
      denied(play)
    },
  ],
  [
    'a ticket was given only afterwards',
    (play) => {
      denied(play)
      play.ticketGiven(SERVICE, 'eve')
    },
  ],
])('nobody is named where %s', async (_, play) => {
  expect((await context(play)).ticketHolder).toBeUndefined()
  expect(found(await diagnose(play), 'access-denied')!.explanation).toContain('its name is encrypted in the ticket')
})

test('a name that the logon itself gives stays', async () => {
  const security = await context((play) => {
    play.ticketGiven(SERVICE, 'eve')
    const session = play.rpc()
    session.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'integrity') })
  })
  expect(security).toMatchObject({ user: 'admin' })
  expect(security.ticketHolder).toBeUndefined()
})
