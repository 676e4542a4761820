// Ways to a Kerberos session: the user's password or key, the krbtgt's key, the service's key; over RPC and in SMB session setup.
import { pbkdf2Sync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Key } from '../../../testing/captures/security/kerberos-cipher'
import { kdcMessages } from '../../../testing/captures/security/sealed-kdc'
import { SealedKerberos } from '../../../testing/captures/security/sealed-kerberos'
import { I_OBJECT_EXPORTER, NDR32, Scenario } from '../../../testing/scenario'
import { stringToKey } from '../../../unseal/kerberos/kerberos-crypto'
import { logonExplanation } from '../../../unseal/logon'
import { passwordSecret, type Secrets } from '../../../unseal/secrets/secrets'
import { pbkdf2Sha1 } from '../../../unseal/primitives/sha1'
import { Analysis } from '../analysis'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))
const PASSWORD = 'Grüße, 密码'
const SALT = 'EXAMPLE.COMalice'
const SERVICE = { name: 'host/server1.example.com', realm: 'EXAMPLE.COM' }
const ETYPES = [17, 18, 19, 20, 23]
const keyOf = (etype: number, seed: number) => ({
  etype,
  key: Uint8Array.from({ length: etype === 18 || etype === 20 ? 32 : 16 }, (_, i) => i * seed + etype),
})

async function read(capture: Uint8Array, secrets: Partial<Secrets>) {
  const analysis = await Analysis.start(module, { accounts: [], keys: [], smbKeys: [], ...secrets })
  analysis.feed(capture)
  analysis.end()
  return analysis.unsealing!.logons
}

function sealedLogon(etype: number, spnego = false): SealedKerberos {
  const options = { service: SERVICE, serviceKey: keyOf(etype, 5), client: 'alice', level: 'privacy' as const }
  return new SealedKerberos({ ...options, spnego, contextId: 0, seed: 'x', time: 1.6e15 })
}

/** Both exchanges with the KDC, then three calls under the ticket. */
function withKdc(
  etype: number,
  { subkey = true, iterations, armor }: { subkey?: boolean; iterations?: number; armor?: Key } = {},
) {
  const scenario = new Scenario()
  const logon = sealedLogon(etype)
  const userKey = { etype, key: stringToKey(etype, PASSWORD, SALT, iterations) }
  const options = { userKey, salt: SALT, krbtgtKey: keyOf(etype, 7), subkey, ...(armor && { armor }) }
  scenario.askKdc(kdcMessages(logon, { ...options, ...(iterations !== undefined && { iterations }) }))
  const session = scenario.rpc({ signsHeaders: true })
  const binding = session.bind(I_OBJECT_EXPORTER, {
    logon: { level: 'privacy', context: () => logon },
    transfers: [NDR32],
  })
  for (let call = 0; call < 3; call++)
    session.call(binding, { opnum: 99, stub: new Uint8Array(50) }, new Uint8Array(99))
  return { capture: scenario.capture(), userKey }
}

const OPENED = [
  expect.objectContaining({ user: 'alice', domain: 'EXAMPLE.COM', secret: 'right', sealed: 6, opened: 6, failed: 0 }),
]

test.each(ETYPES)('etype %i: password, user key, krbtgt key and service key each open the session', async (etype) => {
  const { capture, userKey } = withKdc(etype)
  const keyed = (principal: string, key: { etype: number; key: Uint8Array }) => ({ keys: [{ principal, ...key }] })
  expect(await read(capture, { accounts: [passwordSecret(PASSWORD)] })).toEqual(OPENED)
  expect(await read(capture, { accounts: [passwordSecret(PASSWORD, { user: 'EXAMPLE\\Alice' })] })).toEqual(OPENED)
  expect(await read(capture, keyed('alice@EXAMPLE.COM', userKey))).toEqual(OPENED)
  expect(await read(capture, keyed('', userKey))).toEqual(OPENED)
  expect(await read(capture, keyed('krbtgt/EXAMPLE.COM@EXAMPLE.COM', keyOf(etype, 7)))).toEqual(OPENED)
  expect(await read(capture, keyed('HOST/server1.example.com@EXAMPLE.COM', keyOf(etype, 5)))).toEqual(OPENED)
})

test.each(ETYPES)('etype %i, armored exchanges whose replies hide the client (FAST): opened as well', async (etype) => {
  const { capture, userKey } = withKdc(etype, { armor: keyOf(etype, 11) })
  const krbtgt = { principal: 'krbtgt/EXAMPLE.COM@EXAMPLE.COM', ...keyOf(etype, 7) }
  expect(await read(capture, { keys: [krbtgt] })).toEqual(OPENED)
  // The user's key opens the reply under the armor, and without the armor it proves nothing.
  const found = async (keys: Secrets['keys']) => {
    const analysis = await Analysis.start(module, { accounts: [], keys, smbKeys: [] })
    analysis.feed(capture)
    analysis.end()
    return analysis.unsealing!.foundKeys.found.map(({ principal }) => principal)
  }
  const user = { principal: 'alice@EXAMPLE.COM', ...userKey }
  expect(await found([user, krbtgt])).toContain('alice@EXAMPLE.COM')
  expect(await found([user])).toEqual([])
  // That is not the fault of the user's key.
  expect(await read(capture, { keys: [user] })).toMatchObject([{ secret: 'none', untried: 'armored', opened: 0 }])
})

