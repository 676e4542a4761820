import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.pipe('winreg', 'CORP\\admin', { create: 0xc0000034 })
}

test('a pipe that does not exist is told by its name', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'pipe-not-opened')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('winreg')
  expect(finding!.title).toContain('not running')
})

test('a pipe that opens is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\admin')
    session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'pipe-not-opened')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('pipe-not-opened', shows)
