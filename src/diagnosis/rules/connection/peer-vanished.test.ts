import { describe, expect, test } from 'vitest'
import { type Change, diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { unreachable } from '../../../testing/captures/network/icmp'
import { sentBy, type RpcSession, type Scenario } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  session.tcp.acknowledge('server')
  keepAlives(play, session)
}

function keepAlives(play: Scenario, session: RpcSession): void {
  for (let i = 0; i < 6; i++) {
    play.wire.wait(1)
    session.tcp.keepAlive('client')
  }
}

test('keep-alives without an answer while a call waits are an error, else a note', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'peer-vanished')).toMatchObject({
    severity: 'error',
    title: 'The server no longer answers keep-alives',
  })
  const idle = await diagnose((play) => keepAlives(play, working(play).session))
  expect(found(idle, 'peer-vanished')).toMatchObject({ severity: 'note' })
})

test('keep-alives that are answered are fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    for (let i = 0; i < 6; i++) {
      play.wire.wait(1)
      session.tcp.keepAlive('client')
      session.tcp.acknowledge('server')
    }
  })
  expect(found(findings, 'peer-vanished')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

/** The client sends the same bytes again and again; `between` happens after each time. */
function resend(play: Scenario, { tcp }: RpcSession, between: () => void = () => undefined): void {
  const [segment] = tcp.send('client', new Uint8Array(60).fill(5))
  for (let pause = 0.3, sent = 0; sent < 5; sent++, pause *= 2) {
    play.wire.wait(pause)
    tcp.resend(segment!)
    between()
  }
}

function resending(play: Scenario): RpcSession {
  const { session } = working(play)
  resend(play, session)
  return session
}

test('bytes that are sent again and again without an acknowledgement are reported, with who is silent', async () => {
  const findings = await diagnose((play) => resending(play))
  expect(wrong(findings)).toEqual(['peer-vanished'])
  expect(findings[0]!.title).toBe('The server stopped answering in the middle of the connection')
  expect(findings[0]!.explanation).toContain('10.0.0.6 acknowledges none of them')
})

test.each<[number, string]>([
  [1, 'host unreachable'],
  [13, 'communication administratively prohibited'],
])('what a router reports by ICMP %i in the middle of the connection is the reason', async (code, reason) => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    resend(play, session, () => play.wire.put(unreachable(play.router, play.client, play.frames.at(-1)!.bytes, code)))
  })
  expect(wrong(findings)).toEqual(['peer-vanished'])
  expect(findings[0]!.title).toContain('A device on the path reports: ')
  expect(findings[0]!.title).toContain(reason)
  expect(findings[0]).toMatchObject({ atFault: { party: 'network' } })
})

test('that the client gives up in the end is no reason of its own', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    const [segment] = session.tcp.send('client', new Uint8Array(60).fill(5))
    for (let sent = 0; sent < 5; sent++) {
      play.wire.wait(1)
      session.tcp.resend(segment!)
    }
    session.tcp.reset('client')
  })
  expect(wrong(findings)).toEqual(['peer-vanished'])
})

describe('SMB that stops between the logon and the pipe', () => {
  const IPC = new TextEncoder().encode('I\0P\0C\0$\0')
  const DATA = new TextEncoder().encode('D\0A\0T\0A\0')
  /** Ethernet and the first bytes of IPv4 precede the identification. */
  const IDENTIFICATION_AT = 14 + 4
  const placeOf = (bytes: Uint8Array) => bytes.findIndex((_, at) => IPC.every((byte, i) => bytes[at + i] === byte))
  /** The capture ends with the request for the share, which TCP sends again and again. */
  const stuck =
    (share: Uint8Array): Change =>
    (frames) => {
      const at = frames.findIndex(({ bytes }) => placeOf(bytes) >= 0)
      const request = frames[at]!
      request.bytes.set(share, placeOf(request.bytes))
      const again = [0.2, 0.6, 1.4, 3, 6.2].map((after, i) => {
        const bytes = request.bytes.slice()
        // With the same identification it would be one packet that was captured twice.
        bytes[IDENTIFICATION_AT] = 0x77 + i
        return { ...request, bytes, microseconds: request.microseconds + after * 1e6 }
      })
      return [...frames.slice(0, at + 1), ...again]
    }
  const opens: Play = (play) => void play.pipe('svcctl', 'CORP\\eve')

  test('is an error where it leads to pipes', async () => {
    const findings = await diagnose(opens, stuck(IPC))
    expect(wrong(findings)).toEqual(['peer-vanished'])
    expect(findings[0]).toMatchObject({ severity: 'error' })
  })

  test('is no matter of RPC where the client wants a share with data', async () => {
    expect(wrong(await diagnose(opens, stuck(DATA)))).toEqual([])
  })
})

/** Ethernet, IPv4 and the first bytes of TCP precede the acknowledgement number. */
const ACKNOWLEDGEMENT_AT = 14 + 20 + 8

test('where the other side still sends, only one direction is cut', async () => {
  const findings = await diagnose(
    (play) => {
      const { session } = working(play)
      resend(play, session, () => session.tcp.send('server', new Uint8Array(80).fill(6)))
    },
    (frames, { server }) => {
      // Nothing of what the client sends again has reached the server.
      const fromServer = sentBy(frames, server)
      const acknowledged = fromServer.at(-6).bytes.slice(ACKNOWLEDGEMENT_AT, ACKNOWLEDGEMENT_AT + 4)
      for (const { bytes } of fromServer.slice(-5)) bytes.set(acknowledged, ACKNOWLEDGEMENT_AT)
      return frames
    },
  )
  expect(found(findings, 'peer-vanished')!.title).toBe('What the client sends no longer arrives')
})

test('an answer that is repeated twice, and a client that repeats its request in between, show that it does not arrive', async () => {
  const findings = await diagnose(
    (play) => {
      const { tcp } = working(play).session
      const [asked] = tcp.send('client', new Uint8Array(60).fill(5))
      const [answered] = tcp.send('server', new Uint8Array(80).fill(6))
      for (const pause of [1, 2]) {
        play.wire.wait(pause)
        tcp.resend(asked!)
        play.wire.wait(pause)
        tcp.resend(answered!)
      }
      play.wire.wait(1)
      tcp.resend(asked!)
    },
    (frames, { client }) => {
      // Nothing of the server's answer has reached the client.
      const fromClient = sentBy(frames, client)
      const acknowledged = fromClient.at(-4)!.bytes.slice(ACKNOWLEDGEMENT_AT, ACKNOWLEDGEMENT_AT + 4)
      for (const { bytes } of fromClient.slice(-3)) bytes.set(acknowledged, ACKNOWLEDGEMENT_AT)
      return frames
    },
  )
  expect(found(findings, 'peer-vanished')?.title).toBe('What the server sends no longer arrives')
})

test('what is acknowledged at last was only lost', async () => {
  const findings = await diagnose((play) => {
    resending(play).tcp.acknowledge('server')
  })
  expect(found(findings, 'peer-vanished')).toBeUndefined()
})

test('a reset by the other side is an answer', async () => {
  const findings = await diagnose((play) => {
    resending(play).tcp.reset('server')
  })
  expect(found(findings, 'peer-vanished')).toBeUndefined()
})

test('of a capture that shows one direction nothing is reported', async () => {
  const findings = await diagnose(
    (play) => resending(play),
    (frames, { client }) => sentBy(frames, client),
  )
  expect(found(findings, 'peer-vanished')).toBeUndefined()
})

inOtherClothes('peer-vanished', shows)
