// Names of accounts in all their spellings, several accounts at a time, and captures that are not tidy: every sealed PDU is opened.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  duplicateAll,
  I_OBJECT_EXPORTER,
  inOrder,
  lose,
  NDR32,
  pcapng,
  Scenario,
  startingAt,
  swapWithPrevious,
} from '../../../testing/scenario'
import type { Frame } from '../../../testing/captures/file/frame'
import { logonExplanation } from '../../../unseal/logon'
import { type Owner, passwordSecret, type Secrets } from '../../../unseal/secrets/secrets'
import { Analysis } from '../analysis'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))

async function logonsOf(capture: Uint8Array, accounts: Secrets['accounts'], keys: Secrets['keys'] = []) {
  const analysis = await Analysis.start(module, { accounts, keys, smbKeys: [] })
  analysis.feed(capture)
  analysis.end()
  return analysis.unsealing!.logons
}

/** Two calls of `who` on a connection of their own. */
function callsBy(scenario: Scenario, who: string, password: string, options = {}): void {
  const session = scenario.rpc()
  const logon = scenario.logon(who, 'privacy', { password, package: 'ntlm', ...options })
  const binding = session.bind(I_OBJECT_EXPORTER, { logon, transfers: [NDR32] })
  for (let call = 0; call < 2; call++)
    session.call(binding, { opnum: 99, stub: new Uint8Array(40) }, new Uint8Array(9000))
  session.close('client')
}

const isWhole = { secret: 'right', failed: 0 }

test.each<[string, Owner]>([
  ['CORP\\alice', {}],
  ['CORP\\alice', { user: 'ALICE', domain: 'corp.example.com' }],
  ['corp\\Alice', { user: 'alice', domain: 'CORP' }],
  ['\\alice', { user: 'alice', domain: 'CORP' }],
  ['\\alice@corp.example.com', { user: 'alice' }],
  ['\\alice@corp.example.com', { user: 'alice@corp.example.com' }],
  ['corp.example.com\\alice', { user: 'CORP\\alice' }],
  ['SERVER1\\alice', { user: '.\\alice' }],
  ['WORKGROUP\\jürgen', { user: 'JÜRGEN' }],
  ['CORP\\straße', {}],
  ['CORP\\ılgaz', {}],
  ['CORP\\œuvre', {}],
])('%s, with the secret of %j', async (who, owner) => {
  for (const options of [{}, { withoutKeyExchange: true }, { package: 'spnego' }]) {
    const scenario = new Scenario()
    callsBy(scenario, who, 'pässword', options)
    const [logon] = await logonsOf(scenario.capture(), [passwordSecret('pässword', owner)])
    expect(logon).toMatchObject({ ...isWhole, opened: logon!.sealed })
    const [wrong] = await logonsOf(scenario.capture(), [passwordSecret('guess', owner)])
    expect(wrong).toMatchObject({ secret: 'wrong', opened: 0 })
    const [other] = await logonsOf(scenario.capture(), [passwordSecret('pässw', { user: 'bob' })])
    expect(other).toMatchObject({ secret: 'none', opened: 0 })
    expect(logonExplanation(other!)).toContain(who.replace(/^\\/, ''))
  }
})

test('the RC4-HMAC key of a keytab is an NT hash: it opens NTLM as well', async () => {
  const scenario = new Scenario()
  callsBy(scenario, 'CORP\\alice', 'pässword')
  const key = { etype: 23, key: passwordSecret('pässword').ntHash }
  const read = async (principal: string, one = key) =>
    (await logonsOf(scenario.capture(), [], [{ principal, ...one }]))[0]
  for (const principal of ['alice@CORP.EXAMPLE.COM', ''])
    expect(await read(principal)).toMatchObject({ ...isWhole, opened: 6 })
  const wrong = { etype: 23, key: passwordSecret('guess').ntHash }
  expect(await read('alice@CORP.EXAMPLE.COM', wrong)).toMatchObject({ secret: 'wrong', opened: 0 })
  expect(await read('bob@CORP.EXAMPLE.COM', wrong)).toMatchObject({ secret: 'none', opened: 0 })
})

