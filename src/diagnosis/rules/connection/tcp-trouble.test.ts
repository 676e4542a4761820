import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { inOrder } from '../../../testing/impair'
import { duplicateAll } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  const [segment] = session.tcp.send('client', new Uint8Array(60).fill(5))
  for (let i = 0; i < 4; i++) {
    play.wire.wait(1)
    session.tcp.resend(segment!)
  }
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
}

test('segments that are sent again and again are remarked', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'tcp-trouble')
  expect(finding).toMatchObject({ severity: 'note' })
  expect(finding!.title).toContain('sent again')
})

test('copies that only the sniffer saw are not', async () => {
  const findings = await diagnose(
    (play) => {
      working(play)
    },
    (frames) => duplicateAll(frames),
  )
  expect(found(findings, 'tcp-trouble')).toBeUndefined()
})

test('the copies of a second capture that was merged in, with another clock, are not', async () => {
  const findings = await diagnose(
    (play) => {
      for (let i = 0; i < 8; i++) working(play)
    },
    (frames) =>
      inOrder([...frames, ...frames.map((frame) => ({ ...frame, microseconds: frame.microseconds + 300_000 }))]),
  )
  expect(found(findings, 'tcp-trouble')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

/** Ethernet, IPv4 and the first bytes of TCP precede the window. */
const WINDOW_AT = 14 + 20 + 14

/** The server closes its window and opens it again so many seconds later. */
const closesWindow = (seconds: number) =>
  diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.tcp.acknowledge('server')
      play.wire.wait(seconds)
      session.tcp.acknowledge('server')
      session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
    },
    (frames) => {
      const closing = frames.length - 4
      frames[closing]!.bytes.set([0, 0], WINDOW_AT)
      return frames
    },
  )

test.each([
  [0.05, undefined],
  [0.5, 'note'],
  [4, 'warning'],
])('a window that the server keeps closed for %f s: %s', async (seconds, severity) => {
  const finding = (await closesWindow(seconds)).find(({ title }) => title.includes('zero window'))
  expect(finding?.severity).toBe(severity)
  if (finding) expect(finding.title).toContain('The server read nothing for')
})

inOtherClothes('tcp-trouble', shows)
