import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { sentBy } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  session.tcp.acknowledge('server')
  session.close('server')
}

test('a server that closes before the answer is told with the call', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'connection-lost')
  expect(finding).toMatchObject({ severity: 'error', executed: 'unknown' })
  expect(finding!.title).toContain('svcctl::')
  expect(finding!.title).toContain('server ended')
})

/** Ethernet and the first bytes of IPv4 stand before the TTL. */
const TIME_TO_LIVE_AT = 14 + 8

test.each([
  [61, 'A device between, in the server’s name, ended the connection', 'medium'],
  [128, 'The server ended the connection', 'high'],
])('a reset with TTL %i', async (timeToLive, words, confidence) => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
      session.tcp.acknowledge('server')
      session.tcp.reset('server')
    },
    (frames) => {
      frames.at(-1)!.bytes[TIME_TO_LIVE_AT] = timeToLive
      return frames
    },
  )
  const finding = found(findings, 'connection-lost')!
  expect(finding).toMatchObject({ severity: 'error', confidence })
  expect(finding.title).toContain(words)
})

test('a client that gives up is told as such; whether the call ran is open', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.reset('client')
  })
  const finding = found(findings, 'connection-lost')
  expect(finding).toMatchObject({ severity: 'warning', executed: 'unknown' })
  expect(finding!.title).toContain('client ended')
})

test('a reset with nothing outstanding is normal', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    session.tcp.reset('client')
  })
  expect(found(findings, 'connection-lost')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a request of which only a part was sent did not run', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    // Version 5.0, request, first and last fragment, little-endian; 4,000 bytes long, of which 100 are sent.
    const part = new Uint8Array(100)
    part.set([5, 0, 0, 3, 0x10, 0, 0, 0, 0xa0, 0x0f, 0, 0, 9, 0, 0, 0])
    session.tcp.send('client', part)
    session.tcp.reset('server')
  })
  expect(wrong(findings)).toEqual(['connection-lost'])
  expect(found(findings, 'connection-lost')).toMatchObject({ severity: 'error', executed: 'no' })
})

test('a call whose answer had begun to arrive did run', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    // Version 5.0, response, first and last fragment, little-endian; 4,000 bytes long, of which 100 are sent.
    const part = new Uint8Array(100)
    part.set([5, 0, 2, 3, 0x10, 0, 0, 0, 0xa0, 0x0f, 0, 0, 2, 0, 0, 0])
    session.tcp.send('server', part)
    session.tcp.reset('server')
  })
  expect(found(findings, 'connection-lost')).toMatchObject({ severity: 'error', executed: 'yes' })
})

test('of one direction nothing is said', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
      session.close('server')
    },
    (frames, { client }) => sentBy(frames, client),
  )
  expect(found(findings, 'connection-lost')).toBeUndefined()
})

inOtherClothes('connection-lost', shows)
