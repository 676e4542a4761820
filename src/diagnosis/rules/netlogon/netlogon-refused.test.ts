import { expect, test } from 'vitest'
import { NETLOGON } from '../../../names/well-known'
import { ByteWriter } from '../../../testing/bytes'
import { diagnose, found, type Play, returning, wrong } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'

const INTERFACE = { uuid: NETLOGON, version: '1.0' }
const WITH_AES = 0x612fffff
const WITHOUT_AES = 0x600fffff
/** Captures of the generator begin in June 2010. */
const AFTER_JULY_2025 = (Date.UTC(2025, 8, 1) - Date.UTC(2010, 5, 14)) / 1000

const authenticate =
  (status: number, flags = WITH_AES): Play =>
  (play) => {
    const session = play.rpc()
    const stub = new ByteWriter().u32(0).fill(24).fill(8, 0x5a).u32(flags).take()
    session.call(session.bind(INTERFACE), { opnum: 26, stub }, returning(status))
    session.close('client')
  }

const shows = authenticate(0xc0000022)

test('a computer whose proof is refused likely has another password than the domain', async () => {
  const findings = await diagnose(shows)
  expect(found(findings, 'netlogon-refused')).toMatchObject({
    severity: 'error',
    confidence: 'medium',
    title: 'The computer’s domain password likely differs from the domain’s',
  })
  expect(wrong(findings)).toEqual(['netlogon-refused'])
})

test.each<[number, number, string]>([
  [0xc0000388, WITHOUT_AES, 'The domain controller refused RC4 for the Netlogon channel'],
  [0xc0000388, 0, 'The domain controller refused DES for the Netlogon channel'],
  [0xc0000388, WITH_AES, 'The domain controller refused what the computer offers for the Netlogon channel'],
  [0xc0000022, WITHOUT_AES, 'The domain controller likely refused RC4 for the Netlogon channel'],
  [0xc000018b, WITH_AES, 'The domain has no usable account for this computer'],
])('status 0x%x with flags 0x%x: %s', async (status, flags, title) => {
  const findings = await diagnose(authenticate(status, flags))
  expect(found(findings, 'netlogon-refused')).toMatchObject({ severity: 'error', title })
})

test('a computer that is accepted afterwards has no failure', async () => {
  const findings = await diagnose((play) => {
    shows(play)
    authenticate(0)(play)
  })
  expect(found(findings, 'netlogon-refused')).toMatchObject({ severity: 'note' })
  expect(wrong(findings)).toEqual([])
})

const locates =
  (seconds: number, who = ''): Play =>
  (play) => {
    play.wire.at(seconds)
    const session = play.rpc()
    const binding = session.bind(INTERFACE, who ? { logon: play.logon(who, 'privacy') } : {})
    session.fault(session.request(binding, { opnum: 34, stub: new Uint8Array(40) }), 5)
  }

test('an anonymous call to locate domain controllers is likely denied by the updates of 2025', async () => {
  const findings = await diagnose(locates(AFTER_JULY_2025))
  expect(found(findings, 'netlogon-refused')).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(found(findings, 'netlogon-refused')!.title).toContain('anonymous')
})

test('before them, or with a logon, it is another matter', async () => {
  for (const play of [locates(0), locates(AFTER_JULY_2025, 'CORP\\eve')])
    expect(found(await diagnose(play), 'netlogon-refused')).toBeUndefined()
})

// The return value of this play is little-endian.
inOtherClothes('netlogon-refused', shows, { except: ['by big-endian peers'] })
