import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  play.wire.wait(20)
  session.cancel(call)
  session.fault(call, 0x1c00000d)
}

test('a call that the client gives up is reported with the time', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'cancelled-call')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('cancelled')
  expect(finding!.explanation).toContain('20')
})

test('answered calls are fine', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'cancelled-call')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('cancelled-call', shows)
