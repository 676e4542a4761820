import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { logon: play.logon('', 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
}

test('an anonymous caller who is denied is reported', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'anonymous-logon')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('without credentials')
})

test('an anonymous caller that is answered is fine', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('', 'connect') })
    session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'anonymous-logon')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('a named user who is denied is another matter', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'anonymous-logon')).toBeUndefined()
  expect(wrong(findings)).toContain('logon-refused')
})

test('a client that then calls the interface with credentials has no failure', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play)
  })
  expect(found(findings, 'anonymous-logon')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('anonymous-logon', shows)
