import { expect, test } from 'vitest'
import { NETLOGON } from '../../../names/well-known'
import { ByteWriter } from '../../../testing/bytes'
import { diagnose, found, type Play, returning, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const INTERFACE = { uuid: NETLOGON, version: '1.0' }
const ACCESS_DENIED = 0xc0000022

/** The last fields of NetrServerAuthenticate3: credential and flags. MS-NRPC 3.5.4.4.2. */
function proof(credential: number): Uint8Array<ArrayBuffer> {
  return new ByteWriter().u32(0).fill(24).fill(8, credential).u32(0x612fffff).take()
}

const attempts =
  (count: number, { credential = 0, accepted = false, sealed = false } = {}): Play =>
  (play) => {
    for (let i = 0; i < count; i++) {
      const session = play.rpc()
      const binding = session.bind(INTERFACE, sealed ? { logon: play.logon('CORP\\eve', 'privacy') } : {})
      session.call(binding, { opnum: 4, stub: new Uint8Array(48) }, returning(0))
      const status = accepted && i === count - 1 ? 0 : ACCESS_DENIED
      session.call(binding, { opnum: 26, stub: proof(credential) }, returning(status))
      if (status === 0) session.call(binding, { opnum: 30, stub: new Uint8Array(600) }, returning(0))
      session.close('client')
    }
  }

const shows = attempts(8, { accepted: true })

test('empty credentials until one is accepted are an attack that succeeded', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'zerologon')).toMatchObject({
    severity: 'error',
    confidence: 'high',
    title: 'A client broke the Netlogon credential of a computer account (Zerologon)',
    effect: 'The password of the computer account was set by the client.',
  })
  expect(wrong(findings)).toEqual(['zerologon'])
})

test('a domain controller that refuses them all makes it a warning', async () => {
  const findings = await diagnose(attempts(20))
  expect(found(findings, 'zerologon')).toMatchObject({ severity: 'warning' })
  expect(found(findings, 'zerologon')!.title).toContain('likely')
  expect(wrong(findings)).toEqual(['zerologon'])
})

test('sealed, the number shows it', async () => {
  const findings = await diagnose(attempts(60, { sealed: true }))
  expect(found(findings, 'zerologon')).toMatchObject({ severity: 'warning', confidence: 'medium' })
})

test('a computer with a wrong password is none', async () => {
  const findings = await diagnose(attempts(3, { credential: 0x5a }))
  expect(found(findings, 'zerologon')).toBeUndefined()
  expect(wrong(findings)).toEqual(['netlogon-refused'])
})

inOtherClothes('zerologon', shows)
