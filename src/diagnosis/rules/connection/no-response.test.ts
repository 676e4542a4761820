import { describe, expect, test } from 'vitest'
import { type Change, diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { sentBy } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  session.tcp.acknowledge('server')
  play.wire.wait(100)
  working(play)
}

test('a request without an answer for more than a minute is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'no-response')
  expect(finding).toMatchObject({ severity: 'warning', executed: 'unknown' })
  expect(finding!.title).toContain('svcctl::')
})

test('a request that nothing acknowledges or repeats may have been answered outside the capture', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    play.wire.wait(100)
    working(play)
  })
  expect(wrong(findings)).toEqual([])
})

test('a client that closes while it waits has given up', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.acknowledge('server')
    play.wire.wait(40)
    session.close('client')
  })
  expect(wrong(findings)).toEqual(['no-response'])
  expect(found(findings, 'no-response')).toMatchObject({ severity: 'error', executed: 'unknown' })
  expect(found(findings, 'no-response')!.explanation).toContain('40')
})

test('after some seconds too, where the server had been quick', async () => {
  const leaves = (seconds: number) =>
    diagnose((play) => {
      const { session, binding } = working(play)
      session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
      session.tcp.acknowledge('server')
      play.wire.wait(seconds)
      session.close('client')
    })
  expect(wrong(await leaves(5))).toEqual(['no-response'])
  expect(wrong(await leaves(1))).toEqual([])
})

describe('an answer that the server sent and the client never acknowledged', () => {
  /** Ethernet, IPv4 and the first bytes of TCP precede the acknowledgement number. */
  const ACKNOWLEDGEMENT_AT = 14 + 20 + 8
  const answered: Play = (play) => {
    const { session, binding } = working(play)
    const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.respond(call, new Uint8Array(900))
    session.tcp.acknowledge('server')
    play.wire.wait(8)
    session.close('client')
  }
  /** Takes the answer out of the capture; the client’s later frames acknowledge what its request did, if it did not get it. */
  const without =
    (isReceived: boolean): Change =>
    (frames, { client }) => {
      const at = frames.findIndex(({ bytes }) => bytes.length > 900)
      const request = sentBy(frames.slice(0, at), client).at(-1)
      const acknowledged = request.bytes.slice(ACKNOWLEDGEMENT_AT, ACKNOWLEDGEMENT_AT + 4)
      const rest = frames.slice(at + 1)
      if (!isReceived) for (const { bytes } of sentBy(rest, client)) bytes.set(acknowledged, ACKNOWLEDGEMENT_AT)
      return [...frames.slice(0, at), ...rest]
    }

  test('was likely lost on the path', async () => {
    const findings = await diagnose(answered, without(false))
    expect(wrong(findings)).toEqual(['no-response'])
    const finding = found(findings, 'no-response')!
    expect(finding).toMatchObject({ severity: 'error', confidence: 'medium', atFault: { party: 'network' } })
    expect(finding.title).toMatch(/^The answer of svcctl::.* was likely lost on the path$/)
    expect(finding.explanation).toContain('960 bytes')
  })

  test('was likely lost on the path under a pipe too', async () => {
    const piped: Play = (play) => {
      const { session, pipe } = play.pipe('svcctl', 'CORP\\eve')
      const binding = session.bind(SVCCTL)
      session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
      const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
      session.respond(call, new Uint8Array(900))
      session.tcp.acknowledge('server')
      play.wire.wait(8)
      pipe.close()
      session.tcp.acknowledge('server')
    }
    const findings = await diagnose(piped, without(false))
    expect(wrong(findings)).toEqual(['no-response'])
    expect(found(findings, 'no-response')!.title).toContain('was likely lost on the path')
    expect(wrong(await diagnose(piped, without(true)))).toEqual([])
  })

  test('is merely missing in the capture where the client acknowledges it', async () => {
    expect(wrong(await diagnose(answered, without(true)))).toEqual([])
  })

  test('is there where the capture has it', async () => {
    expect(wrong(await diagnose(answered))).toEqual([])
  })
})

test('an answer after the pipe was closed came too late', async () => {
  const findings = await diagnose((play) => {
    const { session, pipe } = play.pipe('svcctl', 'CORP\\eve')
    const binding = session.bind(SVCCTL)
    session.call(binding, { opnum: 15, stub: new Uint8Array(40) }, returning(0))
    const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    play.wire.wait(10)
    pipe.close()
    play.wire.wait(5)
    session.respond(call, returning(0))
  })
  expect(wrong(findings)).toEqual(['no-response'])
  expect(found(findings, 'no-response')!.title).toMatch(/^The answer of svcctl::.* came after the client had given up$/)
})

test('bytes of the server that are part of no answer leave it open', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.send('server', new Uint8Array(24))
    play.wire.wait(100)
    working(play)
  })
  expect(found(findings, 'no-response')).toBeUndefined()
})

test('shortly before the end it is only open', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  })
  const finding = found(findings, 'no-response')
  expect(finding).toMatchObject({ kind: 'normal' })
})

inOtherClothes('no-response', shows)
