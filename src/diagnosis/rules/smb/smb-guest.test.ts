import { expect, test } from 'vitest'
import { diagnose, found, type Play, working, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.pipe('svcctl', 'CORP\\eve', { guest: true })
}

test('a client that leaves because it was made a guest is an error', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'smb-guest')).toMatchObject({
    severity: 'error',
    title: 'The server made the user a guest, and the client likely refused',
    identities: [{ role: 'let in as guest', name: 'CORP\\eve' }],
  })
  expect(wrong(findings)).toEqual(['smb-guest'])
})

test('a client that gets in as a user afterwards has no failure', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    working(play)
  })
  expect(found(findings, 'smb-guest')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a user who logs on and leaves is no guest', async () => {
  const findings = await diagnose((play) => {
    const { pipe, session } = play.pipe('svcctl', 'CORP\\eve')
    pipe.close()
    session.close('client')
  })
  expect(found(findings, 'smb-guest')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

inOtherClothes('smb-guest', shows)
