import { expect, test } from 'vitest'
import { diagnose, found, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'
import { Host } from '../../../e2e/generate/scenario'

const shows: Play = (play) => {
  play
    .activate({ logon: play.logon('CORP\\a', 'integrity'), addresses: ['172.16.9.9'], exporterPort: 49300 })
    .session.close('client')
  play.unanswered({ port: 49300, server: new Host({ address: '172.16.9.9' }) })
}

test('bindings that name other addresses than the one in use are told', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'unusable-binding')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('172.16.9.9')
})

test('bindings that hold the address in use are fine', async () => {
  const findings = await diagnose((play) => {
    play.activate({ logon: play.logon('CORP\\a', 'integrity') }).session.close('client')
  })
  expect(found(findings, 'unusable-binding')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('unusable-binding', shows)
