// Each security package and cipher with real keys: the captures seal by Node's ciphers, the engine opens by its own.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Pdu, PduFlag, PduType } from '../../../../asm/layout'
import { isVerified, pduFlags, pduType, stubBytes, wasSealed } from '../../../capture/pdu'
import { ndisEvents, pktmonEvents } from '../../../testing/captures/etl/frames-as-events'
import { etl } from '../../../testing/captures/etl/trace-file'
import type { Frame } from '../../../testing/captures/file/frame'
import type { Level } from '../../../testing/captures/security/context'
import { agreeOnKey, NETLOGON, NetlogonContext } from '../../../testing/captures/security/netlogon'
import { SealedKerberos } from '../../../testing/captures/security/sealed-kerberos'
import { I_OBJECT_EXPORTER, NDR32, type RpcSession, Scenario, type Syntax } from '../../../testing/scenario'
import type { LogonRequest } from '../../../testing/captures/rpc/session'
import { passwordSecret, type Secrets } from '../../../unseal/secrets/secrets'
import { Analysis } from '../analysis'
import { sourceOf } from '../source'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))
const REQUEST = Uint8Array.from({ length: 101 }, (_, i) => i)
const RESPONSE = Uint8Array.from({ length: 9000 }, (_, i) => (i * 7) & 0xff)
const CALLS = 3

async function read(capture: Uint8Array, secrets: Partial<Secrets>): Promise<Analysis> {
  const analysis = await Analysis.start(module, { accounts: [], keys: [], smbKeys: [], ...secrets })
  analysis.feed(capture)
  analysis.end()
  return analysis
}

function callsUnder(session: RpcSession, logon: LogonRequest, abstract: Syntax = I_OBJECT_EXPORTER): void {
  const binding = session.bind(abstract, { logon, transfers: [NDR32] })
  for (let call = 0; call < CALLS; call++) session.call(binding, { opnum: 99, stub: REQUEST }, RESPONSE)
}

/** Every PDU of the calls is verified and, at privacy level, opened to what was sent. */
function expectOpened({ capture }: Analysis, level: Level): void {
  const stubs: Record<number, number[]> = { [PduType.Request]: [], [PduType.Response]: [] }
  for (let row = 0; row < capture.pdus.rows; row++) {
    const head = capture.pdus.get(Pdu.Head, row)
    if (isVerified(head) === undefined) continue
    expect(isVerified(head)).toBe(true)
    expect(wasSealed(head)).toBe(level === 'privacy')
    stubs[pduType(head)]!.push(...stubBytes(capture, row))
  }
  expect(stubs[PduType.Request]).toEqual(Array.from({ length: CALLS }, () => [...REQUEST]).flat())
  expect(stubs[PduType.Response]).toEqual(Array.from({ length: CALLS }, () => [...RESPONSE]).flat())
}

const LEVELS = ['privacy', 'integrity'] as const
const each = <Item>(items: readonly Item[]) => LEVELS.flatMap((level) => items.map((item) => [item, level] as const))

test.each(
  each([
    { withoutKeyExchange: true },
    { sealedVersion1: true },
    { sealedVersion1: true, withoutKeyExchange: true },
    { sealedVersion1: true, oldSessionSecurity: true },
    { sealedVersion1: true, oldSessionSecurity: true, withoutKeyExchange: true },
    { oldSessionSecurity: true },
  ]),
)('NTLM %j at level %s', async (options, level) => {
  const scenario = new Scenario()
  callsUnder(scenario.rpc(), scenario.logon('CORP\\alice', level, { password: 'Secret1', package: 'ntlm', ...options }))
  expectOpened(await read(scenario.capture(), { accounts: [passwordSecret('Secret1')] }), level)
})

test.each(
  each(
    [17, 18, 19, 20, 23].flatMap((etype) =>
      [true, false].flatMap((spnego) => [true, false].map((signsHeaders) => ({ etype, spnego, signsHeaders }))),
    ),
  ),
)('Kerberos %j at level %s', async ({ etype, spnego, signsHeaders }, level) => {
  const scenario = new Scenario({ ipv6: spnego })
  const key = Uint8Array.from({ length: etype === 18 || etype === 20 ? 32 : 16 }, (_, i) => i * 3 + etype)
  const service = { name: 'host/server1.example.com', realm: 'EXAMPLE.COM' }
  const options = { service, serviceKey: { etype, key }, client: 'alice', level, spnego, seed: 'x', time: 1.6e15 }
  const context = (contextId: number) => new SealedKerberos({ ...options, contextId })
  callsUnder(scenario.rpc({ signsHeaders }), { level, context })
  const principal = 'host/server1.example.com@EXAMPLE.COM'
  const analysis = await read(scenario.capture(), { keys: [{ principal, etype, key }] })
  expectOpened(analysis, level)
  expect(analysis.unsealing!.logons[0]).toMatchObject({ user: 'alice', domain: 'EXAMPLE.COM', secret: 'right' })
  const wrong = await read(scenario.capture(), { keys: [{ principal, etype, key: key.map((byte) => byte ^ 1) }] })
  expect(wrong.unsealing!.logons[0]).toMatchObject({ secret: 'wrong', opened: 0 })
  const other = await read(scenario.capture(), { accounts: [passwordSecret('x', { user: 'bob' })] })
  expect(other.unsealing!.logons[0]).toMatchObject({ secret: 'none', opened: 0 })
})

