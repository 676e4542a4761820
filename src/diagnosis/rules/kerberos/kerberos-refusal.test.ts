import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.ticketRefused(24, 'host/server1')
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
}

test('a refused ticket before a failing logon is told with it', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'kerberos-refusal')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding!.title).toContain('password is wrong')
})

test('by itself it is a note', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(18, 'host/server1')
  })
  const finding = found(findings, 'kerberos-refusal')
  expect(finding).toMatchObject({ severity: 'note' })
  expect(finding!.title).toContain('locked')
})

test('the usual demand for pre-authentication is none', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(25, 'krbtgt/EXAMPLE.COM')
  })
  expect(found(findings, 'kerberos-refusal')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

/** The client reaches the server, asks for a ticket for it in vain, and leaves. */
const leaves: Play = (play) => {
  const tcp = play.tcp({ port: 135 }).open()
  play.ticketRefused(7, 'host/server1')
  tcp.close('client')
}

test('a client that leaves instead of trying NTLM is told', async () => {
  const finding = found(await diagnose(leaves), 'kerberos-refusal')!
  expect(finding).toMatchObject({ severity: 'warning', confidence: 'medium' })
  expect(finding.title).toContain('the client gave up without trying NTLM')
  expect(finding.explanation).toContain('10.0.0.6:135')
  expect(finding.advice.join()).toContain('Protected Users')
})

test.each<[string, Play]>([
  [
    'NTLM is used afterwards',
    (play) => {
      leaves(play)
      working(play)
    },
  ],
  [
    'a ticket is given after all',
    (play) => {
      leaves(play)
      play.ticketGiven('host/server1.corp')
    },
  ],
  [
    'the server was the first to leave',
    (play) => {
      const tcp = play.tcp({ port: 135 }).open()
      play.ticketRefused(7, 'host/server1')
      tcp.close('server')
    },
  ],
])('a refused ticket is a note where %s', async (_, play) => {
  const findings = await diagnose(play)
  expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('kerberos-refusal', shows)