test('an empty password is a password', async () => {
  const scenario = new Scenario()
  callsBy(scenario, 'CORP\\alice', '')
  expect(await logonsOf(scenario.capture(), [passwordSecret('')])).toMatchObject([{ ...isWhole, opened: 6 }])
})

test('several accounts at once: each logon is opened by its own, whatever their order', async () => {
  const scenario = new Scenario()
  const people = ['CORP\\alice', 'CORP\\bob', 'SERVER1\\carol']
  for (const who of [...people, ...people]) callsBy(scenario, who, `secret of ${who}`)
  const secrets = people.map((who) => passwordSecret(`secret of ${who}`, { user: who }))
  for (const accounts of [secrets, secrets.toReversed()]) {
    const logons = await logonsOf(scenario.capture(), accounts)
    expect(logons.length).toBe(6)
    for (const logon of logons) expect(logon).toMatchObject({ ...isWhole, opened: logon.sealed })
  }
  const two = await logonsOf(scenario.capture(), secrets.slice(1))
  expect(two.map(({ secret }) => secret)).toEqual(['none', 'right', 'right', 'none', 'right', 'right'])
})

/** Connections of two people side by side, as several files merged by time have them. */
function sideBySide(): Frame[] {
  const scenario = new Scenario()
  callsBy(scenario, 'CORP\\alice', 'one')
  const first = scenario.frames.length
  callsBy(scenario, 'CORP\\bob', 'two')
  const shift = scenario.frames[first]!.microseconds - scenario.frames[0]!.microseconds
  return inOrder(
    scenario.frames.map((frame, at) =>
      at < first ? frame : { ...frame, microseconds: frame.microseconds - shift + 1 },
    ),
  )
}

const SECRETS = [passwordSecret('one'), passwordSecret('two')]

test.each<[string, (frames: Frame[]) => Frame[]]>([
  ['as it is', (frames) => frames],
  ['each frame twice', (frames) => duplicateAll(frames)],
  [
    'frames out of order',
    (frames) => frames.reduce((all, _, at) => (at % 7 === 6 ? swapWithPrevious(all, at) : all), frames),
  ],
])('two connections side by side, %s: all is opened', async (_, impair) => {
  const whole = await logonsOf(pcapng(sideBySide()), SECRETS)
  const logons = await logonsOf(pcapng(impair(sideBySide())), SECRETS)
  expect(logons.map(({ user, sealed, opened }) => [user, sealed, opened])).toEqual(
    whole.map(({ user, sealed }) => [user, sealed, sealed]),
  )
})

test('each frame lost in turn: what is there is opened with right signatures, or left sealed', async () => {
  const frames = sideBySide()
  for (let at = 0; at < frames.length; at++)
    for (const { failed, sealed, opened, checked } of await logonsOf(pcapng(lose(frames, at)), SECRETS)) {
      expect(failed).toBe(0)
      expect(opened).toBeLessThanOrEqual(sealed)
      expect(checked).toBe(opened)
    }
})

test('a capture that begins after the logon opens nothing, and one that begins within it says why', async () => {
  const scenario = new Scenario()
  callsBy(scenario, 'CORP\\alice', 'one')
  const third = scenario.frames.findIndex(({ bytes }) => bytes[54] === 5 && bytes[56] === 16)
  const [within] = await logonsOf(pcapng(startingAt(scenario.frames, third)), SECRETS)
  expect(within).toMatchObject({ secret: 'none', untried: 'no challenge', opened: 0 })
  expect(logonExplanation(within!)).toContain('challenge is not in the capture')
  expect(await logonsOf(pcapng(startingAt(scenario.frames, third + 2)), SECRETS)).toEqual([])
})

