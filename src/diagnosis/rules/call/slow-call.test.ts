import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  play.wire.wait(8)
  session.respond(call, returning(0))
}

test('a call that takes seconds on the server is a warning', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'slow-call')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('8.0 s')
})

test('an answer that comes after the client has left is an error', async () => {
  const late = (wait: number) =>
    diagnose((play) => {
      const { session, binding } = working(play)
      const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
      play.wire.wait(wait)
      session.tcp.finish('client')
      session.respond(call, returning(0))
      session.tcp.reset('client')
    })
  const finding = found(await late(8), 'slow-call')
  expect(finding).toMatchObject({ severity: 'error', executed: 'yes' })
  expect(finding!.title).toContain('after the client had given up')
  // A program that ends at once did not need the answer.
  expect(wrong(await late(0.1))).toEqual([])
})

test.each([
  ['is not where the request is not acknowledged before it: the clock leapt, or the host slept', false, []],
  ['is where the server acknowledges the request and then works', true, ['slow-call']],
])('an answer after an hour in which nothing was captured %s', async (_, isAcknowledged, expected) => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    if (isAcknowledged) session.tcp.acknowledge('server')
    play.wire.wait(3600)
    session.respond(call, returning(0))
  })
  expect(wrong(findings)).toEqual(expected)
})

test('an hour in which nothing at all was captured is called likely, and one in which other frames were is not', async () => {
  const hour = async (isQuiet: boolean) => {
    const findings = await diagnose((play) => {
      const { session, binding } = working(play)
      const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
      session.tcp.acknowledge('server')
      play.wire.wait(1800)
      if (!isQuiet) play.lookUp('fs.corp.example', ['10.0.0.9'])
      play.wire.wait(1800)
      session.respond(call, returning(0))
    })
    return found(findings, 'slow-call')
  }
  const silent = await hour(true)
  expect(silent).toMatchObject({ severity: 'warning', confidence: 'medium' })
  expect(silent!.title).toBe('The server likely took 60 min to answer svcctl::RCreateServiceW')
  expect(silent!.explanation).toContain('if the clock of the capturing computer was set')
  expect(await hour(false)).toMatchObject({
    confidence: 'high',
    title: 'The server took 60 min to answer svcctl::RCreateServiceW',
  })
})

test.each([
  ['is not where a segment of another connection waited as long for its acknowledgement: the clock leapt', false, []],
  ['is where that segment was sent again first', true, ['slow-call']],
])('an answer after an hour %s', async (_, isSentAgain, expected) => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    const other = play.tcp({ port: 8080 }).open()
    const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.acknowledge('server')
    const [segment] = other.send('client', new Uint8Array(100))
    play.wire.wait(3600)
    if (isSentAgain) other.resend(segment!)
    other.acknowledge('server')
    session.respond(call, returning(0))
  })
  expect(wrong(findings)).toEqual(expected)
})

test('quick calls are not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'slow-call')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

/** The server's answers leave so much later: the whole path takes long. */
const far: Play = (play) => {
  const session = play.unopened({ port: 49157 })
  session.tcp.synchronize('client')
  play.wire.wait(2)
  session.tcp.synchronize('server')
  session.tcp.acknowledge('client')
  const offer = session.offer(SVCCTL)
  play.wire.wait(2)
  session.answer(offer)
  const binding = session.authenticate(offer)
  for (let made = 0; made < 3; made++) {
    const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    play.wire.wait(2.1)
    session.respond(call, returning(0))
  }
}

test('where the handshake took as long the line is slow, not the server', async () => {
  const findings = await diagnose(far)
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'slow-call')).toMatchObject({
    severity: 'note',
    title: 'The line is slow: each round trip takes 2.0 s',
    atFault: { party: 'network' },
  })
})

test('a call during which TCP had to send again was delayed by loss, not by the server', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    const segment = session.tcp.last!
    play.wire.wait(2)
    session.tcp.resend(segment)
    play.wire.wait(2)
    session.respond(call, returning(0))
  })
  expect(found(findings, 'slow-call')).toMatchObject({
    severity: 'warning',
    confidence: 'medium',
    atFault: { party: 'network' },
    title: 'Lost packets likely delayed svcctl::RCreateServiceW by 4.0 s',
  })
})

inOtherClothes('slow-call', shows)
