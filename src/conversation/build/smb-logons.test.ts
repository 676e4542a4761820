import { describe, expect, test } from 'vitest'
import { examine, returning, SVCCTL } from '../../testing/diagnose'
import { COMMAND, message, sessionSetupRequest, sessionSetupResponse } from '../../testing/captures/smb/messages'
import { KerberosLogon } from '../../testing/captures/security/kerberos-logon'
import { Scenario } from '../../testing/scenario'
import { Logon } from '../../testing/captures/security/logon'
import { Message, Protocol } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { callerOf, identityName } from '../identity-name'
import { smbLogons } from './smb-logons'

async function logons(play: (scenario: Scenario) => void) {
  const scenario = new Scenario()
  play(scenario)
  return (await examine(scenario.frames)).theCase.conversation
}

/** A capture of nothing but these SMB messages, as they follow the NetBIOS length. */
function capture(protocol: Protocol, ...messages: Uint8Array<ArrayBuffer>[]): Capture {
  const columns: Partial<Record<Message, (row: number) => number>> = {
    [Message.Frame]: (row) => row,
    [Message.Stream]: () => 0,
    [Message.Protocol]: () => protocol,
    [Message.Kept]: (row) => row,
    [Message.KeptLength]: (row) => messages[row]!.length,
  }
  return {
    messages: { rows: messages.length, get: (column: Message, row: number) => columns[column]!(row) },
    bytes: (kept: number, length: number) => messages[kept]!.subarray(0, length),
  } as unknown as Capture
}

const NETBIOS_HEADER = 4
const SERVER = { netbiosComputer: 'FS1', netbiosDomain: 'CORP', dnsComputer: 'fs1.corp', dnsDomain: 'corp' }
const EXPECTED = { user: 'eve', domain: 'CORP', mechanism: 'ntlm', session: 0x2001 }
const MORE_PROCESSING_REQUIRED = 0xc0000016
const LOGON_FAILURE = 0xc000006d

const ntlm = () =>
  new Logon({
    level: 'integrity',
    package: 'spnego',
    contextId: 0,
    server: SERVER,
    targetName: 'cifs/fs1',
    fileTime: 0n,
    seed: 'test',
    account: { user: 'eve', domain: 'CORP', password: 'x', workstation: 'PC' },
  })

/** One SMB2 session setup message (MS-SMB2 2.2.5, 2.2.6). */
function smb2(messageId: number, sessionId: bigint, token: Uint8Array, answer?: { status: number }) {
  const header = { command: COMMAND.sessionSetup, messageId: BigInt(messageId), sessionId, treeId: 0 }
  const body = answer ? sessionSetupResponse(token) : sessionSetupRequest(token)
  return message({ ...header, response: answer !== undefined, status: answer?.status ?? 0 }, body).slice(NETBIOS_HEADER)
}

/** One SMB1 session setup with extended security (MS-SMB 2.2.4.6): header, words, byte count, token. */
function smb1(multiplexId: number, userId: number, token: Uint8Array, answer?: { status: number }) {
  const words = answer ? 4 : 12
  const bytes = new Uint8Array(32 + 1 + words * 2 + 2 + token.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0xff, 0x53, 0x4d, 0x42, 0x73])
  view.setUint32(5, answer?.status ?? 0, true)
  bytes[9] = answer ? 0x80 : 0
  view.setUint16(28, userId, true)
  view.setUint16(30, multiplexId, true)
  bytes[32] = words
  // SecurityBlobLength: the fourth word of an answer, the eighth of a request.
  view.setUint16(33 + (answer ? 6 : 14), token.length, true)
  view.setUint16(33 + words * 2, token.length, true)
  bytes.set(token, 33 + words * 2 + 2)
  return bytes
}

