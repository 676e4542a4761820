import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const request = { opnum: 12, stub: new Uint8Array(40) }

/** Calls of one logon, each answered after so many seconds. */
const taking =
  (...seconds: number[]): Play =>
  (play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\ann', 'integrity') })
    for (const wait of seconds) {
      const call = session.request(binding, request)
      session.tcp.acknowledge('server')
      play.wire.wait(wait)
      session.respond(call, returning(0))
    }
    session.close('client')
  }

const shows = taking(5, 0.01, 0.01, 0.01)

test('a first call that waits for the logon is reported as that, and not as a slow method', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'slow-logon')).toMatchObject({ severity: 'warning', confidence: 'medium' })
  expect(found(findings, 'slow-logon')!.title).toContain('likely')
  expect(wrong(findings)).toEqual(['slow-logon'])
})

test('a shorter wait is a note', async () => {
  const findings = await diagnose(taking(1.5, 0.01, 0.01, 0.01))
  expect(found(findings, 'slow-logon')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test.each([
  ['all calls take long', taking(5, 5, 5, 5)],
  ['another call than the first takes long', taking(0.01, 5, 0.01, 0.01)],
  ['nothing follows that could be compared', taking(5)],
])('not where %s', async (_, play) => {
  expect(found(await diagnose(play), 'slow-logon')).toBeUndefined()
})

inOtherClothes('slow-logon', shows, {
  // There the logon is that of SMB, and each call has its own round trips.
  except: ['through a named pipe'],
  lesser: ['slow-call'],
})
