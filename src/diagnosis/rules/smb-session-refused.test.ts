import { expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../e2e/diagnosing'
import { inOtherClothes } from '../../../e2e/variants'

const shows: Play = (play) => {
  play.pipe('svcctl', 'CORP\\admin', { sessionSetup: 0xc000006d })
}

test('a session that is refused is told', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'smb-session-refused')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('session setup')
  expect(finding!.title).toContain('STATUS_LOGON_FAILURE')
})

test('a share that is refused is told', async () => {
  const findings = await diagnose((play) => {
    play.pipe('svcctl', 'CORP\\admin', { treeConnect: 0xc0000022 })
  })
  const finding = found(findings, 'smb-session-refused')
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.title).toContain('tree connect')
})

test('the handshake’s "more processing required" is none', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\admin')
    session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'smb-session-refused')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('smb-session-refused', shows)
