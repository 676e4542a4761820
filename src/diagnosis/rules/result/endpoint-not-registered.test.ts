import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.mapEndpoint(SVCCTL).close('client')
}

test('an interface that is not registered is named', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'endpoint-not-registered')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('svcctl')
})

test('one that is registered is fine', async () => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL, 49200).close('client')
  })
  expect(found(findings, 'endpoint-not-registered')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('one that is registered a moment later is a note', async () => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL).close('client')
    play.mapEndpoint(SVCCTL, 49200).close('client')
  })
  const finding = found(findings, 'endpoint-not-registered')
  expect(finding).toMatchObject({ severity: 'note' })
})

// The scenario writes its stubs in little-endian order.
inOtherClothes('endpoint-not-registered', shows, { except: ['by big-endian peers'] })
