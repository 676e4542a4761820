import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { logon: play.logon('', 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
}

test('nobody who is denied is told', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'anonymous-logon')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('nobody')
})

test('nobody who is answered is fine', async () => {
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

inOtherClothes('anonymous-logon', shows)
