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

/** The client asks for so many interfaces, none of which is registered. */
const asksFor =
  (count: number): Play =>
  (play) => {
    for (let at = 0; at < count; at++)
      play.mapEndpoint({ ...SVCCTL, uuid: `367abb81-9844-35f1-ad32-98f0380010${10 + at}` }).close('client')
  }

test('a client that asks for one interface after another probes', async () => {
  const findings = await diagnose(asksFor(8))
  expect(wrong(findings)).toEqual([])
  expect(found(findings, 'endpoint-not-registered')).toMatchObject({
    severity: 'note',
    title: 'The client likely probes which interfaces are registered',
  })
})

test('a few interfaces that are missing are failures', async () => {
  expect(wrong(await diagnose(asksFor(3)))).toEqual(Array(3).fill('endpoint-not-registered'))
})

// The scenario writes its stubs in little-endian order.
inOtherClothes('endpoint-not-registered', shows, { except: ['by big-endian peers'] })
