import { expect, test } from 'vitest'
import { diagnose, found, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80040154 })
  session.close('client')
}

test('a class that is not registered is told', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'activation-failed')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('not registered')
})

test('COM+ that is off is told with its registry value', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0x80004027 })
    session.close('client')
  })
  const finding = found(findings, 'activation-failed')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('COM+')
})

test('an activation that succeeds is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'integrity'), hresult: 0 })
    session.close('client')
  })
  expect(found(findings, 'activation-failed')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('sealed, nothing can be said', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.activate({ logon: play.logon('CORP\\eve', 'privacy'), hresult: 0x80040154 })
    session.close('client')
  })
  expect(found(findings, 'activation-failed')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

// The scenario writes its stubs in little-endian order.
inOtherClothes('activation-failed', shows, { except: ['by big-endian peers'] })
