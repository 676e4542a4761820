import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  working(play)
}

test('an AUTH3 that a later call proves is normal', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'auth3-without-answer')
  expect(finding).toMatchObject({ kind: 'normal' })
  expect(finding!.title).toContain('by design')
})

test('one after which the call fails is not', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  })
  expect(found(findings, 'auth3-without-answer')).toBeUndefined()
  expect(wrong(findings)).toContain('logon-refused')
})

// Such a logon ends with an answered message.
inOtherClothes('auth3-without-answer', shows, { except: ['with SPNEGO'] })
