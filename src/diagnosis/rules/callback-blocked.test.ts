import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, working, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  working(play)
  play.unanswered({ client: play.server, server: play.client, port: 49300 })
}

test('SYNs from the server to the client without an answer are told', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'callback-blocked')
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding!.title).toContain('call')
  expect(finding!.title).toContain('back')
})

test('a callback that works is fine', async () => {
  const findings = await diagnose((play) => {
    working(play)
    const back = play.rpc({ client: play.server, server: play.client, port: 49300 })
    back.call(back.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'callback-blocked')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('callback-blocked', shows)
