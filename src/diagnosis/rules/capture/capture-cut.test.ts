import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { cutTo } from '../../../testing/scenario'

const shows: Play = (play) => {
  working(play)
}

test('cut frames are reported with the length', async () => {
  const findings = await diagnose(shows, (frames) => cutTo(frames, 128))
  const finding = found(findings, 'capture-cut')
  expect(finding).toMatchObject({ kind: 'limit' })
  expect(finding!.title).toContain('128 bytes')
})

test('whole ones are not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'capture-cut')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('capture-cut', shows, { change: (frames) => cutTo(frames, 128) })
