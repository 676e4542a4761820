import { describe, expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { cutTo, extendedError, type Scenario } from '../../../testing/scenario'

const shows: Play = (play) => {
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  session.close('server')
}

test('a first call that faults with 0x721 names user and server', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'logon-refused')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high', executed: 'no' })
  expect(finding!.title).toContain('CORP\\eve')
  expect(finding!.explanation).toContain('10.0.0.6')
  expect(finding).toMatchObject({ atFault: { party: 'account' }, effect: 'The refused calls did not run.' })
})

test('access denied on the first call is less sure', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  const finding = found(findings, 'logon-refused')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding!.title).toBe('The first call of CORP\\eve was denied: logon failed or right missing')
  expect(finding!.layers.at(-1)!.code).toBe('4625 or 4624')
})

const denied: Play = (play) => {
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
}

test('where the server takes the same user elsewhere a right is missing', async () => {
  for (const elsewhere of [
    (play: Scenario) => working(play, { who: 'CORP\\Eve', port: 49160 }),
    (play: Scenario) => play.pipe('svcctl', 'CORP\\eve'),
  ]) {
    const findings = await diagnose((play) => {
      elsewhere(play)
      denied(play)
    })
    const finding = found(findings, 'logon-refused')!
    expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
    expect(finding.title).toBe('CORP\\eve is known to the server and likely has no right here')
    expect(finding.advice.join()).not.toContain('password')
  }
})

test('another user who is taken says nothing of this one', async () => {
  const findings = await diagnose((play) => {
    working(play, { who: 'CORP\\admin', port: 49160 })
    denied(play)
  })
  expect(found(findings, 'logon-refused')!.title).toContain('logon failed or right missing')
})

test.each([
  [131, 'refused the logon of CORP\\eve'],
  [40, 'The logon of CORP\\eve is good; a right is missing'],
])('the server’s own word, detection location %i, settles it', async (detectionLocation, words) => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
    const error = { computer: 'SERVER1', processId: 8, fileTime: 0n, component: 2, status: 5, parameters: [] }
    const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.fault(call, 5, { extendedError: extendedError({ ...error, detectionLocation }) })
  })
  expect(found(findings, 'logon-refused')).toMatchObject({ confidence: 'high' })
  expect(found(findings, 'logon-refused')!.title).toContain(words)
})

test('0x721 after Negotiate accepted the logon is about the message, not the logon', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity', { package: 'spnego' }) })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  })
  expect(wrong(findings)).toEqual(['verification-failed'])
})

describe('a refused logon that was overcome is a note where', () => {
  test.each<[string, Play]>([
    ['the same user gets in', (play) => void working(play, { who: 'CORP\\eve', port: 49160 })],
    ['the same user gets in over SMB', (play) => void play.pipe('samr', 'CORP\\eve')],
    ['other credentials work right after', (play) => void working(play, { port: 49160 })],
  ])('%s', async (_, then) => {
    const findings = await diagnose((play) => {
      shows(play)
      then(play)
    })
    expect(found(findings, 'logon-refused')).toMatchObject({ severity: 'note' })
    expect(wrong(findings)).toEqual([])
  })
})

test('a logon that the KDC refused first is reported once, with the KDC’s cause', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(24, 'krbtgt/CORP', 'CORP', 'eve')
    shows(play)
  })
  expect(findings[0]).toMatchObject({ rule: 'kerberos-refusal', severity: 'error' })
  expect(found(findings, 'logon-refused')).toMatchObject({ mutedBy: 'kerberos-refusal' })
})

test('a fault that answers the last message of SPNEGO is reported once', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const logon = play.logon('CORP\\eve', 'integrity', { package: 'spnego' })
    const offer = session.offer(SVCCTL, { logon })
    session.answer(offer)
    session.authenticate(offer, 0x721)
  })
  expect(wrong(findings)).toEqual(['logon-refused'])
  expect(findings[0]!.explanation).toContain('answered the handshake’s last message with a fault')
})

test('a logon that Negotiate completed was good: the first call was refused', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity', { package: 'spnego' }) })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'logon-refused')).toMatchObject({ confidence: 'low' })
  expect(found(findings, 'logon-refused')!.title).toContain('completed the logon of CORP\\eve')
})

test('a protocol error on the first call is how Samba refuses a logon', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'privacy') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c01000b)
  })
  expect(wrong(findings)).toEqual(['logon-refused'])
  expect(findings[0]).toMatchObject({ rule: 'logon-refused', severity: 'error', confidence: 'medium' })
  expect(findings[0]!.explanation).toContain('Samba')
})

test('the same error after a good call is about the protocol', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c01000b)
  })
  expect(wrong(findings)).toEqual(['protocol-error'])
})

test('at level connect the level may be the reason as well', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'connect') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  const finding = found(findings, 'logon-refused')
  expect(finding).toMatchObject({ confidence: 'low' })
  expect(finding!.explanation).toContain('The level, connect, may be the reason')
})

test('a logon whose first call is answered is fine', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'logon-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a good logon that is denied one call is another matter', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'logon-refused')).toBeUndefined()
  expect(wrong(findings)).toContain('access-denied')
})

test('cut at 96 bytes the name is unknown, and nothing is made up', async () => {
  const findings = await diagnose(
    (play) => {
      const session = play.rpc()
      const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
    },
    (frames) => cutTo(frames, 96),
  )
  expect(found(findings, 'logon-refused')).toBeUndefined()
  expect(wrong(findings)).toContain('verification-failed')
})

// In Negotiate the server of the generator accepts the logon: its 0x721 is then about a message.
inOtherClothes('logon-refused', shows, { except: ['with SPNEGO'] })