test('a TGS-REQ without subkey, and a count of iterations that the KDC names', async () => {
  const accounts = [passwordSecret(PASSWORD)]
  expect(await read(withKdc(18, { subkey: false }).capture, { accounts })).toEqual(OPENED)
  expect(await read(withKdc(17, { iterations: 1000 }).capture, { accounts })).toEqual(OPENED)
})

test('a wrong password of the user is wrong, another user’s is for another account', async () => {
  const { capture } = withKdc(18)
  const verdict = async (secrets: Partial<Secrets>) => (await read(capture, secrets)).map(({ secret }) => secret)
  expect(await verdict({ accounts: [passwordSecret('guess', { user: 'alice' })] })).toEqual(['wrong'])
  expect(await verdict({ accounts: [passwordSecret('guess')] })).toEqual(['wrong'])
  expect(await verdict({ accounts: [passwordSecret('guess', { user: 'bob' })] })).toEqual(['none'])
})

test.each(
  [0x0300, 0x0311].flatMap((dialect) =>
    [1, 2, 3, 4].flatMap((cipher) =>
      (dialect === 0x0311 || cipher === 1 ? ETYPES : []).map((etype) => [dialect, cipher, etype] as const),
    ),
  ),
)('SMB dialect 0x%x, cipher %i: the session key of a Kerberos logon with etype %i', async (dialect, cipher, etype) => {
  const scenario = new Scenario()
  const smb3 = { dialect, cipher } as { dialect: 0x0311; cipher: 1 }
  const { session, pipe } = scenario.pipe('svcctl', 'CORP\\piper', {}, { smb3, kerberos: sealedLogon(etype, true) })
  const binding = session.bind(I_OBJECT_EXPORTER)
  for (let call = 0; call < 3; call++)
    session.call(binding, { opnum: 99, stub: new Uint8Array(50) }, new Uint8Array(99))
  pipe.close()
  const keys = [{ principal: 'host/server1.example.com@EXAMPLE.COM', ...keyOf(etype, 5) }]
  const [logon] = await read(scenario.capture(), { keys })
  expect(logon).toMatchObject({ isSmb: true, package: 'kerberos', user: 'alice', secret: 'right' })
  expect(logon!.sealed).toBeGreaterThan(10)
  expect(logon!.opened).toBe(logon!.sealed)
})

/** 1,000 users ask for tickets before alice does and makes calls. */
function manyUsers(): Uint8Array {
  const scenario = new Scenario()
  for (let i = 0; i < 1000; i++) scenario.ticketGiven('krbtgt/EXAMPLE.COM', `user${i}`)
  const logon = sealedLogon(18)
  const userKey = { etype: 18, key: stringToKey(18, PASSWORD, SALT) }
  scenario.askKdc(kdcMessages(logon, { userKey, salt: SALT, krbtgtKey: keyOf(18, 7) }))
  const session = scenario.rpc({ signsHeaders: true })
  const binding = session.bind(I_OBJECT_EXPORTER, { logon: { level: 'privacy', context: () => logon } })
  session.call(binding, { opnum: 99, stub: new Uint8Array(50) }, new Uint8Array(99))
  return scenario.capture()
}

test('a wrong password without an account, and 1,000 users: reported as not tried on all', async () => {
  const capture = manyUsers()
  const [logon] = await read(capture, { accounts: [passwordSecret('guess')] })
  expect(logon).toMatchObject({ secret: 'none', untried: 'too many accounts' })
  expect(logonExplanation(logon!)).toContain('Give the account')
}, 60_000)

test('the right password with its account opens among 1,000 users, whichever password is wrong beside it', async () => {
  const accounts = [passwordSecret('guess'), passwordSecret(PASSWORD, { user: 'alice' })]
  expect(await read(manyUsers(), { accounts })).toMatchObject([
    { user: 'alice', secret: 'right', sealed: 2, opened: 2 },
  ])
})

test('PBKDF2 gives what OpenSSL gives', () => {
  for (const [password, salt, iterations, bytes] of [
    ['', '', 1, 16],
    ['password', 'ATHENA.MIT.EDUraeburn', 2, 32],
    ['Grüße'.repeat(30), 'x'.repeat(200), 77, 41],
  ] as const) {
    const expected = new Uint8Array(pbkdf2Sync(password, salt, iterations, bytes, 'sha1'))
    expect(pbkdf2Sha1(Buffer.from(password), Buffer.from(salt), iterations, bytes)).toEqual(expected)
  }
})
