import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  working(play, { level: 'privacy' })
}

test('calls at privacy are reported as a limit', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'sealed-stubs')
  expect(finding).toMatchObject({ kind: 'limit' })
})

test('calls at integrity are readable', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'sealed-stubs')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('sealed-stubs', shows)
