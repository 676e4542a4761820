import { expect, test } from 'vitest'
import { diagnose, found, wrong } from '../../../e2e/diagnosing'

test('an activation that is answered with access denied proves the logon and names the right', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80070005 })
    session.close('client')
  })
  const finding = found(findings, 'activation-refused')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('CORP\\eve')
  expect(finding!.title).toContain('activation')
})

test('an activation that succeeds is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0 })
    session.close('client')
  })
  expect(found(findings, 'activation-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('another error is another matter', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80040154 })
    session.close('client')
  })
  expect(found(findings, 'activation-refused')).toBeUndefined()
  expect(wrong(findings)).toContain('activation-failed')
})

test('over IPv6', async () => {
  const findings = await diagnose(
    (play) => {
      const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80070005 })
      session.close('client')
    },
    (frames) => frames,
    { ipv6: true },
  )
  const finding = found(findings, 'activation-refused')
  expect(finding).toMatchObject({ severity: 'error' })
})
