import { expect, test } from 'vitest'
import { diagnose, found, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  play.refused({ port: 135 })
}

test('a RST from port 135 is told', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'port-refused')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('135')
})

test('a port that is no RPC is not', async () => {
  const findings = await diagnose((play) => {
    play.refused({ port: 8080 })
  })
  expect(found(findings, 'port-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('port-refused', shows)
