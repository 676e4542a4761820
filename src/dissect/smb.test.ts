import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Smb1Command, Smb2Command, smbHeader } from './smb'
import { bytesOf } from './testing'

/** A session setup answer: status, credits, flags (response, signed), chain, message 3, process, tree, session, signature. */
const SMB2_ANSWER = bytesOf(`fe534d42 4000 0100 160000c0 0100 0100 09000000 00000000 0300000000000000
  fffe0000 00000000 0100000000040000 00000000000000000000000000000000`)
/** A tree connect: command, status, flags, Flags2 (Unicode, NTSTATUS), process high, signature, tree, process, user, multiplex. */
const SMB1_REQUEST = bytesOf('ff534d42 75 00000000 18 07c8 0000 0000000000000000 0000 0000 fffe 0008 4000')

test('an SMB 2 answer', () => {
  expect(smbHeader(SMB2_ANSWER)).toEqual({
    version: 2,
    command: Smb2Command.SessionSetup,
    isResponse: true,
    status: 0xc0000016,
    isSigned: true,
    isUnicode: true,
    isWhole: true,
    session: 0x401,
    messageId: 3n,
    bodyAt: 64,
  })
})

test('an SMB 1 request', () => {
  expect(smbHeader(SMB1_REQUEST)).toEqual({
    version: 1,
    command: Smb1Command.TreeConnectAndX,
    isResponse: false,
    status: 0,
    isSigned: false,
    isUnicode: true,
    isWhole: true,
    session: 0x800,
    messageId: 0xfeff0040n,
    bodyAt: 32,
  })
})

test.each([
  ['an NTSTATUS', 0x4000, 0xc000014b, 0xc000014b],
  ['a DOS error that corresponds to one', 0, 0x006d0001, 0xc000014b],
  ['a DOS error that corresponds to none', 0, 0x00110001, 0x00110001],
])('SMB 1 gives its errors as %s', (_, flags2, code, status) => {
  const bytes = SMB1_REQUEST.slice()
  const view = new DataView(bytes.buffer)
  view.setUint32(5, code, true)
  view.setUint16(10, flags2, true)
  expect(smbHeader(bytes)!.status).toBe(status)
})

describe('cut at every length', () => {
  test.each([
    ['SMB 1', SMB1_REQUEST, 12],
    ['SMB 2', SMB2_ANSWER, 20],
  ])('%s gives command and status once they are there, the rest with the last byte', (_, whole, least) => {
    for (let length = 0; length < whole.length; length++) {
      const header = smbHeader(whole.subarray(0, length))
      if (length < least) expect(header).toBeUndefined()
      else
        expect(header).toMatchObject({
          command: smbHeader(whole)!.command,
          status: smbHeader(whole)!.status,
          isWhole: false,
          session: 0,
          messageId: 0n,
        })
    }
  })
})

test('bytes of anything else have no header', () => {
  expect(smbHeader(bytesOf('fd534d42 00000000 00000000 00000000 00000000'))).toBeUndefined()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const header = smbHeader(bytes)
      if (header) expect([...bytes.subarray(1, 4)]).toEqual([0x53, 0x4d, 0x42])
    }),
  )
})
