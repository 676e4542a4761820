import { describe, expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { cutTo, startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c01000b)
}

test('a fault 0x1c01000b is reported, with the method and the server', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'protocol-error')
  expect(finding).toMatchObject({ kind: 'finding', streams: [0] })
  expect(finding!.title).toContain('svcctl::')
  expect(finding!.title).not.toContain('10.0.0.6')
  expect(finding!.explanation).toContain('from 10.0.0.15 to 10.0.0.6')
})

test('a healthy connection is not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'protocol-error')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

describe('a pipe that the server takes down', () => {
  const request = { opnum: 12, stub: new Uint8Array(40) }
  const broken =
    (seconds: number): Play =>
    (play) => {
      const { session, pipe } = play.pipe('svcctl', 'CORP\\admin')
      const binding = session.bind(SVCCTL)
      session.fault(session.request(binding, request), 0x1c01000b)
      play.wire.wait(seconds)
      session.request(binding, request)
      pipe.fail(0xc00000b0)
    }

  test('right after the fault is its consequence', async () => {
    expect(wrong(await diagnose(broken(0.1)))).toEqual(['protocol-error'])
  })

  test('long after the fault is a failure of its own', async () => {
    expect(wrong(await diagnose(broken(60)))).toEqual(['protocol-error', 'pipe-died'])
  })
})

test('it is reported as well where the capture starts after the bind', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c01000b)
    },
    (frames) => startingAt(frames, 7),
  )
  const finding = found(findings, 'protocol-error')
  expect(finding).toMatchObject({ kind: 'finding' })
})

test('where a cut hides who called, a logon just before it may be what was refused', async () => {
  const findings = await diagnose(
    (play) => {
      const session = play.rpc()
      const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(400) }), 0x1c01000b)
    },
    (frames) => cutTo(frames, 400),
  )
  const finding = found(findings, 'protocol-error')
  expect(finding).toMatchObject({ confidence: 'medium' })
  expect(finding!.title).toContain('likely because it refused the logon')
})

test('two calls at once without multiplexing are no refused logon', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'integrity') })
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c01000b)
    session.close('server')
  })
  expect(found(findings, 'protocol-error')).toMatchObject({ severity: 'error' })
  expect(found(findings, 'logon-refused')).toBeUndefined()
})

test('the close that follows, and what it leaves unanswered, is its consequence', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c01000b)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.close('server')
  })
  expect(findings[0]!.rule).toBe('protocol-error')
  expect(found(findings, 'connection-lost')).toMatchObject({ mutedBy: 'protocol-error' })
})

test('a fault that answers an alter_context says so', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    const { callId, firstContextId } = session.offer(SVCCTL)
    session.fault({ callId, contextId: firstContextId }, 0x1c01000b)
  })
  expect(found(findings, 'protocol-error')!.title).toMatch(/protocol error: the alter_context$/)
})

inOtherClothes('protocol-error', shows)
