import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  working(play)
  working(play, { level: 'connect' })
}

test('connect level after integrity is remarked', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'level-downgrade')
  expect(finding).toMatchObject({ severity: 'note' })
  expect(finding!.title).toBe('svcctl is called in the clear, after protected calls')
  expect(finding!.explanation).toContain('at level connect')
  expect(finding!.explanation).toContain('packet integrity')
})

test('an interface that changes the system, in the clear without anything stronger before, is remarked', async () => {
  const findings = await diagnose((play) => {
    working(play, { level: 'connect' })
  })
  expect(found(findings, 'level-downgrade')).toMatchObject({ severity: 'note' })
  expect(found(findings, 'level-downgrade')!.title).toContain('in the clear')
})

test('the same level twice is fine', async () => {
  const findings = await diagnose((play) => {
    working(play)
    working(play)
  })
  expect(found(findings, 'level-downgrade')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('level-downgrade', shows)
