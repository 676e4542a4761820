import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { cutTo, extendedError, type Scenario, startingAt } from '../../../testing/scenario'
import type { Binding, Offer } from '../../../testing/captures/rpc/session'

const shows: Play = (play) => {
  const session = play.rpc()
  session.refuse(session.offer(SVCCTL), 8)
  session.close('server')
}

test('a bind_nak is reported with its reason', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'bind-refused')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('does not know the security package')
})

test('a server that answers the same client on another connection makes it a note', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play)
  })
  expect(found(findings, 'bind-refused')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a client that sends what is no bind again and again probes', async () => {
  const probes = (times: number) =>
    diagnose((play) => {
      for (let sent = 0; sent < times; sent++) {
        const session = play.rpc({ port: 135 })
        session.tcp.send('client', Uint8Array.of(0, 0, 0, 4, 0x80, 0x2e, 1, 0))
        // A bind_nak: version 5.0, both flags, little-endian, 24 bytes, call 1, reason 4, versions 1: 5.0.
        session.tcp.send(
          'server',
          Uint8Array.of(5, 0, 13, 3, 16, 0, 0, 0, 24, 0, 0, 0, 1, 0, 0, 0, 4, 0, 1, 5, 0, 0, 0, 0),
        )
        session.tcp.reset('server')
      }
    })
  expect(wrong(await probes(3))).toEqual([])
  expect(found(await probes(3), 'bind-refused')).toMatchObject({ severity: 'note' })
  expect(wrong(await probes(1))).toEqual(['bind-refused'])
})

test('an association group that only the server named is not blamed', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    session.refuse(session.offer(SVCCTL), 0)
  })
  expect(found(findings, 'bind-refused')!.title).toBe('The server refused the bind: no reason given')
})

test('an accepted bind is fine', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'bind-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a bind with a ticket that is refused without a reason points to the ticket', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const logon = play.logon('CORP\\eve', 'integrity', { package: 'kerberos', targetName: 'host/fake.corp' })
    session.refuse(session.offer(SVCCTL, { logon }), 0)
  })
  const finding = found(findings, 'bind-refused')
  expect(finding).toMatchObject({ confidence: 'medium' })
  expect(finding!.title).toBe('The server refused the bind, likely because of its Kerberos ticket')
})

const reason = { computer: 'SERVER1', processId: 572, fileTime: 0n, component: 2, parameters: [] }

test('extended error information in the bind_nak is quoted instead of a guess', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc({ associationGroup: 7 })
    const error = extendedError({ ...reason, status: 0x6c6, detectionLocation: 55 })
    session.refuse(session.offer(SVCCTL), 0, error)
  })
  const finding = found(findings, 'bind-refused')!
  expect(finding).toMatchObject({ confidence: 'high' })
  expect(finding.title).toMatch(/refused the bind: malformed bind request$/)
  expect(finding.explanation).toContain('on SERVER1, process 572')
  expect(finding.layers[0]).toMatchObject({ layer: 'server (extended error information)', code: '0x000006c6' })
  expect(finding.wouldHelp).toBeUndefined()
})

test('that the association group is not known is sure where the server says so', async () => {
  const play = (extended?: Uint8Array) => (scenario: Scenario) => {
    const session = scenario.rpc({ associationGroup: 7 })
    session.refuse(session.offer(SVCCTL), 0, extended)
  }
  const error = extendedError({ ...reason, status: 0x6c6, detectionLocation: 80 })
  expect(found(await diagnose(play()), 'bind-refused')).toMatchObject({ confidence: 'medium' })
  const finding = found(await diagnose(play(error)), 'bind-refused')!
  expect(finding).toMatchObject({ confidence: 'high' })
  expect(finding.title).toMatch(/: its association group does not exist$/)
  expect(finding.advice.join()).toContain('load balancer')
})

test('a bind_nak that is cut within its extended error information is reported without it', async () => {
  const findings = await diagnose(
    (play) => {
      const session = play.rpc()
      session.refuse(session.offer(SVCCTL), 8, extendedError({ ...reason, status: 5, detectionLocation: 60 }))
    },
    (frames) => cutTo(frames, 100),
  )
  expect(found(findings, 'bind-refused')!.title).toContain('does not know the security package')
})

test('without the handshake in the capture', async () => {
  const findings = await diagnose(
    (play) => {
      const session = play.rpc()
      session.refuse(session.offer(SVCCTL), 2)
    },
    (frames) => startingAt(frames, 3),
  )
  const finding = found(findings, 'bind-refused')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('resources')
})

test('a second bind on a bound connection is named as such', async () => {
  const findings = await diagnose((play) => {
    const { session } = working(play)
    session.refuse({ callId: 7, first: true } as Offer, 0)
  })
  expect(found(findings, 'bind-refused')).toMatchObject({
    severity: 'error',
    atFault: { party: 'client' },
    title: 'The server refused a second bind on the connection',
  })
})

test('so is a request where no bind was sent', async () => {
  const asks: Play = (play) => {
    const session = play.rpc()
    session.request({ contextId: 0 } as Binding, { opnum: 12, stub: new Uint8Array(40) })
    session.refuse({ callId: 1, first: true } as Offer, 4)
  }
  expect(found(await diagnose(asks), 'bind-refused')!.title).toBe(
    'The client left the bind out, and the server refused',
  )
  // A capture that starts within the connection may have missed it.
  const late = found(await diagnose(asks, (frames) => startingAt(frames, 4)), 'bind-refused')!
  expect(late.title).toContain('protocol error')
})

inOtherClothes('bind-refused', shows)
