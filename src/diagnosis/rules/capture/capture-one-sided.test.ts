import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { sentBy } from '../../../testing/scenario'

const shows: Play = (play) => {
  working(play)
}

test('one direction is reported', async () => {
  const findings = await diagnose(shows, (frames, { client }) => sentBy(frames, client))
  const finding = found(findings, 'capture-one-sided')
  expect(finding).toMatchObject({ kind: 'limit' })
})

test('both are not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'capture-one-sided')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('capture-one-sided', shows, { change: (frames, { client }) => sentBy(frames, client) })
