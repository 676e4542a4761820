import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.ticketRefused(37, 'host/server1')
}

test('a KDC that says so is quoted', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'clock-skew')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('clocks')
})

test('a client that corrects its time and goes on has no problem', async () => {
  const byTicket = await diagnose((play) => {
    play.ticketRefused(37, 'krbtgt/EXAMPLE.COM')
    play.ticketGiven('krbtgt/EXAMPLE.COM')
  })
  const byCall = await diagnose((play) => {
    play.ticketRefused(37, 'host/server1')
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'integrity', { package: 'kerberos' }) })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  for (const findings of [byTicket, byCall]) {
    expect(found(findings, 'clock-skew')).toMatchObject({ kind: 'normal', severity: 'note' })
    expect(wrong(findings)).toEqual([])
  }
})

test('another refusal is another matter', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(24, 'krbtgt/EXAMPLE.COM', 'EXAMPLE.COM', 'eve')
  })
  expect(found(findings, 'clock-skew')).toBeUndefined()
  expect(wrong(findings)).toEqual(['kerberos-refusal'])
})

test('a client that logs on with NTLM instead has no failure', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play)
  })
  expect(found(findings, 'clock-skew')).toMatchObject({ kind: 'normal', severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a call that fails after the server accepted the ticket is no matter of clocks', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity', { package: 'kerberos' }) })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  })
  const finding = found(findings, 'clock-skew')!
  expect(finding.explanation).not.toContain('failed after it')
  expect(wrong(findings)).toContain('logon-refused')
})

test('an error in the bind’s answer is reported once, with the frame and the side that sent it', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const logon = play.logon('CORP\\eve', 'integrity', { package: 'kerberos', kerberosError: 37 })
    const binding = session.bind(SVCCTL, { logon })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  const finding = found(findings, 'clock-skew')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.explanation).toMatch(/^10\.0\.0\.6 refused a Kerberos request of 10\.0\.0\.15 in frame 6 /)
  expect(wrong(findings)).toEqual(['clock-skew'])
})

inOtherClothes('clock-skew', shows)
