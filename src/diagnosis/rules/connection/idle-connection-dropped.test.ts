import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session } = working(play)
  play.wire.wait(3600)
  const [segment] = session.tcp.send('client', new Uint8Array(100).fill(5))
  for (let i = 0; i < 4; i++) {
    play.wire.wait(3)
    session.tcp.resend(segment!)
  }
}

test('a connection that is silent after a pause is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'idle-connection-dropped')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('60 min')
})

test('a pause after which it goes on is none', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    play.wire.wait(3600)
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'idle-connection-dropped')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

/** Ethernet and the first bytes of IPv4 precede the TTL. */
const TIME_TO_LIVE_AT = 14 + 8

test.each([
  [250, 'high'],
  [128, 'medium'],
])('a reset after the pause with TTL %i', async (timeToLive, confidence) => {
  const findings = await diagnose(
    (play) => {
      const { session } = working(play)
      play.wire.wait(3600)
      session.tcp.send('client', new Uint8Array(100).fill(5))
      session.tcp.reset('server')
    },
    (frames) => {
      frames.at(-1).bytes[TIME_TO_LIVE_AT] = timeToLive
      return frames
    },
  )
  expect(found(findings, 'idle-connection-dropped')).toMatchObject({ confidence })
})

test('an encrypted SMB connection that is silent after a pause is one as well', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\admin', {}, { encrypted: true })
    play.wire.wait(190)
    const [segment] = session.tcp.send('client', new Uint8Array(100).fill(5))
    for (let i = 0; i < 4; i++) {
      play.wire.wait(1)
      session.tcp.resend(segment!)
    }
  })
  expect(wrong(findings)).toEqual(['idle-connection-dropped'])
  expect(found(findings, 'idle-connection-dropped')!.title).toContain('the SMB connection, idle for')
})

test('a server that closed before the pause did not forget', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.tcp.finish('server')
    session.tcp.acknowledge('client')
    play.wire.wait(3600)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.reset('server')
  })
  expect(wrong(findings)).toEqual(['dead-connection'])
})

inOtherClothes('idle-connection-dropped', shows)
