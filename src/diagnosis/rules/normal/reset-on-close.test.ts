import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  working(play).session.tcp.reset('client')
}

test('a reset with nothing outstanding is normal', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'reset-on-close')
  expect(finding).toMatchObject({ kind: 'normal' })
  expect(finding!.title).toContain('reset')
})

test('a reset under a call is not', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    session.tcp.acknowledge('server')
    session.tcp.reset('server')
  })
  expect(found(findings, 'reset-on-close')).toBeUndefined()
  expect(wrong(findings)).toContain('connection-lost')
})

inOtherClothes('reset-on-close', shows)
