import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { duplicateAll } from '../../../testing/impair'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.unanswered({ port: 135 })
}

test('SYNs to 135 without any answer are reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'port-unanswered')
  expect(finding).toMatchObject({ severity: 'error', executed: 'no' })
  expect(finding!.title).toContain('135')
  expect(finding!.explanation).toContain('10.0.0.6')
})

test('a port that is no RPC is not', async () => {
  const findings = await diagnose((play) => {
    play.unanswered({ port: 8080 })
  })
  expect(found(findings, 'port-unanswered')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a port that answers seconds later is a warning', async () => {
  const findings = await diagnose((play) => {
    play.unanswered({ port: 135 })
    working(play, { port: 135 })
  })
  const finding = found(findings, 'port-unanswered')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('answered only after')
})

/** The server's answers carry another address, and the client resets them. They acknowledge the SYN, or what is no part of it. */
const fromElsewhere =
  (isReset = true, beside = 0): Play =>
  (play) => {
    const clientPort = 50123
    const connection = play.tcp({ port: 135, clientPort })
    const { sequence } = connection.synchronize('client')
    const clientSequence = (sequence + 1 + beside) >>> 0
    const elsewhere = play.tcp({ port: 135, clientPort, server: play.router, clientSequence })
    for (let pause = 1; pause < 8; pause *= 2) {
      elsewhere.synchronize('server', pause > 1)
      if (isReset) elsewhere.reset('client')
      play.wire.wait(pause)
      connection.synchronize('client', true)
    }
  }

test.each([true, false])('an acceptance by another address is the cause (rejected: %s)', async (isReset) => {
  const findings = await diagnose(fromElsewhere(isReset))
  const finding = found(findings, 'port-unanswered')
  expect(finding).toMatchObject({
    severity: 'error',
    confidence: 'high',
    title: 'Another address answered the connection to port 135 (endpoint mapper)',
  })
  expect(finding!.evidence.some(({ note }) => note === '10.0.0.1 accepts instead of 10.0.0.6')).toBe(true)
  expect(wrong(findings)).toEqual(['port-unanswered'])
})

test('an acceptance that acknowledges another number answers another SYN', async () => {
  const findings = await diagnose(fromElsewhere(true, 7))
  expect(found(findings, 'port-unanswered')!.title).toBe('The server did not answer on port 135 (endpoint mapper)')
})

test('an acceptance that another host gave to its own client says nothing about the silent one', async () => {
  const findings = await diagnose((play) => {
    const other = play.tcp({ port: 135, server: play.router })
    other.synchronize('server')
    play.unanswered({ port: 135 })
  })
  expect(found(findings, 'port-unanswered')!.title).toBe('The server did not answer on port 135 (endpoint mapper)')
})

test('one SYN at the end of the capture says nothing', async () => {
  const findings = await diagnose((play) => {
    play.unanswered({ port: 135 }, 0)
  })
  expect(found(findings, 'port-unanswered')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('SMB alone is an error where nothing else happens, beside RPC or other work a note', async () => {
  const alone = await diagnose((play) => play.unanswered({ port: 445 }))
  expect(found(alone, 'port-unanswered')).toMatchObject({ severity: 'error' })
  const busy = await diagnose((play) => {
    play.tcp({ port: 443, server: play.router }).open()
    play.unanswered({ port: 445 })
  })
  expect(found(busy, 'port-unanswered')).toMatchObject({ severity: 'note' })
  const beside = await diagnose((play) => {
    working(play)
    play.unanswered({ port: 445 })
  })
  expect(found(beside, 'port-unanswered')).toMatchObject({ severity: 'note' })
})

test('a silent address that a name led to is reported with the name', async () => {
  const finding = found(
    await diagnose((play) => {
      play.lookUp('oldname.corp.example', [play.server.address])
      play.unanswered({ port: 135 })
    }),
    'port-unanswered',
  )!
  expect(finding.explanation).toContain('as the address of oldname.corp.example')
})

test('copies of one SYN are one SYN', async () => {
  const findings = await diagnose(
    (play) => {
      play.tcp({ port: 135 }).synchronize('client')
      play.wire.wait(5)
      working(play)
    },
    (frames) => duplicateAll(frames),
  )
  expect(found(findings, 'port-unanswered')).toBeUndefined()
})

test('ports 445 and 139 of one server, tried at once, are one failure', async () => {
  const findings = await diagnose((play) => {
    play.unanswered({ port: 445 })
    play.unanswered({ port: 139 })
  })
  expect(wrong(findings)).toEqual(['port-unanswered'])
  expect(found(findings, 'port-unanswered')!.title).toContain('445')
})

test('port 139 alone is a failure of its own', async () => {
  const findings = await diagnose((play) => play.unanswered({ port: 139 }))
  expect(wrong(findings)).toEqual(['port-unanswered'])
})

inOtherClothes('port-unanswered', shows)
