import { expect, test } from 'vitest'
import { diagnose, found, wrong } from '../../../e2e/diagnosing'

test('a KDC that says so is quoted', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(37, 'host/server1')
  })
  const finding = found(findings, 'clock-skew')
  expect(finding).toMatchObject({ severity: 'warning', confidence: 'high' })
  expect(finding!.title).toContain('clocks')
})

test('another refusal is another matter', async () => {
  const findings = await diagnose((play) => {
    play.ticketRefused(24, 'host/server1')
  })
  expect(found(findings, 'clock-skew')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})
