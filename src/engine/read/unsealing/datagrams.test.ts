// Security contexts of connectionless RPC: each package, sealed by the generator with Node's ciphers and its own, built by the server's
// callback after the first request. No recording of it is known; the layouts are those that MS-RPCE 2.2.3.4 and C706 13.3 allow.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Pdu, PduFlag, PduType } from '../../../../asm/layout'
import { fragmentLength, isVerified, pduFlags, pduType, stubBytes } from '../../../capture/pdu'
import { Call, Outcome } from '../../../conversation/model'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { DatagramActivity, type DatagramOptions, type DatagramSecurity } from '../../../testing/captures/rpc/datagram'
import { DatagramNtlm } from '../../../testing/captures/security/datagram-ntlm'
import { agreeOnKey, NetlogonContext } from '../../../testing/captures/security/netlogon'
import { SealedKerberos } from '../../../testing/captures/security/sealed-kerberos'
import { I_OBJECT_EXPORTER, Scenario } from '../../../testing/scenario'
import { passwordSecret, type Secrets } from '../../../unseal/secrets/secrets'
import { Analysis } from '../analysis'
import { clearPduBytes } from '../../query/pdu-bytes'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))
const HEADER_BYTES = 80
const REQUEST = Uint8Array.from({ length: 101 }, (_, i) => i)
const FRAGMENTS = [0, 1, 2].map((part) => Uint8Array.from({ length: 1300 + part }, (_, i) => (i * 7 + part) & 0xff))
const ANSWER = Uint8Array.of(1, 2, 3, 4, 0x22, 0, 7, 0x80)

interface Kind {
  secrets: Partial<Secrets>
  security: DatagramSecurity
  serverToken: Uint8Array
  clientToken: Uint8Array
}

function ntlm(level: 'privacy' | 'integrity', password = 'Sécret1'): Kind {
  const account = { domain: 'CORP', user: 'bjørn', password, workstation: 'WKS1' }
  const security = new DatagramNtlm(account, level, 'x', 132_000_000_000_000_000n)
  const { serverToken, clientToken } = security
  return { secrets: { accounts: [passwordSecret('Sécret1')] }, security, serverToken, clientToken }
}

function kerberos(level: 'privacy' | 'integrity', etype: number, spnego: boolean): Kind {
  const key = new Uint8Array(etype === 18 || etype === 20 ? 32 : 16).fill(etype)
  const service = { name: 'host/server1', realm: 'EXAMPLE.COM' }
  const options = { service, serviceKey: { etype, key }, client: 'alice', level, seed: 'x', time: 1.6e15 }
  const security = new SealedKerberos({ ...options, spnego, contextId: 1, acceptorSubkey: false })
  const secrets = { keys: [{ principal: 'host/server1@EXAMPLE.COM', etype, key }] }
  return { secrets, security, serverToken: new Uint8Array(0), clientToken: security.negotiate().value }
}

function netlogon(level: 'privacy' | 'integrity', aes: boolean, scenario: Scenario): Kind {
  const channel = { computer: 'WKS1', domain: 'CORP', password: 'machine secret', aes }
  const security = new NetlogonContext(channel, agreeOnKey(scenario.rpc(), channel), level, 1)
  const secrets = { accounts: [passwordSecret('machine secret')] }
  return { secrets, security, serverToken: new Uint8Array(0), clientToken: security.negotiate().value }
}

/** A request, its callback, an answer in fragments, a second call, and a fault. */
function play(scenario: Scenario, kind: Kind, options: DatagramOptions = {}): void {
  const { wire, client, server } = scenario
  const place = { wire, client, server, clientPort: 50_100, serverPort: 49_200 }
  const activity = new DatagramActivity(place, I_OBJECT_EXPORTER, kind.security, options)
  activity.request(7, [REQUEST])
  activity.callback(kind.serverToken, kind.clientToken)
  activity.response(7, FRAGMENTS)
  activity.request(8, FRAGMENTS)
  activity.response(8, [ANSWER])
  activity.request(9, [REQUEST])
  activity.fault(9, 5)
}

async function read(capture: Uint8Array, secrets: Partial<Secrets> | undefined): Promise<Analysis> {
  const analysis = await Analysis.start(module, secrets && { accounts: [], keys: [], smbKeys: [], ...secrets })
  analysis.feed(capture)
  analysis.end()
  return analysis
}

/** The bodies of what was protected, in order, as they are now. */
async function bodies({ capture, unsealing }: Analysis, file: Uint8Array) {
  const { pdus } = capture
  const source = {
    read: async (at: number, length: number) => Promise.resolve(new Uint8Array(file.slice(at, at + length))),
  }
  const found: { type: PduType; flags: number; verified: boolean | undefined; body: Uint8Array; kept: Uint8Array }[] =
    []
  for (let row = 0; row < pdus.rows; row++) {
    const head = pdus.get(Pdu.Head, row)
    if ((pduFlags(head) & PduFlag.Connectionless) === 0 || pdus.get(Pdu.Auth, row) === 0) continue
    const end = fragmentLength(pdus.get(Pdu.Lengths, row))
    const bytes = await clearPduBytes(capture, source, (pdu) => unsealing?.pduBytes(pdu), row)
    found.push({
      type: pduType(head),
      flags: pduFlags(head),
      verified: isVerified(head),
      body: bytes!.subarray(HEADER_BYTES, end),
      kept: stubBytes(capture, row),
    })
  }
  return found
}

const SENT = [REQUEST, ...FRAGMENTS, ...FRAGMENTS, ANSWER, REQUEST]

