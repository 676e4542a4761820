import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\old', 'integrity', { version1: true }) })
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
}

test('a response of 24 bytes is remarked', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'ntlm-version-1')
  expect(finding).toMatchObject({ severity: 'note', confidence: 'high' })
  expect(finding!.title).toContain('CORP\\old')
  expect(finding!.title).toContain('version 1')
})

test('where the logon is refused, the rule about that logon is the error', async () => {
  const findings = await diagnose((play) => {
    const session = play.rpc()
    const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity', { version1: true }) })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
  })
  const finding = found(findings, 'ntlm-version-1')
  expect(finding).toMatchObject({ severity: 'note' })
  expect(found(findings, 'logon-refused')).toMatchObject({ severity: 'error' })
})

test('version 2 is fine', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'ntlm-version-1')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('ntlm-version-1', shows)
