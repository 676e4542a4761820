import { expect, test } from 'vitest'
import { diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.pipe('svcctl', 'CORP\\eve', { dropsLogon: true })
}

test('a server that closes instead of answering the logon is an error, likely NTLM', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'smb-logon-dropped')).toMatchObject({
    severity: 'error',
    confidence: 'medium',
    title: 'The server closed the connection during the logon, likely NTLM is off',
  })
  expect(wrong(findings)).toEqual(['smb-logon-dropped'])
})

test('a client that gets in afterwards has no failure', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play, { who: 'CORP\\eve' })
  })
  expect(found(findings, 'smb-logon-dropped')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a logon that is answered with an error, or that the client ends, is another matter', async () => {
  const answered = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\eve', { sessionSetup: 0xc000006d })
    session.close('server')
  })
  expect(found(answered, 'smb-logon-dropped')).toBeUndefined()
  const left = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\eve', { leaves: true })
    session.close('server')
  })
  expect(found(left, 'smb-logon-dropped')).toBeUndefined()
})

inOtherClothes('smb-logon-dropped', shows)
