import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play, { who: '' })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
}

test('a call without logon that is denied is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'unauthenticated-call')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding!.title).toContain('without a logon')
})

test('with a logon it is something else', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'unauthenticated-call')).toBeUndefined()
  expect(wrong(findings)).toContain('access-denied')
})

test('a client that then logs on and is answered has no failure', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    const session = play.rpc({ port: 49160 })
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'integrity') })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'unauthenticated-call')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('where the bind is missing it is not known', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play, { who: '' })
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
    },
    (frames) => startingAt(frames, 5),
  )
  expect(found(findings, 'unauthenticated-call')).toBeUndefined()
  expect(wrong(findings)).toContain('access-denied')
})

// The SMB session lends its logon to the calls.
inOtherClothes('unauthenticated-call', shows, { except: ['through a named pipe'] })
