import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, binding } = working(play, { who: 'SERVER1\\operator' })
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
}

test('a local account that is denied is asked about', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'remote-token-filter')
  expect(finding).toMatchObject({ severity: 'note', confidence: 'low' })
  expect(finding!.title).toContain('operator')
})

test('a domain account is not', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 5)
  })
  expect(found(findings, 'remote-token-filter')).toBeUndefined()
  expect(wrong(findings)).toContain('access-denied')
})

inOtherClothes('remote-token-filter', shows)
