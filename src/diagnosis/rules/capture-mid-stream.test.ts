import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'
import { startingAt } from '../../../e2e/generate/scenario'

const shows: Play = (play) => {
  working(play)
}

test('a capture without the bind is told as a limit', async () => {
  const findings = await diagnose(shows, (frames) => startingAt(frames, 7))
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

// Through a pipe the bind comes later than the frame at which this capture starts.
inOtherClothes('capture-mid-stream', shows, {
  change: (frames) => startingAt(frames, 7),
  except: ['through a named pipe'],
})
