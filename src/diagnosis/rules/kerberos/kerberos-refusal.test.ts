import { describe, expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { IakerbLogon, type RelayedAnswer } from '../../../testing/captures/security/iakerb'
import { cutTo, Scenario } from '../../../testing/scenario'
import { errorMessage, kdcReply, kdcRequest } from '../../../testing/captures/security/kerberos'
import { duplicateAll } from '../../../testing/impair'
import { inOtherClothes } from '../../../testing/variations'

const REALM = 'EXAMPLE.COM'
const TGT = `krbtgt/${REALM}`

const shows: Play = (play) => {
  play.ticketRefused(24, TGT, REALM, 'eve')
}

test('a refused logon after which the user never gets in is an error, and names the user', async () => {
  const finding = found(await diagnose(shows), 'kerberos-refusal')
  expect(finding).toMatchObject({
    severity: 'error',
    confidence: 'high',
    title: 'The password of eve@EXAMPLE.COM is wrong',
    atFault: { party: 'account' },
    effect: 'The user got no ticket, so no service can be used with Kerberos.',
  })
  expect(finding!.symptom).toContain('error 1326')
})

test.each<[string, number, string]>([
  ['an unknown user', 6, 'The domain does not know the user eve@EXAMPLE.COM'],
  ['a disabled account', 18, 'The account eve@EXAMPLE.COM is disabled, locked, expired or outside its logon hours'],
  ['an expired password', 23, 'The password of eve@EXAMPLE.COM has expired'],
  ['a certificate without a mapping', 66, 'The certificate does not map to the account eve@EXAMPLE.COM'],
])('%s is named by the error of the KDC', async (_, code, title) => {
  const findings = await diagnose((play) => play.ticketRefused(code, TGT, REALM, 'eve'))
  expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'error', title })
})

test.each<[number, number, string]>([
  [18, 0xc0000234, 'The account eve@EXAMPLE.COM is locked out'],
  [18, 0xc0000072, 'The account eve@EXAMPLE.COM is disabled'],
  [12, 0xc000006f, 'eve@EXAMPLE.COM may not log on at this time of day'],
  [12, 0xc0000070, 'eve@EXAMPLE.COM may not log on from this computer'],
  [23, 0xc0000224, 'eve@EXAMPLE.COM must change the password first'],
])('KDC error %i with NTSTATUS 0x%x is as exact as the status', async (code, ntStatus, title) => {
  const findings = await diagnose((play) => play.ticketRefused(code, TGT, REALM, 'eve', play.controller, ntStatus))
  expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'error', title })
})

describe('KDC_ERR_POLICY', () => {
  /** A request with options that the KDC answers with an error without an NTSTATUS. */
  const refusedWith =
    (options: number, user?: string): Play =>
    (play) =>
      play.askKdc([
        kdcRequest({ name: TGT, realm: REALM }, user, play.random, options),
        errorMessage({ code: 12, service: { name: TGT, realm: REALM }, serverTime: play.wire.start }),
      ])

  test.each<[string, number, string]>([
    ['postdated', 0x06000010, 'a postdated ticket'],
    ['allow-postdate', 0x04000010, 'a postdatable ticket'],
    ['proxy', 0x08000000, 'a proxy ticket'],
    ['renew', 0x00000002, 'the renewal of a ticket'],
  ])('of a request with the option %s is likely about the option, not the user', async (option, options, asks) => {
    const finding = found(await diagnose(refusedWith(options, 'eve')), 'kerberos-refusal')
    expect(finding).toMatchObject({
      severity: 'error',
      confidence: 'medium',
      title: `The KDC likely refuses ${asks}, not the user`,
      atFault: { party: 'client', text: `the option ${option} of the request` },
    })
  })

  test('of an ordinary request is a policy about the user', async () => {
    const finding = found(await diagnose(refusedWith(0x40810010, 'eve')), 'kerberos-refusal')
    expect(finding).toMatchObject({ confidence: 'high', atFault: { party: 'account' } })
  })
})

