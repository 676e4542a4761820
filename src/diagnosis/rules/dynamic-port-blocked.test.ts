import { expect, test } from 'vitest'
import { diagnose, found, SVCCTL, working, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'
import { cutTo } from '../../../e2e/generate/scenario'

const shows: Play = (play) => {
  play.mapEndpoint(SVCCTL, 49200).close('client')
  play.unanswered({ port: 49200 })
}

test('a mapped port that does not answer is told with the interface', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'dynamic-port-blocked')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('49200')
  expect(finding!.title).toContain('svcctl')
})

test('a mapped port that answers is fine', async () => {
  const findings = await diagnose((play) => {
    play.mapEndpoint(SVCCTL, 49200).close('client')
    working(play, { port: 49200 })
  })
  expect(found(findings, 'dynamic-port-blocked')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('with the answer cut away it is still likely', async () => {
  const findings = await diagnose(
    (play) => {
      play.mapEndpoint(SVCCTL, 49200).close('client')
      play.unanswered({ port: 49200 })
    },
    (frames) => cutTo(frames, 100),
  )
  const finding = found(findings, 'dynamic-port-blocked')
  expect(finding).toMatchObject({ confidence: 'medium' })
  expect(finding!.title).toContain('49200')
})

inOtherClothes('dynamic-port-blocked', shows)
