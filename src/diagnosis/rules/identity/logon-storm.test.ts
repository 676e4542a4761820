import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  for (let i = 0; i < 8; i++) {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
    session.close('server')
  }
}

test('refusals in a row are counted', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'logon-storm')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('8 times')
  expect(finding!.title).toContain('CORP\\eve')
})

test('one is no storm', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  })
  expect(found(findings, 'logon-storm')).toBeUndefined()
  expect(wrong(findings)).toContain('logon-refused')
})

// In Negotiate the server of the generator accepts the logon: its 0x721 is then about a message.
inOtherClothes('logon-storm', shows, { except: ['with SPNEGO'] })