test('the usual demand for pre-authentication is none', async () => {
  const findings = await diagnose((play) => play.ticketRefused(25, TGT, REALM, 'eve'))
  expect(found(findings, 'kerberos-refusal')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

describe('a refused logon is a note where', () => {
  test.each<[string, Play]>([
    ['the same user gets a ticket afterwards', (play) => play.ticketGiven(TGT, 'eve')],
    ['the same user logs on with NTLM afterwards', (play) => void working(play, { who: 'CORP\\eve' })],
  ])('%s', async (_, then) => {
    const findings = await diagnose((play) => {
      shows(play)
      then(play)
    })
    expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'note' })
    expect(found(findings, 'kerberos-refusal')!.title).toContain('; later overcome')
    expect(wrong(findings)).toEqual([])
  })
})

describe('an expired password', () => {
  const CHANGE = { name: 'kadmin/changepw', realm: REALM }
  const mayChange: Play = (play) => {
    play.ticketRefused(23, TGT, REALM, 'eve')
    play.askKdc([kdcRequest(CHANGE, 'eve', play.random), kdcReply(CHANGE, 'eve', play.random, true)])
  }

  test('is not overcome by a ticket that only changes passwords', async () => {
    expect(found(await diagnose(mayChange), 'kerberos-refusal')).toMatchObject({
      severity: 'error',
      title: 'The password of eve@EXAMPLE.COM has expired',
    })
  })

  test('is overcome by a ticket after the change', async () => {
    const findings = await diagnose((play) => {
      mayChange(play)
      play.ticketGiven(TGT, 'eve')
    })
    expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'note' })
    expect(wrong(findings)).toEqual([])
  })
})

test('a ticket for another user does not overcome it', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    play.ticketGiven(TGT, 'admin')
  })
  expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'error' })
})

describe('a user whom the domain does not know and who then tries an account of a server in no domain', () => {
  const local =
    (code: number, user: string): Play =>
    (play) => {
      play.ticketRefused(code, TGT, REALM, 'eve')
      play.pipe('svcctl', `WORK\\${user}`, { sessionSetup: 0xc000006d })
    }

  test('failed at the server, not at the domain', async () => {
    const findings = await diagnose(local(6, 'eve'))
    expect(wrong(findings)).toEqual(['smb-session-refused'])
    const finding = found(findings, 'kerberos-refusal')!
    expect(finding).toMatchObject({ severity: 'note', title: 'The domain does not know the user eve@EXAMPLE.COM' })
    expect(finding.explanation).toContain('NTLM as WORK\\eve at a server that is in no domain')
  })

  test.each<[string, number, string]>([
    ['the password is wrong in the domain', 24, 'eve'],
    ['another user tries it', 6, 'mallory'],
  ])('stays refused by the domain where %s', async (_, code, user) => {
    expect(found(await diagnose(local(code, user)), 'kerberos-refusal')).toMatchObject({ severity: 'error' })
  })
})

/** The client reaches the server, asks for a ticket for it without success, and leaves. */
const leaves: Play = (play) => {
  const tcp = play.tcp({ port: 135 }).open()
  play.ticketRefused(7, 'host/server1')
  tcp.close('client')
}

test('a client that leaves instead of trying NTLM is reported', async () => {
  const finding = found(await diagnose(leaves), 'kerberos-refusal')!
  expect(finding).toMatchObject({
    severity: 'error',
    confidence: 'medium',
    title: 'No account has the service name host/server1',
  })
  expect(finding.explanation).toContain('10.0.0.6:135')
  expect(finding.advice.join()).toContain('Protected Users')
})

test('a client that speaks to the KDC by IPv6 and leaves a server that it reached by IPv4 is the same client', async () => {
  const findings = await diagnose((play) => {
    play.lookUp('server1', ['10.0.0.6'])
    const tcp = play.tcp({ port: 135 }).open()
    const other = new Scenario({ ipv6: true })
    other.ticketRefused(7, 'host/server1')
    for (const { bytes } of other.frames) play.wire.put(bytes)
    tcp.close('client')
  })
  expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'error' })
})

describe('a refused ticket is a note where', () => {
  test.each<[string, Play]>([
    ['nothing else is seen of it', (play) => play.ticketRefused(7, 'host/server1')],
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
    ['delegation is not allowed', (play) => play.ticketRefused(13, 'host/server1')],
  ])('%s', async (_, play) => {
    const findings = await diagnose(play)
    expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'note' })
    expect(wrong(findings)).toEqual([])
  })
})

