import { expect, test } from 'vitest'
import { type Change, diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { sentBy } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'
import { unreachable } from '../../../testing/captures/network/icmp'

/** Ethernet, IPv4 and the first bytes of TCP precede the acknowledgement number. */
const ACKNOWLEDGEMENT_AT = 14 + 20 + 8

const shows: Play = (play) => {
  const { session } = working(play)
  const [segment] = session.tcp.send('client', new Uint8Array(1460).fill(5))
  for (let i = 0; i < 4; i++) {
    play.wire.wait(1)
    session.tcp.resend(segment!)
  }
}

test('a full-size segment that is sent again and again is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'mtu-black-hole')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
})

test('a smaller segment that probes the way once does not hide it', async () => {
  const findings = await diagnose(
    (play) => {
      const { session } = working(play)
      const [segment] = session.tcp.send('server', new Uint8Array(1460).fill(5))
      const [tail] = session.tcp.send('server', new Uint8Array(90).fill(6))
      session.tcp.resend(tail!)
      for (let i = 0; i < 4; i++) {
        play.wire.wait(1)
        session.tcp.resend(segment!)
        session.tcp.acknowledge('client')
      }
    },
    (frames, { client }) => {
      // The client has the tail and misses what was before it: its acknowledgements stay where they were.
      const fromClient = sentBy(frames, client)
      const acknowledged = fromClient.at(-5).bytes.slice(ACKNOWLEDGEMENT_AT, ACKNOWLEDGEMENT_AT + 4)
      for (const { bytes } of fromClient.slice(-4)) bytes.set(acknowledged, ACKNOWLEDGEMENT_AT)
      return frames
    },
  )
  expect(wrong(findings)).toEqual(['mtu-black-hole'])
})

test('a router that says so is quoted', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    const [segment] = session.tcp.send('client', new Uint8Array(1460).fill(5))
    for (let i = 0; i < 4; i++) {
      const sent = play.frames.at(-1).bytes
      play.wire.put(unreachable(play.router, play.client, sent, 4, 1400))
      play.wire.wait(3)
      session.tcp.resend(segment!)
    }
  })
  const finding = found(findings, 'mtu-black-hole')
  expect(finding).toMatchObject({ confidence: 'high' })
  expect(finding!.explanation).toContain('as ICMP reports')
  expect(finding!.explanation).toContain('1400')
  expect(finding!.explanation).not.toContain('does not come back')
})

test('small segments too are plain loss', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    const [segment] = session.tcp.send('client', new Uint8Array(200).fill(5))
    for (let i = 0; i < 4; i++) {
      play.wire.wait(1)
      session.tcp.resend(segment!)
    }
    session.tcp.acknowledge('server')
  })
  expect(found(findings, 'mtu-black-hole')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

/** A bind in two segments, of which the smaller second arrives: the server says again what it misses, and then receives nothing more. */
const clientSide: Play = (play) => {
  const { session } = working(play)
  const [full, tail] = session.tcp.send('client', new Uint8Array(1460 + 90).fill(5))
  session.tcp.acknowledge('server')
  play.wire.wait(0.3)
  session.tcp.resend(tail!)
  session.tcp.acknowledge('server')
  for (let pause = 0.3, sent = 0; sent < 5; sent++, pause *= 2) {
    play.wire.wait(pause)
    session.tcp.resend(full!)
  }
  session.tcp.reset('client')
}

/** The server misses the first of the two segments: its last acknowledgements stay where they were. */
const lacking: Change = (frames, { server }) => {
  const fromServer = sentBy(frames, server)
  const acknowledged = fromServer.at(-3).bytes.slice(ACKNOWLEDGEMENT_AT, ACKNOWLEDGEMENT_AT + 4)
  for (const { bytes } of fromServer.slice(-2)) bytes.set(acknowledged, ACKNOWLEDGEMENT_AT)
  return frames
}

test('from the client’s side, which sees the rest arrive', async () => {
  const findings = await diagnose(clientSide, lacking)
  expect(wrong(findings)).toEqual(['mtu-black-hole'])
  expect(findings[0]).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(findings[0]!.explanation).toContain('A smaller one that was sent after it did arrive')
})

/** Ethernet and the first bytes of IPv4 precede the identification. */
const IDENTIFICATION_AT = 14 + 4

test('a bind with a large ticket is the first of all, and there is nothing small before it', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const logon = play.logon('', 'integrity', { package: 'spnego-kerberos', targetName: `host/${'a'.repeat(120)}` })
    session.offer(SVCCTL, { logon })
    const [full, tail] = play.frames.slice(-2).map(({ bytes }) => bytes)
    expect([full!.length, tail!.length < 300]).toEqual([14 + 20 + 20 + 1460, true])
    for (let pause = 0.3, sent = 0; sent < 5; sent++, pause *= 2) {
      play.wire.wait(pause)
      const again = full!.slice()
      again.set([sent, sent], IDENTIFICATION_AT)
      play.wire.put(again)
    }
  })
  expect(wrong(findings)).toEqual(['mtu-black-hole'])
})

test('a peer that had taken full-size segments before is gone', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    session.tcp.send('client', new Uint8Array(1460).fill(5))
    session.tcp.acknowledge('server')
    const [full] = session.tcp.send('client', new Uint8Array(1460).fill(5))
    for (let sent = 0; sent < 5; sent++) {
      play.wire.wait(1)
      session.tcp.resend(full!)
    }
  })
  expect(wrong(findings)).toEqual(['peer-vanished'])
})

test('what arrives at last was only lost', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    const [full] = session.tcp.send('client', new Uint8Array(1460).fill(5))
    for (let sent = 0; sent < 4; sent++) {
      play.wire.wait(1)
      session.tcp.resend(full!)
    }
    session.tcp.acknowledge('server')
  })
  expect(found(findings, 'mtu-black-hole')).toBeUndefined()
})

test('other hosts’ packets meanwhile change nothing', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    const [full] = session.tcp.send('client', new Uint8Array(1460).fill(5))
    for (let sent = 0; sent < 4; sent++) {
      play.wire.wait(1)
      session.tcp.resend(full!)
    }
    for (let asked = 0; asked < 20; asked++) play.wire.arp(play.router, play.client)
    session.tcp.reset('client')
  })
  expect(wrong(findings)).toEqual(['mtu-black-hole'])
})

test('a logon to SMB with a large ticket may be the first that gets lost', async () => {
  const findings = await diagnose((play) => {
    const tcp = play.tcp({ port: 445 }).open()
    tcp.send('client', new Uint8Array(120))
    tcp.send('server', new Uint8Array(240))
    const [full] = tcp.send('client', new Uint8Array(1460))
    for (let sent = 0; sent < 4; sent++) {
      play.wire.wait(1)
      tcp.resend(full!)
    }
  })
  expect(wrong(findings)).toEqual(['mtu-black-hole'])
  expect(findings[0]).toMatchObject({ severity: 'warning', confidence: 'medium' })
  expect(findings[0]!.explanation).toContain('10.0.0.15:50001 to 10.0.0.6:445')
})

inOtherClothes('mtu-black-hole', shows)
