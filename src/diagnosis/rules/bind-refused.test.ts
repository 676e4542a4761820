import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'
import { startingAt } from '../../../e2e/generate/scenario'

const shows: Play = (play) => {
  const session = play.rpc()
  session.refuse(session.offer(SVCCTL), 8)
  session.close('server')
}

test('a bind_nak is told with its reason', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'bind-refused')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('security package is not known')
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
  expect(finding!.title).toContain('Kerberos ticket for host/fake.corp')
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

inOtherClothes('bind-refused', shows)