test('a ticket too big for UDP is an error only where TCP gets no answer', async () => {
  const big: Play = (play) => play.ticketRefused(52, TGT, REALM, 'eve')
  expect(found(await diagnose(big), 'kerberos-refusal')).toBeUndefined()
  const findings = await diagnose((play) => {
    big(play)
    play.refused({ port: 88, server: play.controller })
  })
  const finding = found(findings, 'kerberos-refusal')!
  expect(finding).toMatchObject({ severity: 'error', atFault: { party: 'network' } })
  expect(finding.title).toBe('The KDC needs TCP for this ticket, and TCP port 88 fails')
  expect(finding.evidence.some(({ note }) => note.startsWith('TCP port 88'))).toBe(true)
  const silent = await diagnose((play) => {
    big(play)
    play.unanswered({ port: 88, server: play.controller }, 3)
  })
  expect(wrong(silent)).toEqual(['kerberos-refusal'])
})

test('a logon over RPC that fails after a refused ticket is reported with it', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(12, 'host/server1')
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  })
  expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'error', confidence: 'medium' })
})

inOtherClothes('kerberos-refusal', shows)

test('a server that is the first to leave was not given up', async () => {
  const findings = await diagnose((play) => {
    const tcp = play.tcp({ port: 135 }).open()
    play.ticketRefused(7, 'host/server1')
    tcp.close('server')
  })
  expect(found(findings, 'kerberos-refusal')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual(['accepted-and-closed'])
})

test('copies of one error are one error', async () => {
  const findings = await diagnose(
    (play) => play.ticketRefused(6, TGT, REALM, 'eve'),
    (frames) => duplicateAll(frames),
  )
  expect(found(findings, 'kerberos-refusal')!.count ?? 1).toBe(1)
})

test('an error without a text of its own is reported by its name', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(50, 'krbtgt/EXAMPLE.COM', 'EXAMPLE.COM', 'eve')
  })
  expect(found(findings, 'kerberos-refusal')).toMatchObject({
    severity: 'error',
    title: 'The KDC refused the logon of eve@EXAMPLE.COM: KRB_AP_ERR_INAPP_CKSUM',
  })
})

test('a step of the exchange is no refusal', async () => {
  for (const code of [25, 91]) {
    const findings = await diagnose((play) => {
      play.ticketRefused(code, 'krbtgt/EXAMPLE.COM', 'EXAMPLE.COM', 'eve')
    })
    expect(wrong(findings)).toEqual([])
  }
})

describe('through the server (IAKERB)', () => {
  /** A bind whose logon asks a KDC as often as there are answers; calls follow where the last is a ticket. */
  const relayed =
    (...answers: RelayedAnswer[]): Play =>
    (play) => {
      const session = play.rpc({ port: 49157 })
      const context = (contextId: number) =>
        new IakerbLogon({ user: 'eve', realm: REALM, answers, contextId, serverTime: play.wire.start })
      const offer = session.offer(SVCCTL, { logon: { level: 'integrity', context } })
      session.answer(offer)
      if (answers.length > 1) session.authenticate(offer)
      session.close('client')
    }

  test('a wrong password is named as that of the user', async () => {
    const findings = await diagnose(relayed(25, 24))
    expect(found(findings, 'kerberos-refusal')).toMatchObject({
      severity: 'error',
      title: 'The password of eve@EXAMPLE.COM is wrong',
    })
    expect(found(findings, 'kerberos-refusal')!.explanation).toContain('(IAKERB)')
  })

  test('a server that finds no domain controller', async () => {
    expect(found(await diagnose(relayed(85)), 'kerberos-refusal')).toMatchObject({
      severity: 'error',
      title: 'The server finds no domain controller for the client’s logon',
    })
  })

  test('pre-authentication and then a ticket is no failure', async () => {
    const findings = await diagnose(relayed(25, 'ticket'))
    expect(found(findings, 'kerberos-refusal')).toBeUndefined()
  })

  test('an error after which the client asks again and gets a ticket is none', async () => {
    expect(found(await diagnose(relayed(25, 14, 'ticket')), 'kerberos-refusal')).toBeUndefined()
  })

  test('cut, it is left alone or named', async () => {
    for (const length of [90, 130, 200, 300])
      expect(wrong(await diagnose(relayed(24), (frames) => cutTo(frames, length)))).not.toContain('clock-skew')
  })
})
