import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'
import { duplicateAll } from '../../../e2e/generate/scenario'

const shows: Play = (play) => {
  working(play)
  working(play)
}

test('packets that were seen twice are told', async () => {
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
