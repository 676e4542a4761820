import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import type { Scenario } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

function rejected(play: Scenario, who: string): void {
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { logon: play.logon(who, 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  session.close('server')
}

const shows: Play = (play) => {
  for (let i = 0; i < 24; i++) rejected(play, 'CORP\\eve')
}

test('one user rejected again and again is counted', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'logon-storm')).toMatchObject({
    severity: 'warning',
    count: 24,
    title: 'A program logs on as CORP\\eve again and again, always rejected',
  })
  expect(found(findings, 'logon-refused')).toMatchObject({ severity: 'error' })
})

test('a few attempts are no storm', async () => {
  const findings = await diagnose((play) => {
    for (let i = 0; i < 5; i++) rejected(play, 'CORP\\eve')
  })
  expect(found(findings, 'logon-storm')).toBeUndefined()
  expect(wrong(findings)).toContain('logon-refused')
})

test.each<[string, (play: Scenario, who: string) => void]>([
  ['RPC', (play, who) => rejected(play, `CORP\\${who}`)],
  ['SMB', (play, who) => void play.pipe('svcctl', `CORP\\${who}`, { sessionSetup: 0xc000006d })],
  ['Kerberos', (play, who) => play.ticketRefused(24, 'krbtgt/CORP', 'CORP', who)],
])('one user after another over %s is a spray, reported once', async (_, attempt) => {
  const findings = await diagnose((play) => {
    for (let i = 0; i < 15; i++) attempt(play, `user${i}`)
  })
  expect(found(findings, 'logon-storm')).toMatchObject({ severity: 'warning', count: 15 })
  expect(found(findings, 'logon-storm')!.title).toBe('One client tried 15 users in a row: likely a password spray')
  expect(wrong(findings)).toEqual(['logon-storm'])
})

test('ten users over a day are no spray', async () => {
  const findings = await diagnose((play) => {
    for (let i = 0; i < 12; i++) {
      play.ticketRefused(24, 'krbtgt/CORP', 'CORP', `user${i}`)
      play.wire.wait(3600)
    }
  })
  expect(found(findings, 'logon-storm')).toBeUndefined()
})

// In Negotiate the server of the generator accepts the logon: its 0x721 is then about a message.
inOtherClothes('logon-storm', shows, { except: ['with SPNEGO'] })
