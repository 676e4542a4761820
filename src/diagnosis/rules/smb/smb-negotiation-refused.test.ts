import { expect, test } from 'vitest'
import { diagnose, found, type Play, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const refused =
  (negotiate: number): Play =>
  (play) =>
    void play.pipe('svcctl', 'CORP\\eve', { negotiate })

test.each([
  [0xc00000bb, 'Client and server have no later SMB version in common'],
  [0xc000000d, 'The server refused the SMB negotiation'],
])('a negotiation that is answered with 0x%x is an error', async (status, title) => {
  const findings = await diagnose(refused(status))
  expect(found(findings, 'smb-negotiation-refused')).toMatchObject({ severity: 'error', title })
  expect(wrong(findings)).toEqual(['smb-negotiation-refused'])
})

test('a client that gets in by another connection has no failure', async () => {
  const findings = await diagnose((play) => {
    refused(0xc00000bb)(play)
    play.pipe('svcctl', 'CORP\\eve')
  })
  expect(found(findings, 'smb-negotiation-refused')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

test('a negotiation that succeeds is none, and so is one that is cut', async () => {
  expect(
    found(await diagnose((play) => void play.pipe('svcctl', 'CORP\\eve')), 'smb-negotiation-refused'),
  ).toBeUndefined()
  const cut = await diagnose(refused(0xc00000bb), (frames) => frames.slice(0, 4))
  expect(found(cut, 'smb-negotiation-refused')).toBeUndefined()
})

inOtherClothes('smb-negotiation-refused', refused(0xc00000bb))
