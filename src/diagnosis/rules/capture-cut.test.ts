import { expect, test } from 'vitest'
import { diagnose, found, working, wrong } from '../../../e2e/diagnosing'
import { cutTo } from '../../../e2e/generate/scenario'

test('cut frames are told with the length', async () => {
  const findings = await diagnose(
    (play) => {
      working(play)
    },
    (frames) => cutTo(frames, 128),
  )
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
