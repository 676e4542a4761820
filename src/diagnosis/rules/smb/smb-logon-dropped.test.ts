import { describe, expect, test } from 'vitest'
import { type Change, diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
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

describe('a reset instead of the answer to the request for the pipe', () => {
  /** The reset takes the place of the last answer; its TTL is that of a device between, or the server’s own. */
  const reset =
    (timeToLive?: number): Change =>
    (frames) => {
      const last = frames.at(-1)!
      if (timeToLive !== undefined) last.bytes[TIME_TO_LIVE_AT] = timeToLive
      return [...frames.slice(0, -2), last]
    }
  const opens: Play = (play) => play.pipe('svcctl', 'CORP\\eve').session.tcp.reset('server')

  test('is likely of a device on the path', async () => {
    const findings = await diagnose(opens, reset(200))
    expect(wrong(findings)).toEqual(['smb-logon-dropped'])
    expect(found(findings, 'smb-logon-dropped')).toMatchObject({
      severity: 'error',
      confidence: 'medium',
      title: 'A device on the path likely reset SMB after the logon',
      atFault: { party: 'network' },
    })
  })

  test('is none of a device where it looks like the server’s packets', async () => {
    expect(found(await diagnose(opens, reset()), 'smb-logon-dropped')).toBeUndefined()
  })

  test('is left alone where the server had answered', async () => {
    const findings = await diagnose(opens, (frames) => {
      frames.at(-1)!.bytes[TIME_TO_LIVE_AT] = 200
      return frames
    })
    expect(wrong(findings)).toEqual([])
  })
})

inOtherClothes('smb-logon-dropped', shows)