describe('logons to SMB', () => {
  test('name the user, and calls through the pipe have it as their caller', async () => {
    const conversation = await logons((play) => {
      const { session } = play.pipe('svcctl', 'CORP\\admin')
      session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
    })
    expect(conversation.smbLogons).toMatchObject([{ user: 'admin', domain: 'CORP', mechanism: 'ntlm', status: 0 }])
    const connection = conversation.connections[0]!
    expect(identityName(callerOf(connection, 0)!)).toBe('CORP\\admin')
  })

  test('that are refused have a status, and no pipe', async () => {
    const { smbLogons: found } = await logons((play) =>
      play.pipe('svcctl', 'CORP\\eve', { sessionSetup: LOGON_FAILURE }),
    )
    expect(found).toMatchObject([{ user: 'eve', status: LOGON_FAILURE }])
  })

  const legs = (
    setup: (id: number, session: number, token: Uint8Array, answer?: { status: number }) => Uint8Array<ArrayBuffer>,
  ) => {
    const logon = ntlm()
    return [
      setup(1, 0, logon.negotiate().value),
      setup(1, 0x2001, logon.challenge().value, { status: MORE_PROCESSING_REQUIRED }),
      setup(2, 0x2001, logon.authenticate().value),
      setup(2, 0x2001, logon.complete().value, { status: 0 }),
    ]
  }

  test('over SMB 1 are read as well', () => {
    expect(smbLogons(capture(Protocol.Smb1, ...legs(smb1)))).toMatchObject([{ ...EXPECTED, status: 0 }])
  })

  test('of two sessions on one connection are kept apart though their messages mix', () => {
    const first = legs((id, session, token, answer) => smb2(id, BigInt(session), token, answer))
    const second = legs((id, session, token, answer) => smb2(id + 8, BigInt(session && 0x3001), token, answer))
    const mixed = first.flatMap((one, i) => [one, second[i]!])
    expect(smbLogons(capture(Protocol.Smb2, ...mixed))).toMatchObject([
      { ...EXPECTED, status: 0 },
      { ...EXPECTED, session: 0x3001, status: 0 },
    ])
  })

  test('by Kerberos say for which service, and that there is no name', () => {
    const service = { name: 'cifs/fake.corp', realm: 'CORP' }
    const kerberos = new KerberosLogon({
      service,
      level: 'integrity',
      spnego: true,
      contextId: 0,
      seed: 'x',
      serverTime: 0,
    })
    const found = smbLogons(
      capture(
        Protocol.Smb2,
        smb2(1, 0n, kerberos.negotiate().value),
        smb2(1, 5n, new Uint8Array(0), { status: LOGON_FAILURE }),
      ),
    )
    expect(found).toMatchObject([{ mechanism: 'kerberos', target: { spn: 'cifs/fake.corp' }, status: LOGON_FAILURE }])
    expect(found[0]!.user).toBeUndefined()
  })

  test('by Kerberos that a server refuses at first keep the frame of its error', () => {
    const kerberos = new KerberosLogon({
      service: { name: 'cifs/fake.corp', realm: 'CORP' },
      level: 'integrity',
      spnego: true,
      contextId: 0,
      seed: 'x',
      error: 37,
      serverTime: 0,
    })
    const found = smbLogons(
      capture(
        Protocol.Smb2,
        smb2(1, 0n, kerberos.negotiate().value),
        smb2(1, 5n, kerberos.challenge()!.value, { status: MORE_PROCESSING_REQUIRED }),
        smb2(2, 5n, kerberos.negotiate().value),
        smb2(2, 5n, new Uint8Array(0), { status: 0 }),
      ),
    )
    expect(found).toMatchObject([{ kerberosError: 37, kerberosErrorFrame: 1, lastFrame: 3, status: 0 }])
  })

  test('cut anywhere are no reason to throw', () => {
    for (const [protocol, all] of [
      [Protocol.Smb1, legs(smb1)],
      [Protocol.Smb2, legs((id, session, token, answer) => smb2(id, BigInt(session), token, answer))],
    ] as const)
      for (const one of all)
        for (let length = 0; length <= one.length; length++) {
          const cut = capture(protocol, one.slice(0, length))
          expect(() => smbLogons(cut)).not.toThrow()
        }
  })
})
