import { expect, test } from 'vitest'
import { diagnose, found, working, wrong } from '../../../e2e/diagnosing'
import { sentBy } from '../../../e2e/generate/scenario'

test('one direction is told', async () => {
  const findings = await diagnose(
    (play) => {
      working(play)
    },
    (frames, { client }) => sentBy(frames, client),
  )
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
