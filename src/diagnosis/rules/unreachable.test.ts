import { expect, test } from 'vitest'
import { diagnose, found, wrong } from '../../../e2e/diagnosing'
import { Host } from '../../../e2e/generate/scenario'

test('a router that forbids is named', async () => {
  const findings = await diagnose((play) => {
    play.undeliverable(13, new Host({ address: '10.0.0.1' }), { port: 135 })
  })
  const finding = found(findings, 'unreachable')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high' })
  expect(finding!.title).toContain('10.0.0.1')
  expect(finding!.title).toContain('135')
})

test('about another port it is nobody’s matter here', async () => {
  const findings = await diagnose((play) => {
    play.undeliverable(13, new Host({ address: '10.0.0.1' }), { port: 8080 })
  })
  expect(found(findings, 'unreachable')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})
