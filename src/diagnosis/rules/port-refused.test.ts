import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../e2e/diagnosing'
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

test('SMB alone is a warning where nothing else happens, beside RPC a note', async () => {
  const alone = await diagnose((play) => play.refused({ port: 445 }))
  expect(found(alone, 'port-refused')).toMatchObject({ severity: 'warning' })
  const beside = await diagnose((play) => {
    working(play)
    play.refused({ port: 445 })
  })
  expect(found(beside, 'port-refused')).toMatchObject({ severity: 'note' })
})

inOtherClothes('port-refused', shows)
