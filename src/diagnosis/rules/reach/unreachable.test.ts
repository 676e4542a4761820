import { expect, test } from 'vitest'
import { diagnose, found, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.undeliverable(play.router.version === 6 ? 1 : 13, play.router, { port: 135 })
}

test('a router that forbids is named', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'unreachable')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('10.0.0.1')
  expect(finding!.title).toContain('135')
})

test('about another port it is nobody’s matter here', async () => {
  const findings = await diagnose((play) => {
    play.undeliverable(13, play.router, { port: 8080 })
  })
  expect(found(findings, 'unreachable')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('unreachable', shows)
