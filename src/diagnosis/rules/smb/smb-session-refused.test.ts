import { describe, expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import {
  COMMAND,
  errorResponse,
  message,
  sessionSetupRequest,
  treeConnectRequest,
} from '../../../testing/captures/smb/messages'
import { Logon } from '../../../testing/captures/security/logon'
import { KerberosLogon } from '../../../testing/captures/security/kerberos-logon'
import { type Scenario, sentBy } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const LOGON_FAILURE = 0xc000006d
const LOCKED_OUT = 0xc0000234
const ACCESS_DENIED = 0xc0000022
/** SMB2_FLAGS_SIGNED in the header's flags. MS-SMB2 2.2.1.2. */
const FLAGS_AT = 4 + 16
const SIGNED = 8

const refused =
  (sessionSetup: number, who = 'CORP\\admin'): Play =>
  (play) =>
    void play.pipe('svcctl', who, { sessionSetup })

const shows = refused(LOGON_FAILURE)

test('a session that is refused is an error, and the user is named', async () => {
  const finding = found(await diagnose(shows), 'smb-session-refused')
  expect(finding).toMatchObject({
    severity: 'error',
    title: 'The server rejected the user name or password of CORP\\admin',
    atFault: { party: 'account' },
    effect: 'No named pipe was opened, so no call was made.',
  })
  expect(finding!.symptom).toContain('error 1326')
  expect(finding!.explanation).toContain('STATUS_LOGON_FAILURE')
})

test.each<[number, string, string]>([
  [0xc0000192, 'The server cannot check logons: its Netlogon service does not run', 'server'],
  [0xc0000199, 'CORP\\admin is a computer’s account and may not log on here', 'client'],
  [0xc0000205, 'The server is out of memory for another SMB session', 'server'],
  [0xc0000388, 'The server suspects a downgrade; it likely reaches no domain controller', 'network'],
  [0xc0000071, 'The password of CORP\\admin has expired', 'account'],
  [0xc0000072, 'The account CORP\\admin is disabled', 'account'],
  [0xc0000234, 'The account CORP\\admin is locked out', 'account'],
  [0xc000006e, 'A restriction of the account CORP\\admin forbids the logon', 'account'],
  [0xc000006f, 'CORP\\admin may not log on at this time of day', 'account'],
  [0xc0000070, 'CORP\\admin may not log on from this computer', 'account'],
  [0xc0000413, 'Selective authentication of the trust keeps CORP\\admin out', 'configuration'],
  [0xc000018a, 'The server has lost its own domain password', 'server'],
  [0xc000018b, 'The domain has no computer account for the server', 'configuration'],
  [0xc000018d, 'The trust between the server and its domain is broken', 'configuration'],
  [0xc000005e, 'The server found no domain controller to check the logon', 'network'],
  [0xc00000bd, 'The server rejects the name by which it was addressed', 'configuration'],
  [0xc0000418, 'NTLM is blocked, and the client had no Kerberos ticket', 'configuration'],
])('status 0x%s says: %s', async (status, title, party) => {
  const findings = await diagnose(refused(status))
  expect(found(findings, 'smb-session-refused')).toMatchObject({ severity: 'error', title, atFault: { party } })
})

test('an account that wrong passwords locked is one finding, and names both', async () => {
  const findings = await diagnose((play) => {
    for (let i = 0; i < 3; i++) refused(LOGON_FAILURE)(play)
    refused(LOCKED_OUT)(play)
  })
  const all = findings.filter(({ rule }) => rule === 'smb-session-refused')
  expect(all).toMatchObject([
    { severity: 'error', title: 'CORP\\admin is locked out after 3 wrong passwords', count: 4 },
  ])
})

test('a lock whose wrong passwords are not in the capture is reported without a count', async () => {
  const findings = await diagnose((play) => {
    refused(LOGON_FAILURE)(play)
    refused(LOCKED_OUT)(play)
  })
  expect(found(findings, 'smb-session-refused')!.title).toBe('The account CORP\\admin is locked out')
})

describe('a rejection that was overcome is a note where', () => {
  test.each<[string, Play, string]>([
    ['the same user gets in', (play) => void play.pipe('svcctl', 'CORP\\Admin'), 'later accepted'],
    [
      'another user gets in right after',
      (play) => void play.pipe('svcctl', 'CORP\\other'),
      'The server refused CORP\\admin; the client then got in as CORP\\other',
    ],
    ['the same user gets in over TCP', (play) => void working(play), 'later accepted'],
  ])('%s', async (_, then, title) => {
    const findings = await diagnose((play) => {
      shows(play)
      then(play)
    })
    expect(found(findings, 'smb-session-refused')).toMatchObject({ severity: 'note' })
    expect(found(findings, 'smb-session-refused')!.title).toContain(title)
    expect(wrong(findings)).toEqual([])
  })
})

describe('a rejection stays an error where', () => {
  test.each<[string, Play]>([
    [
      'another user had been in before',
      (play) => (
        working(play, { who: 'CORP\\other' }),
        shows(play),
        void working(play, { who: 'CORP\\other', port: 49160 })
      ),
    ],
    ['the same user had been in before only', (play) => (play.pipe('svcctl', 'CORP\\admin'), shows(play))],
    [
      'another user gets in minutes later',
      (play) => (shows(play), play.wire.wait(120), void working(play, { who: 'CORP\\other' })),
    ],
    ['a client gets in without a name', (play) => (shows(play), void play.pipe('svcctl', ''))],
  ])('%s', async (_, play) => {
    expect(found(await diagnose(play), 'smb-session-refused')).toMatchObject({ severity: 'error' })
  })
})

test('two users are two findings', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    refused(0xc0000072, 'CORP\\eve')(play)
  })
  expect(findings.filter(({ rule }) => rule === 'smb-session-refused').map(({ title }) => title)).toEqual([
    'The server rejected the user name or password of CORP\\admin',
    'The account CORP\\eve is disabled',
  ])
})

