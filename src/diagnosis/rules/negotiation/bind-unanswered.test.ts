import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import type { RpcSession, Scenario } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

/** A connection on which the client has sent a bind that the server acknowledges and does not answer. */
function offers(play: Scenario): RpcSession {
  const session = play.rpc({ port: 49157 })
  session.offer(SVCCTL)
  session.tcp.acknowledge('server')
  return session
}

const shows: Play = (play) => offers(play).tcp.reset('server')

test.each<[string, Play]>([
  ['RST', shows],
  ['FIN', (play) => offers(play).tcp.finish('server')],
])('a server that ends the connection on the bind: %s', async (_, play) => {
  const findings = await diagnose(play)
  expect(wrong(findings)).toEqual(['bind-unanswered'])
  expect(found(findings, 'bind-unanswered')).toMatchObject({
    severity: 'error',
    executed: 'no',
    title: 'The server hung up on the bind to svcctl',
  })
  expect(found(findings, 'capture-one-sided')).toBeUndefined()
})

test('a server that accepts and never answers', async () => {
  const findings = await diagnose((play) => {
    const session = offers(play)
    play.wire.wait(30)
    session.tcp.finish('client')
  })
  expect(wrong(findings)).toEqual(['bind-unanswered'])
  expect(found(findings, 'bind-unanswered')!.title).toBe('The server never answered the bind to svcctl')
})

/** Ethernet and the first bytes of IPv4 stand before the TTL. */
const TIME_TO_LIVE_AT = 14 + 8

test('a reset with another TTL than the server’s own packets is a device’s', async () => {
  const findings = await diagnose(
    (play) => {
      working(play)
      shows(play)
    },
    (frames) => {
      frames.at(-1)!.bytes[TIME_TO_LIVE_AT] = 250
      return frames
    },
  )
  expect(found(findings, 'bind-unanswered')!.title).toBe('A device on the path likely cut off the bind to svcctl')
})

test('it is a note where the client is answered afterwards', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play)
  })
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'bind-unanswered')).toMatchObject({ severity: 'note' })
})

test.each<[string, Play]>([
  ['the client leaves at once', (play) => offers(play).tcp.finish('client')],
  ['the capture ends', (play) => void offers(play)],
])('nothing is reported where %s', async (_, play) => {
  expect(found(await diagnose(play), 'bind-unanswered')).toBeUndefined()
})

test('a server that ends the connection on the bind to a pipe', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\eve')
    session.offer(SVCCTL)
    session.tcp.reset('server')
  })
  expect(wrong(findings)).toEqual(['bind-unanswered'])
})

inOtherClothes('bind-unanswered', shows, { except: ['through a named pipe'] })
