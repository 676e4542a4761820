import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { duplicateAll } from '../../../testing/scenario'

const shows: Play = (play) => {
  working(play)
  working(play)
}

test('packets that were seen twice are reported', async () => {
  const findings = await diagnose(shows, (frames) => duplicateAll(frames))
  const finding = found(findings, 'capture-copies')
  expect(finding).toMatchObject({ kind: 'limit' })
})

test('and are no loss on the network', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'capture-copies')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('capture-copies', shows, { change: (frames) => duplicateAll(frames) })
