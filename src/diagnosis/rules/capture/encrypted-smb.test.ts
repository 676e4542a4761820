import { expect, test } from 'vitest'
import { diagnose, found, type Play, returning, SVCCTL, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  const { session, pipe } = play.pipe('svcctl', 'CORP\\ann', {}, { encrypted: true })
  session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  pipe.close()
  session.close('client')
}

test('encrypted SMB is reported as a limit, with the server', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'encrypted-smb')
  expect(finding).toMatchObject({ kind: 'limit' })
  expect(finding!.explanation).toContain('10.0.0.6')
  expect(wrong(findings)).toEqual([])
})

test('SMB that can be read is no limit', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\ann')
    session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'encrypted-smb')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('encrypted-smb', shows)