test('a session that expired and went on is none', async () => {
  const findings = await diagnose(refused(0xc000035c))
  expect(found(findings, 'smb-session-refused')).toBeUndefined()
})

test('IPC$ that is refused is an error', async () => {
  const findings = await diagnose((play) => void play.pipe('svcctl', 'CORP\\admin', { treeConnect: ACCESS_DENIED }))
  expect(found(findings, 'smb-session-refused')).toMatchObject({
    severity: 'error',
    title: 'The server denied CORP\\admin access to IPC$',
  })
})

const HEADER = { messageId: 8n, sessionId: 0x2001n, treeId: 0, command: COMMAND.treeConnect }

/** A tree connect that is answered with a status, signed or not. */
function treeConnect(
  play: Scenario,
  share: string,
  status: number,
  signed: { request?: boolean; answer?: boolean } = {},
) {
  const { tcp } = play.rpc({ port: 445 })
  const request = message({ ...HEADER, status: 0, response: false }, treeConnectRequest(share))
  const answer = message({ ...HEADER, status, response: true }, errorResponse())
  if (signed.request) request[FLAGS_AT]! |= SIGNED
  if (signed.answer) answer[FLAGS_AT]! |= SIGNED
  tcp.send('client', request)
  tcp.send('server', answer)
}

test('a client that does not sign where the session demands it is reported so', async () => {
  const shown = await diagnose((play) => treeConnect(play, '\\\\server1\\IPC$', ACCESS_DENIED, { answer: true }))
  expect(found(shown, 'smb-session-refused')).toMatchObject({
    severity: 'error',
    title: 'The server requires SMB signing, and the client does not sign',
    atFault: { party: 'client' },
  })
  for (const signed of [{ request: true, answer: true }, {}]) {
    const findings = await diagnose((play) => treeConnect(play, '\\\\server1\\IPC$', ACCESS_DENIED, signed))
    expect(found(findings, 'smb-session-refused')!.title).not.toContain('signing')
  }
})

test('a share that holds data is a note', async () => {
  const findings = await diagnose((play) => treeConnect(play, '\\\\server1\\data', 0xc00000cc))
  expect(found(findings, 'smb-session-refused')).toMatchObject({
    severity: 'note',
    title: 'There is no share data on the server',
  })
  expect(wrong(findings)).toEqual([])
})

test('the handshake’s "more processing required" is none', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\admin')
    session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'smb-session-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('an anonymous caller that may not connect to IPC$ is reported', async () => {
  const findings = await diagnose((play) => void play.pipe('svcctl', '', { treeConnect: ACCESS_DENIED }))
  const finding = found(findings, 'smb-session-refused')!
  expect(finding.title).toBe('The server does not let anonymous callers connect to IPC$')
  expect(finding.advice.join()).toContain('restrict anonymous')
})

test('a ticket that is refused is no wrong password', async () => {
  const findings = await diagnose((play) => {
    const { tcp } = play.rpc({ port: 445 })
    const service = { name: 'cifs/fake.corp', realm: 'CORP' }
    const logon = new KerberosLogon({
      service,
      level: 'integrity',
      spnego: true,
      contextId: 0,
      seed: 'x',
      serverTime: 0,
    })
    const header = {
      command: COMMAND.sessionSetup,
      messageId: 1n,
      sessionId: 0n,
      treeId: 0,
      status: 0,
      response: false,
    }
    tcp.send('client', message(header, sessionSetupRequest(logon.negotiate().value)))
    tcp.send('server', message({ ...header, status: 0xc000006d, response: true }, errorResponse()))
  })
  const finding = found(findings, 'smb-session-refused')!
  expect(finding.explanation).toContain('Kerberos ticket for cifs/fake.corp')
  expect(finding.explanation).not.toContain('password.')
  expect(finding.advice[0]).toContain('setspn')
})

test('NTLMv1 may be the reason as well', async () => {
  const findings = await diagnose((play) => {
    const { tcp } = play.rpc({ port: 445 })
    const server = { netbiosComputer: 'FS1', netbiosDomain: 'CORP', dnsComputer: 'fs1', dnsDomain: 'corp' }
    const account = { user: 'eve', domain: 'CORP', password: 'x', workstation: 'PC' }
    const options = { level: 'integrity', package: 'spnego', contextId: 0, seed: 'x', fileTime: 0n } as const
    const logon = new Logon({ ...options, server, account, targetName: 'cifs/fs1', version1: true })
    const header = {
      command: COMMAND.sessionSetup,
      messageId: 1n,
      sessionId: 5n,
      treeId: 0,
      status: 0,
      response: false,
    }
    logon.negotiate()
    logon.challenge()
    tcp.send('client', message(header, sessionSetupRequest(logon.authenticate().value)))
    tcp.send('server', message({ ...header, status: 0xc000006d, response: true }, errorResponse()))
  })
  expect(found(findings, 'smb-session-refused')!.explanation).toContain('NTLMv1 response (24 bytes)')
})

test('a share whose name the capture does not hold is not said to be IPC$', async () => {
  const findings = await diagnose(
    (play) => void play.pipe('svcctl', 'CORP\\admin', { treeConnect: 0xc00000cc }),
    (frames, { server }) => sentBy(frames, server),
  )
  const finding = found(findings, 'smb-session-refused')
  expect(finding).toMatchObject({ severity: 'note' })
  expect(finding!.title).not.toContain('IPC$')
})

inOtherClothes('smb-session-refused', shows)
