import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { lose, sentBy } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  session.tcp.acknowledge('server')
  session.close('server')
}

test('a server that closes before the answer is reported with the call', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'connection-lost')
  expect(finding).toMatchObject({ severity: 'error', executed: 'unknown' })
  expect(finding!.title).toContain('svcctl::')
  expect(finding!.title).toContain('server ended')
})

/** Ethernet and the first bytes of IPv4 precede the TTL. */
const TIME_TO_LIVE_AT = 14 + 8

test.each([
  [61, 'A device on the path likely ended the connection', 'medium'],
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
      frames.at(-1).bytes[TIME_TO_LIVE_AT] = timeToLive
      return frames
    },
  )
  const finding = found(findings, 'connection-lost')!
  expect(finding).toMatchObject({ severity: 'error', confidence })
  expect(finding.title).toContain(words)
})

test('a reset of the server that the client answers with one is the server’s', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.reset('server')
    session.tcp.reset('client')
  })
  expect(found(findings, 'connection-lost')).toMatchObject({ severity: 'error' })
  expect(found(findings, 'connection-lost')!.title).toContain('The server ended the connection')
})

test('a client that gives up is reported as such; whether the call ran is open', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.reset('client')
  })
  const finding = found(findings, 'connection-lost')
  expect(finding).toMatchObject({ severity: 'note', executed: 'unknown' })
  expect(finding!.title).toContain('The client closed without waiting')
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

test('bytes of the server that are missing from the capture are likely the answer', async () => {
  let answer = 0
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
      answer = play.frames.length
      session.respond(call, new Uint8Array(24))
      session.close('server')
    },
    (frames) => lose(frames, answer),
  )
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'connection-lost')).toMatchObject({ severity: 'note' })
})

test('a client that ends in the middle of its own request is not cut off, though the server closes as well', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    session.tcp.send('client', Uint8Array.of(5, 0, 0, 3, 0x10, 0, 0, 0, 0x40, 0, 0, 0, 9, 0, 0, 0, 0, 0))
    session.tcp.close('client')
  })
  expect(wrong(findings)).toEqual([])
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

test('a call that crosses the server’s FIN on the path is a note', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.tcp.finish('server')
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.reset('server')
  })
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'connection-lost')!.title).toContain('was being closed when')
})

test('a loss after which the same interface was answered is a warning', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play)
  })
  expect(found(findings, 'connection-lost')).toMatchObject({ severity: 'warning' })
})

const INIT_SHUTDOWN = { uuid: '894de0c0-0d55-11d3-a322-00c04fa321a1', version: '1.0' }
const WBEM_SERVICES = { uuid: '9556dc99-828c-11cf-a37e-00aa003240c7', version: '0.0' }

/** A method's name as a BSTR is marshalled, among other bytes. */
function naming(method: string): Uint8Array {
  const stub = new Uint8Array(200)
  stub.set([method.length, 0, 0, 0, ...[...method].flatMap((letter) => [letter.charCodeAt(0), 0])], 64)
  return stub
}

test.each([
  ['a shutdown', INIT_SHUTDOWN, 0, new Uint8Array(40), 'BaseInitiateShutdown likely ended its own connection'],
  ['a new address', WBEM_SERVICES, 24, naming('EnableStatic'), 'EnableStatic likely ended its own connection'],
])('a method that takes its own connection away: %s', async (_, abstract, opnum, stub, title) => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract })
    session.request(binding, { opnum, stub })
    session.tcp.acknowledge('server')
    session.tcp.reset('server')
  })
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'connection-lost')!.title).toBe(title)
})

test('another WMI method that is lost is an error', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { abstract: WBEM_SERVICES })
    session.request(binding, { opnum: 24, stub: naming('DisableIPSec') })
    session.tcp.acknowledge('server')
    session.tcp.reset('server')
  })
  expect(wrong(findings)).toEqual(['connection-lost'])
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

test('a RST without ACK in answer to a request is of a host that does not know the connection', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    play.wire.wait(20)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.disown('server')
  })
  expect(found(findings, 'connection-lost')).toMatchObject({ severity: 'error', executed: 'no' })
  expect(found(findings, 'connection-lost')!.title).toContain('The server no longer knew the connection')
  // What the server had acknowledged it knew.
  const known = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.acknowledge('server')
    session.tcp.disown('server')
  })
  expect(found(known, 'connection-lost')!.title).toContain('The server ended the connection')
})

inOtherClothes('connection-lost', shows)
