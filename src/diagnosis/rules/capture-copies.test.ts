import { expect, test } from 'vitest'
import { diagnose, found, working, wrong } from '../../../e2e/diagnosing'
import { duplicateAll } from '../../../e2e/generate/scenario'

test('packets that were seen twice are told', async () => {
  const findings = await diagnose(
    (play) => {
      working(play)
      working(play)
    },
    (frames) => duplicateAll(frames),
  )
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
