import { expect, test } from 'vitest'
import { diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.pipe('svcctl', 'CORP\\eve', { dropsLogon: true })
}

test('a server that closes instead of answering the logon is an error, likely NTLM', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'smb-logon-dropped')).toMatchObject({
    severity: 'error',
    confidence: 'medium',
    title: 'The server closed the connection during the logon, likely NTLM is off',
  })
  expect(wrong(findings)).toEqual(['smb-logon-dropped'])
})

test('a client that gets in afterwards has no failure', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play, { who: 'CORP\\eve' })
  })
  expect(found(findings, 'smb-logon-dropped')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a logon that is answered with an error, or that the client ends, is another matter', async () => {
  const answered = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\eve', { sessionSetup: 0xc000006d })
    session.close('server')
  })
  expect(found(answered, 'smb-logon-dropped')).toBeUndefined()
  const left = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\eve', { leaves: true })
    session.close('server')
  })
  expect(found(left, 'smb-logon-dropped')).toBeUndefined()
})

/** Ethernet and the first bytes of IPv4 precede the TTL. */
const TIME_TO_LIVE_AT = 14 + 8

test.each([1, 2])(
  'a reset with another TTL than the server’s packets is a device’s, %i copies of each',
  async (copies) => {
    const findings = await diagnose(
      (play) => {
        const { session } = play.pipe('svcctl', 'CORP\\eve', { dropsLogon: 'reset' })
        expect(session).toBeDefined()
      },
      (frames) => {
        frames.at(-1)!.bytes[TIME_TO_LIVE_AT] = 200
        if (copies === 1) return frames
        // A mirror of both sides of a router: each packet twice, the second one hop later.
        return frames.flatMap((frame) => {
          const bytes = frame.bytes.slice()
          bytes[TIME_TO_LIVE_AT]!--
          return [frame, { ...frame, bytes }]
        })
      },
    )
    expect(found(findings, 'smb-logon-dropped')).toMatchObject({
      severity: 'error',
      confidence: 'medium',
      atFault: { party: 'network' },
      title: 'A device on the path likely reset the connection during the logon',
    })
  },
)

inOtherClothes('smb-logon-dropped', shows)