test.each(
  each([
    { aes: true, signsHeaders: true },
    { aes: true, signsHeaders: false },
    { aes: false, signsHeaders: true },
    { aes: false, signsHeaders: false },
  ]),
)('Netlogon %j at level %s', async ({ aes, signsHeaders }, level) => {
  const scenario = new Scenario()
  const channel = { computer: 'WKS1', domain: 'CORP', password: 'machine secret', aes }
  const key = agreeOnKey(scenario.rpc(), channel)
  const context = (id: number) => new NetlogonContext(channel, key, level, id)
  callsUnder(scenario.rpc({ signsHeaders }), { level, context }, NETLOGON)
  const analysis = await read(scenario.capture(), { accounts: [passwordSecret('machine secret')] })
  expectOpened(analysis, level)
  expect(analysis.unsealing!.logons[0]).toMatchObject({ package: 'netlogon', user: 'WKS1$', secret: 'right' })
  const wrong = await read(scenario.capture(), { accounts: [passwordSecret('guess')] })
  expect(wrong.unsealing!.logons[0]).toMatchObject({ secret: 'wrong', opened: 0 })
})

test.each([
  [0x0300, 1],
  [0x0302, 1],
  [0x0311, 1],
  [0x0311, 2],
  [0x0311, 3],
  [0x0311, 4],
  [0x0311, 2, true],
  [0x0311, 3, true],
] as const)('SMB dialect 0x%x, cipher %i, compressed %s: RPC in encrypted pipes, sealed once more', async (...way) => {
  const [dialect, cipher, compressed = false] = way
  const scenario = new Scenario()
  const { session, pipe } = scenario.pipe('svcctl', 'CORP\\piper', {}, { smb3: { dialect, cipher, compressed } })
  callsUnder(session, scenario.logon('CORP\\alice', 'privacy', { password: 'Secret1', package: 'ntlm' }))
  pipe.close()
  const accounts = [passwordSecret('Secret1'), passwordSecret('Password1')]
  const analysis = await read(scenario.capture(), { accounts })
  expectOpened(analysis, 'privacy')
  const { pdus } = analysis.capture
  for (let row = 0; row < pdus.rows; row++)
    expect(pduFlags(pdus.get(Pdu.Head, row)) & PduFlag.Decrypted).toBe(PduFlag.Decrypted)
  const [smb] = analysis.unsealing!.logons
  expect(smb).toMatchObject({
    isSmb: true,
    user: 'piper',
    secret: 'right',
    opened: smb!.sealed,
    checked: smb!.sealed,
    failed: 0,
  })
  const without = await read(scenario.capture(), {})
  expect(without.capture.pdus.rows).toBe(0)
  expect(without.unsealing!.logons[0]).toMatchObject({ secret: 'none', opened: 0, sealed: smb!.sealed })
})

test.each([
  ['netsh', (frames: readonly Frame[]) => etl(frames.flatMap((frame) => ndisEvents(frame)))],
  ['pktmon', (frames: readonly Frame[]) => etl(pktmonEvents(frames), { compressed: true, merged: true })],
])('a trace of %s: what is sealed in its frames is opened as in a capture', async (_, traceOf) => {
  const scenario = new Scenario()
  callsUnder(scenario.rpc(), scenario.logon('CORP\\alice', 'privacy', { password: 'Secret1', package: 'ntlm' }))
  const analysis = await Analysis.start(module, { accounts: [passwordSecret('Secret1')], keys: [], smbKeys: [] })
  const source = await sourceOf(new Blob([traceOf(scenario.frames)]))
  for await (const piece of source.stream()) analysis.feed(piece)
  analysis.end()
  expectOpened(analysis, 'privacy')
  expect(analysis.unsealing!.logons).toMatchObject([{ user: 'alice', secret: 'right', failed: 0 }])
})

test('one connection, several logons: each has a state of its own', async () => {
  const scenario = new Scenario()
  const session = scenario.rpc()
  const logon = (who: string, password: string) => scenario.logon(who, 'privacy', { password, package: 'ntlm' })
  const first = session.bind(I_OBJECT_EXPORTER, { logon: logon('CORP\\alice', 'one') })
  session.call(first, { opnum: 1, stub: REQUEST }, RESPONSE)
  const second = session.bind(I_OBJECT_EXPORTER, { logon: logon('CORP\\bob', 'two') })
  for (let call = 0; call < 3; call++)
    for (const binding of [first, second]) session.call(binding, { opnum: 1, stub: REQUEST }, RESPONSE)
  const both = await read(scenario.capture(), { accounts: [passwordSecret('one'), passwordSecret('two')] })
  for (const one of both.unsealing!.logons)
    expect(one).toMatchObject({ secret: 'right', opened: one.sealed, failed: 0 })
  const one = await read(scenario.capture(), { accounts: [passwordSecret('two')] })
  expect(one.unsealing!.logons.map(({ secret, opened }) => [secret, opened > 0])).toEqual([
    ['wrong', false],
    ['right', true],
  ])
})
