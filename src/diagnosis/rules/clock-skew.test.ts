import { expect, test } from 'vitest'
import { diagnose, found, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  play.ticketRefused(37, 'host/server1')
}

test('a KDC that says so is quoted', async () => {
  const findings = await diagnose(shows)
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

inOtherClothes('clock-skew', shows)
