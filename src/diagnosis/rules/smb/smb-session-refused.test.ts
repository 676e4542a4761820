import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { COMMAND, errorResponse, message, sessionSetupRequest } from '../../../testing/captures/smb/messages'
import { Logon } from '../../../testing/captures/security/logon'
import { KerberosLogon } from '../../../testing/captures/security/kerberos-logon'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.pipe('svcctl', 'CORP\\admin', { sessionSetup: 0xc000006d })
}

test('a session that is refused is told', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'smb-session-refused')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('session setup')
  expect(finding!.title).toContain('STATUS_LOGON_FAILURE')
})

test('a share that is refused is told', async () => {
  const findings = await diagnose((play) => {
    play.pipe('svcctl', 'CORP\\admin', { treeConnect: 0xc0000022 })
  })
  const finding = found(findings, 'smb-session-refused')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('tree connect')
})

test('the handshake’s "more processing required" is none', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\admin')
    session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'smb-session-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a share that nobody may connect to says that the client had logged on as nobody', async () => {
  const findings = await diagnose((play) => {
    play.pipe('svcctl', '', { treeConnect: 0xc0000022 })
  })
  const finding = found(findings, 'smb-session-refused')!
  expect(finding.title).toContain('tree connect of an anonymous caller from 10.0.0.15')
  expect(finding.explanation).toContain('restrict anonymous')
})

test('the user is named', async () => {
  const finding = found(await diagnose(shows), 'smb-session-refused')!
  expect(finding.title).toContain('session setup of CORP\\admin from 10.0.0.15')
  expect(finding.explanation).toContain('Wrong user name or password')
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
  expect(found(findings, 'smb-session-refused')!.explanation).toContain('NTLMv1 (24 bytes)')
})

inOtherClothes('smb-session-refused', shows)