test('1,000 NTLM logons and wrong secrets, as many as a file may hold: none is right', async () => {
  const scenario = new Scenario()
  const session = scenario.rpc()
  for (let i = 0; i < 1000; i++) {
    const logon = scenario.logon(`CORP\\user${i}`, 'privacy', { password: 'right', package: 'ntlm' })
    session.bind(I_OBJECT_EXPORTER, { logon, transfers: [NDR32] })
  }
  const capture = scenario.capture()
  const logons = await logonsOf(capture, [passwordSecret('guess')])
  expect(logons.length).toBe(1000)
  expect(logons.every(({ secret }) => secret === 'wrong')).toBe(true)
  // As many secrets as a file may hold, and a keytab of a whole domain: others' are not tried without end.
  const many = [
    { accounts: Array.from({ length: 1000 }, (_, i) => passwordSecret(`guess ${i}`, { user: `other${i}` })), keys: [] },
    { accounts: Array.from({ length: 1000 }, (_, i) => passwordSecret(`guess ${i}`)), keys: [] },
    {
      accounts: [],
      keys: Array.from({ length: 10_000 }, (_, i) => ({
        etype: 23,
        principal: `user${i}@CORP`,
        key: new Uint8Array(16).fill(i),
      })),
    },
  ]
  for (const { accounts, keys } of many) {
    const tried = await logonsOf(capture, accounts, keys)
    expect(tried).toHaveLength(1000)
    expect(tried.filter(({ secret }) => secret === 'right')).toEqual([])
  }
}, 60_000)

test('a call without arguments after a lost one does not settle where the key stream is', async () => {
  const scenario = new Scenario()
  const rpc = scenario.rpc()
  const logon = scenario.logon('CORP\\alice', 'privacy', {
    password: 'right',
    package: 'ntlm',
    withoutKeyExchange: true,
  })
  const binding = rpc.bind(I_OBJECT_EXPORTER, { logon, transfers: [NDR32] })
  const from = scenario.frames.length
  for (const size of [1, 0, 1]) rpc.call(binding, { opnum: 9, stub: new Uint8Array(size) }, new Uint8Array(8))
  const [found] = await logonsOf(pcapng(lose(scenario.frames, from)), [passwordSecret('right', { user: 'alice' })])
  expect(found).toMatchObject({ ...isWhole, opened: found!.sealed })
})

test('any user, domain and password, any sizes, bytes in either order, some frames missing: opened with right signatures', async () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => !/[\\/@\0]/.test(text) && text.trim() === text)
  const session = fc.record({
    user: name,
    domain: name,
    password: fc.string({ unit: 'grapheme', maxLength: 20 }),
    package: fc.constantFrom('ntlm' as const, 'spnego' as const),
    level: fc.constantFrom('privacy' as const, 'integrity' as const),
    withoutKeyExchange: fc.boolean(),
    signsHeaders: fc.boolean(),
    serverLittleEndian: fc.boolean(),
    ipv6: fc.boolean(),
    maxFragment: fc.integer({ min: 600, max: 5840 }),
    sizes: fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 1, maxLength: 4 }),
    lost: fc.option(fc.nat({ max: 40 }), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(session, async ({ user, domain, password, level, sizes, lost, ipv6, ...options }) => {
      const scenario = new Scenario({ ipv6 })
      const { signsHeaders, serverLittleEndian, maxFragment, withoutKeyExchange, package: packageName } = options
      const rpc = scenario.rpc({ signsHeaders, serverLittleEndian, maxFragment })
      const logon = scenario.logon(`${domain}\\${user}`, level, {
        password,
        package: packageName,
        ...(withoutKeyExchange && { withoutKeyExchange }),
      })
      const binding = rpc.bind(I_OBJECT_EXPORTER, { logon, transfers: [NDR32] })
      const from = scenario.frames.length
      for (const size of sizes) rpc.call(binding, { opnum: 9, stub: new Uint8Array(size % 700) }, new Uint8Array(size))
      const at = lost === undefined ? undefined : from + (lost % (scenario.frames.length - from))
      const frames = at === undefined ? scenario.frames : lose(scenario.frames, at)
      const [found] = await logonsOf(pcapng(frames), [passwordSecret('other'), passwordSecret(password, { user })])
      expect(found).toMatchObject(isWhole)
      expect(found!.checked).toBeGreaterThan(0)
      if (at === undefined) expect(found!.opened).toBe(found!.sealed)
    }),
    { numRuns: 40 },
  )
}, 60_000)
