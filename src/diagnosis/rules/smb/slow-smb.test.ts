import { expect, test } from 'vitest'
import { diagnose, found, type Play, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.pipe('svcctl', 'CORP\\eve', { slowLogon: 6 })
}

test('a logon that the server checks for seconds is a warning', async () => {
  const findings = await diagnose(shows)
  expect(wrong(findings)).toEqual(['slow-smb'])
  expect(found(findings, 'slow-smb')!.title).toMatch(/^The server took 6\.0 s to log on .*eve$/)
})

test('so is a pipe that opens late', async () => {
  const findings = await diagnose((play) => void play.pipe('svcctl', 'CORP\\eve', { slowCreate: 8 }))
  expect(wrong(findings)).toEqual(['slow-smb'])
  expect(found(findings, 'slow-smb')!.title).toBe('The server took 8.0 s to open the pipe svcctl')
})

test('so is a negotiation that is answered late', async () => {
  const findings = await diagnose((play) => void play.pipe('svcctl', 'CORP\\eve', { slowNegotiate: 8 }))
  expect(wrong(findings)).toEqual(['slow-smb'])
  expect(found(findings, 'slow-smb')!.title).toBe('The server took 8.0 s to answer the SMB negotiation')
  const sooner = await diagnose((play) => void play.pipe('svcctl', 'CORP\\eve', { slowNegotiate: 4 }))
  expect(wrong(sooner)).toEqual([])
  expect(found(sooner, 'slow-smb')).toMatchObject({ severity: 'note' })
})

test('a logon that waits for the end of an earlier session cites the frame that ends the wait', async () => {
  const findings = await diagnose((play) => {
    const { pipe } = play.pipe('samr', 'CORP\\eve')
    play.pipe('svcctl', 'CORP\\eve', { slowLogon: 6, expiresEarlier: pipe })
  })
  const finding = found(findings, 'slow-smb')!
  expect(wrong(findings)).toEqual(['slow-smb'])
  expect(finding.evidence.map(({ note }) => note)).toContain(
    'the server ends an earlier session: STATUS_NETWORK_SESSION_EXPIRED',
  )
  expect(finding.atFault).toMatchObject({ text: 'likely the earlier session, which the server ended first' })
  expect(found(await diagnose(shows), 'slow-smb')!.explanation).not.toContain('earlier session')
})

test('a second is none', async () => {
  const findings = await diagnose(
    (play) => void play.pipe('svcctl', 'CORP\\eve', { slowNegotiate: 1, slowLogon: 1, slowCreate: 1 }),
  )
  expect(wrong(findings)).toEqual([])
})

test('a logon that is refused late is a refusal', async () => {
  const findings = await diagnose(
    (play) => void play.pipe('svcctl', 'CORP\\eve', { slowLogon: 6, sessionSetup: 0xc000006d }),
  )
  expect(wrong(findings)).toEqual(['smb-session-refused'])
})

inOtherClothes('slow-smb', shows)
