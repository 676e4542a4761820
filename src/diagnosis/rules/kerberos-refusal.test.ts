import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  play.ticketRefused(24, 'host/server1')
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { logon: play.logon('CORP\\eve', 'integrity') })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x721)
}

test('a refused ticket before a failing logon is told with it', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'kerberos-refusal')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding!.title).toContain('password is wrong')
})

test('by itself it is a note', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(18, 'host/server1')
  })
  const finding = found(findings, 'kerberos-refusal')
  expect(finding).toMatchObject({ severity: 'note' })
  expect(finding!.title).toContain('locked')
})

test('the usual demand for pre-authentication is none', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(25, 'krbtgt/EXAMPLE.COM')
  })
  expect(found(findings, 'kerberos-refusal')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('kerberos-refusal', shows)
