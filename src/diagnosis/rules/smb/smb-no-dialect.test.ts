import { expect, test } from 'vitest'
import { ByteWriter, concatenate } from '../../../testing/bytes'
import { diagnose, found, type Play, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

/** An SMB 1 negotiation as it follows the NetBIOS length: header, words, byte count. MS-CIFS 2.2.3.1, 2.2.4.52. */
function negotiate(body: Uint8Array, isAnswer: boolean): Uint8Array<ArrayBuffer> {
  const header = new ByteWriter()
    .u8(0xff)
    .ascii('SMB')
    .u8(0x72)
    .u32(0)
    .u8(isAnswer ? 0x88 : 0x08)
    .u16(0xc001)
    .fill(20)
  const message = concatenate(header.take(), body)
  return concatenate(new ByteWriter(false).u32(message.length).take(), message)
}

function asks(...dialects: string[]): Uint8Array<ArrayBuffer> {
  const names = dialects.map((name) => new ByteWriter().u8(2).ascii(name).u8(0).take())
  const bytes = concatenate(...names)
  return negotiate(concatenate(new ByteWriter().u8(0).u16(bytes.length).take(), bytes), false)
}

/** DialectIndex 0xffff: none of them. */
const none = negotiate(new ByteWriter().u8(1).u16(0xffff).u16(0).take(), true)

const shows: Play = (play) => {
  const tcp = play.tcp({ port: 445 }).open()
  tcp.send('client', asks('NT LM 0.12'))
  tcp.send('server', none)
  tcp.close('server')
}

test('a server without any of the dialects is an error', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'smb-no-dialect')).toMatchObject({
    severity: 'error',
    confidence: 'high',
    title: 'Client and server have no SMB version in common',
    atFault: { party: 'client' },
  })
  expect(found(findings, 'smb-no-dialect')!.explanation).toContain('NT LM 0.12')
  expect(wrong(findings)).toEqual(['smb-no-dialect'])
})

const closes =
  (...dialects: string[]): Play =>
  (play) => {
    const tcp = play.tcp({ port: 445 }).open()
    tcp.send('client', asks(...dialects))
    tcp.close('server')
  }

test('a server that closes at SMB 1 likely does not have it', async () => {
  const findings = await diagnose(closes('NT LM 0.12'))
  expect(found(findings, 'smb-no-dialect')).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(found(findings, 'smb-no-dialect')!.title).toContain('likely')
})

test('a client that offers SMB 2 as well is closed for another reason', async () => {
  const findings = await diagnose(closes('NT LM 0.12', 'SMB 2.002', 'SMB 2.???'))
  expect(found(findings, 'smb-no-dialect')).toBeUndefined()
})

test('a client that goes on with SMB 2 has no failure', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    play.pipe('svcctl', 'CORP\\eve')
  })
  expect(found(findings, 'smb-no-dialect')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

/** An SMB 2 message as it follows the NetBIOS length: protocol, size of the header, command 0 (negotiate). MS-SMB2 2.2.1.2. */
function negotiate2(isAnswer: boolean): Uint8Array<ArrayBuffer> {
  const message = new ByteWriter()
    .u8(0xfe)
    .ascii('SMB')
    .u16(64)
    .u16(0)
    .u32(0)
    .u16(0)
    .u16(1)
    .u32(isAnswer ? 1 : 0)
    .fill(44)
    .u16(isAnswer ? 65 : 36)
    .fill(62)
    .take()
  return concatenate(new ByteWriter(false).u32(message.length).take(), message)
}

test('a tool that tries one version after the other probes', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    const tcp = play.tcp({ port: 445 }).open()
    tcp.send('client', negotiate2(false))
    tcp.send('server', negotiate2(true))
    tcp.close('client')
  })
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'smb-no-dialect')).toMatchObject({ severity: 'note' })
})

inOtherClothes('smb-no-dialect', shows)
