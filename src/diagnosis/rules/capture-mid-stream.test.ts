import { expect, test } from 'vitest'
import { diagnose, found, working, wrong } from '../../../e2e/diagnosing'
import { startingAt } from '../../../e2e/generate/scenario'

test('a capture without the bind is told as a limit', async () => {
  const findings = await diagnose(
    (play) => {
      working(play)
    },
    (frames) => startingAt(frames, 7),
  )
  const finding = found(findings, 'capture-mid-stream')
  expect(finding).toMatchObject({ kind: 'limit' })
})

test('a whole one is not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'capture-mid-stream')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})
