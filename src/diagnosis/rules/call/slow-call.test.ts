import { expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  const call = session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
  play.wire.wait(8)
  session.respond(call, returning(0))
}

test('a call that takes seconds is remarked', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'slow-call')
  expect(finding).toMatchObject({ severity: 'note' })
  expect(finding!.title).toContain('8.0 s')
})

test('quick calls are not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'slow-call')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('slow-call', shows)