async function expectOpened(scenario: Scenario, kind: Kind, options: DatagramOptions = {}): Promise<Analysis> {
  play(scenario, kind, options)
  const file = scenario.capture()
  const analysis = await read(file, kind.secrets)
  const all = await bodies(analysis, file)
  expect(all.map(({ verified }) => verified)).toEqual(Array(SENT.length + 1).fill(true))
  expect(all.slice(0, -1).map(({ body }) => [...body])).toEqual(SENT.map((body) => [...body]))
  expect(all.slice(0, -1).map(({ kept }) => [...kept])).toEqual(SENT.map((body) => [...body]))
  const isSealed = kind.security.protection.level === 6
  for (const { flags } of all) expect(flags & (PduFlag.Sealed | PduFlag.Unsealed)).toBe(isSealed ? PduFlag.Unsealed : 0)
  const { calls } = analysis.conversation!
  const rows = Array.from({ length: calls.rows }, (_, row) => row).slice(-3)
  expect(rows.map((row) => calls.get(Call.Outcome, row))).toEqual([Outcome.Response, Outcome.Response, Outcome.Fault])
  expect(calls.get(Call.Status, rows[2]!)).toBe(5)
  const logon = analysis.unsealing!.logons.at(-1)!
  expect(logon).toMatchObject({ secret: 'right', checked: SENT.length + 1, failed: 0 })
  expect([logon.sealed, logon.opened]).toEqual(isSealed ? [SENT.length + 1, SENT.length + 1] : [0, 0])
  return analysis
}

const LEVELS = ['privacy', 'integrity'] as const
const LAYOUTS: DatagramOptions[] = [
  {},
  { big: true },
  { padding: 14, protectsFill: true },
  { pieceBytes: 100 },
  { spareBytes: 8, keyVersion: 200 },
]

test.each(LEVELS.flatMap((level) => LAYOUTS.map((layout) => [level, layout] as const)))(
  'NTLM at level %s, %j',
  async (level, layout) => {
    const analysis = await expectOpened(new Scenario(), ntlm(level), layout)
    expect(analysis.unsealing!.logons).toMatchObject([{ package: 'ntlm', user: 'bjørn', domain: 'CORP' }])
  },
)

test.each(LEVELS.flatMap((level) => [17, 18, 19, 20, 23].flatMap((etype) => [[level, etype] as const])))(
  'Kerberos at level %s with encryption type %i',
  async (level, etype) => {
    await expectOpened(new Scenario({ ipv6: true }), kerberos(level, etype, etype % 2 === 0), { padding: 6 })
  },
)

test.each(LEVELS.flatMap((level) => [true, false].map((aes) => [level, aes] as const)))(
  'a secure channel at level %s, with AES: %s',
  async (level, aes) => {
    const scenario = new Scenario()
    await expectOpened(scenario, netlogon(level, aes, scenario))
  },
)

test('a wrong secret, and none, leave everything sealed', async () => {
  for (const [kind, secret] of [
    [ntlm('privacy', 'another one'), 'wrong'],
    [{ ...ntlm('privacy'), secrets: {} }, 'none'],
  ] as const) {
    const scenario = new Scenario()
    play(scenario, kind)
    const file = scenario.capture()
    const analysis = await read(file, kind.secrets)
    expect(analysis.unsealing!.logons).toMatchObject([{ secret, opened: 0, checked: 0 }])
    for (const { flags, body } of await bodies(analysis, file)) {
      expect(flags & (PduFlag.Sealed | PduFlag.Unsealed)).toBe(PduFlag.Sealed)
      expect([...body.subarray(0, 8)]).not.toEqual([...REQUEST.subarray(0, 8)])
    }
  }
})

test('a changed body is a wrong signature, once a right one has shown the layout', async () => {
  const scenario = new Scenario()
  play(scenario, ntlm('integrity'))
  scenario.wire.frames.at(-2)!.bytes[150]! ^= 1
  const file = scenario.capture()
  const all = await bodies(await read(file, ntlm('integrity').secrets), file)
  expect(all.map(({ verified }) => verified).slice(-2)).toEqual([false, true])
})

test('frames that are missing, cut or changed: what is opened is what was sent', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('ntlm', 'kerberos'),
      fc.array(fc.record({ frame: fc.nat(13), how: fc.constantFrom('lost', 'cut', 'changed'), at: fc.nat(1400) }), {
        maxLength: 4,
      }),
      async (name, harms) => {
        const kind = name === 'ntlm' ? ntlm('privacy') : kerberos('privacy', 18, false)
        const scenario = new Scenario()
        play(scenario, kind)
        const frames = scenario.wire.frames.map((frame) => ({ ...frame, bytes: frame.bytes.slice() }))
        const lost = new Set<number>()
        for (const { frame, how, at } of harms) {
          const one = frames[frame % frames.length]!
          if (how === 'lost') lost.add(frame % frames.length)
          else if (how === 'cut') one.bytes = one.bytes.subarray(0, Math.max(14, at % one.bytes.length))
          else one.bytes[42 + (at % (one.bytes.length - 42))]! ^= 0x10
        }
        const file = pcapng(frames.filter((_, i) => !lost.has(i)))
        const sent = new Set(SENT.map((body) => Buffer.from(body).toString('hex')))
        for (const { verified, flags, body, type } of await bodies(await read(file, kind.secrets), file))
          if (verified && flags & PduFlag.Unsealed && type !== PduType.Fault)
            expect(sent.has(Buffer.from(body).toString('hex'))).toBe(true)
      },
    ),
    { numRuns: 150 },
  )
})
