import { expect, test } from 'vitest'
import { diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

/** An SMB 2 negotiation after its NetBIOS length: protocol, size of the header, then zeros. MS-SMB2 2.2.3. */
const NEGOTIATE = Uint8Array.of(0, 0, 0, 102, 0xfe, 0x53, 0x4d, 0x42, 64, ...new Array<number>(97).fill(0))
/** A negative session response: not listening for the calling name. RFC 1002 4.3.4. */
const NEGATIVE = Uint8Array.of(0x83, 0, 0, 1, 0x81)

const asks = (then: (tcp: ReturnType<Parameters<Play>[0]['tcp']>, play: Parameters<Play>[0]) => void): Play => {
  return (play) => {
    const tcp = play.tcp({ port: 445 }).open()
    tcp.send('client', NEGOTIATE)
    tcp.acknowledge('server')
    then(tcp, play)
  }
}
const shows = asks((tcp) => tcp.close('server'))

test('a server that closes instead of an answer is an error', async () => {
  const findings = await diagnose(shows)
  expect(wrong(findings)).toEqual(['smb-unanswered'])
  expect(found(findings, 'smb-unanswered')!.title).toBe('The server closed the connection instead of negotiating SMB')
})

test('a negative response and a reset are one', async () => {
  const findings = await diagnose(
    asks((tcp) => {
      tcp.send('server', NEGATIVE)
      tcp.reset('server')
    }),
  )
  expect(wrong(findings)).toEqual(['smb-unanswered'])
  expect(found(findings, 'smb-unanswered')!.title).toContain('refused the SMB session')
})

test('a client that waited without success gave up; one that left at once only looked', async () => {
  const leaves = (seconds: number) =>
    diagnose(
      asks((tcp, play) => {
        play.wire.wait(seconds)
        tcp.close('client')
      }),
    )
  const finding = found(await leaves(8), 'smb-unanswered')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('gave up')
  expect(wrong(await leaves(0.1))).toEqual([])
})

test('a client that gets in on another connection has no failure', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play)
  })
  expect(wrong(findings)).toEqual([])
})

test('a connection without a message of the client is another matter', async () => {
  const findings = await diagnose((play) => play.tcp({ port: 445 }).open().close('server'))
  expect(found(findings, 'smb-unanswered')).toBeUndefined()
})

inOtherClothes('smb-unanswered', shows)
