import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../e2e/diagnosing'
import { sentBy } from '../../../e2e/generate/scenario'
import { inOtherClothes } from '../../../e2e/variants'
import { unreachable } from '../../../e2e/generate/network/icmp'

/** Ethernet, IPv4 and the first bytes of TCP stand before the acknowledgement number. */
const ACKNOWLEDGEMENT_AT = 14 + 20 + 8

const shows: Play = (play) => {
  const { session } = working(play)
  const [segment] = session.tcp.send('client', new Uint8Array(1460).fill(5))
  for (let i = 0; i < 4; i++) {
    play.wire.wait(1)
    session.tcp.resend(segment!)
  }
}

test('a full-size segment that is sent again and again is told', async () => {
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
      // The client has the tail and lacks what was before it: its acknowledgements stay where they were.
      const fromClient = sentBy(frames, client)
      const acknowledged = fromClient.at(-5)!.bytes.slice(ACKNOWLEDGEMENT_AT, ACKNOWLEDGEMENT_AT + 4)
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
      const sent = play.frames.at(-1)!.bytes
      play.wire.put(unreachable(play.router, play.client, sent, 4, 1400))
      play.wire.wait(3)
      session.tcp.resend(segment!)
    }
  })
  const finding = found(findings, 'mtu-black-hole')
  expect(finding).toMatchObject({ confidence: 'high' })
  expect(finding!.explanation).toContain('as ICMP says')
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

inOtherClothes('mtu-black-hole', shows)
