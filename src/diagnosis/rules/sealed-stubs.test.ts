import { expect, test } from 'vitest'
import { diagnose, found, working, wrong } from '../../../e2e/diagnosing'

test('calls at privacy are told as a limit', async () => {
  const findings = await diagnose((play) => {
    working(play, { level: 'privacy' })
  })
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
