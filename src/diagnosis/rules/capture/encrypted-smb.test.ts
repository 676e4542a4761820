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

const late = (findings: Awaited<ReturnType<typeof diagnose>>) =>
  findings.find(({ rule, title }) => rule === 'encrypted-smb' && title.includes('likely failed'))

test('a request that is put off and then answered with an error shows by the lengths', async () => {
  const findings = await diagnose((play) => {
    const { session, pipe } = play.pipe('svcctl', 'CORP\\ann', {}, { encrypted: true })
    const binding = session.bind(SVCCTL)
    session.request(binding, { opnum: 12, stub: new Uint8Array(40) })
    pipe.interim()
    play.wire.wait(1)
    pipe.fail(0xc00000b0)
  })
  expect(late(findings)).toMatchObject({ kind: 'limit', confidence: 'medium' })
  expect(late(findings)!.evidence).toHaveLength(3)
  expect(wrong(findings)).toEqual([])
})

test('one that is put off and then answered is none', async () => {
  const findings = await diagnose((play) => {
    const { session, pipe } = play.pipe('svcctl', 'CORP\\ann', {}, { encrypted: true })
    const call = session.request(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) })
    pipe.interim()
    session.respond(call, returning(0))
  })
  expect(late(findings)).toBeUndefined()
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
