import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { FEATURES, NDR32 } from '../../../testing/scenario'

const shows: Play = (play) => {
  const session = play.rpc()
  const binding = session.bind(SVCCTL, { transfers: [NDR32, FEATURES] })
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(0))
}

test('negotiate ack is normal', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'bind-time-features')
  expect(finding).toMatchObject({ kind: 'normal' })
  expect(finding!.title).toContain('Negotiate ACK')
})

test('without an offer there is none', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'bind-time-features')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('bind-time-features', shows)
