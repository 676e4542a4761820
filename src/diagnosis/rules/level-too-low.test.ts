import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  const { session, binding } = working(play, {
    abstract: { uuid: '76f03f96-cdfd-44fc-a22c-64950a001209', version: '1.0' },
  })
  session.fault(session.request(binding, { opnum: 0, stub: new Uint8Array(40) }), 5)
}

test('printing below privacy is told', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'level-too-low')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('privacy')
})

test('at privacy it is something else', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play, { level: 'privacy' })
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'level-too-low')).toBeUndefined()
  expect(wrong(findings)).toContain('access-denied')
})

inOtherClothes('level-too-low', shows)
