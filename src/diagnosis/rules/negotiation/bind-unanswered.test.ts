import { describe, expect, test } from 'vitest'
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

/** The client waits for some seconds and closes; the server answers just after. */
function answeredAfter(seconds: number): Play {
  return (play) => {
    const session = play.rpc({ port: 49157 })
    const offer = session.offer(SVCCTL)
    session.tcp.acknowledge('server')
    play.wire.wait(seconds)
    session.tcp.finish('client')
    session.answer(offer)
  }
}

test('a bind_ack after the client gave up is too late', async () => {
  const findings = await diagnose(answeredAfter(30))
  expect(wrong(findings)).toEqual(['bind-unanswered'])
  expect(found(findings, 'bind-unanswered')).toMatchObject({
    severity: 'error',
    confidence: 'high',
    atFault: { party: 'server' },
    title: 'The server answered the bind to svcctl too late',
  })
  expect(found(await diagnose(answeredAfter(0.2)), 'bind-unanswered')).toBeUndefined()
})

/** The bind is sent again some times; the server acknowledges nothing. */
function resent(times: number): Play {
  return (play) => {
    const session = play.rpc({ port: 49157 })
    session.offer(SVCCTL)
    const segment = session.tcp.last!
    for (let sent = 0, pause = 0.3; sent < times; sent++, pause *= 2) {
      play.wire.wait(pause)
      session.tcp.resend(segment)
    }
  }
}

test('a bind that is never acknowledged was likely dropped on the path', async () => {
  const findings = await diagnose(resent(5))
  expect(wrong(findings)).toEqual(['bind-unanswered'])
  expect(found(findings, 'bind-unanswered')).toMatchObject({
    severity: 'error',
    confidence: 'medium',
    atFault: { party: 'network' },
    title: 'The bind to svcctl likely never arrived; the connection was accepted',
  })
  expect(wrong(await diagnose(resent(2)))).toEqual([])
})

/** Ethernet and the first bytes of IPv4 precede the TTL. */
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

test('a bind that is answered late, and waited for, is a warning', async () => {
  const late = (seconds: number): Play => {
    return (play) => {
      const session = play.rpc({ port: 49157 })
      const offer = session.offer(SVCCTL)
      session.tcp.acknowledge('server')
      play.wire.wait(seconds)
      session.answer(offer)
      session.authenticate(offer)
    }
  }
  const findings = await diagnose(late(5))
  expect(wrong(findings)).toEqual(['bind-unanswered'])
  expect(found(findings, 'bind-unanswered')).toMatchObject({
    severity: 'warning',
    title: 'The server took 5.0 s to answer the bind to svcctl',
  })
  expect(wrong(await diagnose(late(1)))).toEqual([])
})

describe('a bind to a pipe', () => {
  /** The client sends the bind into an open pipe, waits, and closes the connection. */
  const given =
    (seconds: number): Play =>
    (play) => {
      const { session } = play.pipe('svcctl', 'CORP\\eve')
      session.offer(SVCCTL)
      play.wire.wait(seconds)
      session.tcp.finish('client')
    }

  test('that is never answered until the client leaves', async () => {
    const findings = await diagnose(given(8))
    expect(wrong(findings)).toEqual(['bind-unanswered'])
    expect(found(findings, 'bind-unanswered')).toMatchObject({
      severity: 'error',
      title: 'The server never answered the bind to svcctl',
    })
  })

  test('that is answered after the client has left', async () => {
    const findings = await diagnose(
      (play) => {
        const { session } = play.pipe('svcctl', 'CORP\\eve')
        session.answer(session.offer(SVCCTL))
        play.wire.wait(8)
        session.tcp.finish('client')
      },
      (frames) => {
        // The read is outstanding all the time: its answer, the last frame before the FIN, comes after it.
        const fin = frames.at(-1)!
        const answer = frames.at(-2)!
        return [...frames.slice(0, -2), fin, { ...answer, microseconds: fin.microseconds + 2000 }]
      },
    )
    expect(found(findings, 'bind-unanswered')).toMatchObject({
      severity: 'error',
      title: 'The server answered the bind to svcctl too late',
    })
  })

  test('from which the client turns away at once is no failure of the server', async () => {
    expect(wrong(await diagnose(given(0.5)))).toEqual([])
  })
})

describe('a call that is answered on another connection', () => {
  const patient = (play: Scenario, meanwhile: () => void, afterwards: () => void): void => {
    const session = offers(play)
    play.wire.wait(2)
    meanwhile()
    play.wire.wait(28)
    session.tcp.finish('client')
    afterwards()
  }

  test('while the bind is still waited for does not overcome it', async () => {
    const findings = await diagnose((play) =>
      patient(
        play,
        () => void working(play, { port: 49157 }),
        () => undefined,
      ),
    )
    expect(found(findings, 'bind-unanswered')).toMatchObject({ severity: 'error' })
  })

  test('after the client gave the bind up overcomes it', async () => {
    const findings = await diagnose((play) =>
      patient(
        play,
        () => undefined,
        () => void working(play, { port: 49157 }),
      ),
    )
    expect(found(findings, 'bind-unanswered')).toMatchObject({ severity: 'note' })
    expect(wrong(findings)).toEqual([])
  })
})

inOtherClothes('bind-unanswered', shows, { except: ['through a named pipe'] })
