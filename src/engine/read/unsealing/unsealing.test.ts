// Captures on their way through the parser with secrets: what is sealed comes out as RPC like any other.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Pdu, PduFlag, PduType } from '../../../../asm/layout'
import { isVerified, pduFlags, pduType, stubBytes, wasSealed } from '../../../capture/pdu'
import { fixedCapture } from '../../../testing/case-study/fixed'
import { fullOsCapture } from '../../../testing/case-study/full-os'
import { winpeCapture } from '../../../testing/case-study/winpe'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { allNames } from '../../../testing/diagnose'
import { I_OBJECT_EXPORTER, NDR32, Scenario, type ScenarioOptions } from '../../../testing/scenario'
import { Filters } from '../../query/filtering'
import { passwordSecret, type Secrets } from '../../../unseal/secrets/secrets'
import { Analysis } from '../analysis'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))

async function read(capture: Uint8Array, secrets: Partial<Secrets>): Promise<Analysis> {
  const analysis = await Analysis.start(module, { accounts: [], keys: [], smbKeys: [], ...secrets })
  analysis.feed(capture)
  analysis.end()
  return analysis
}

/** Counts of a capture's PDUs: encrypted on the wire, opened, and with a right and a wrong signature. */
function counts({ capture: { pdus } }: Analysis) {
  const heads = Array.from({ length: pdus.rows }, (_, row) => pdus.get(Pdu.Head, row))
  return {
    sealed: heads.filter(wasSealed).length,
    opened: heads.filter((head) => (pduFlags(head) & PduFlag.Unsealed) !== 0).length,
    verified: heads.filter((head) => isVerified(head) === true).length,
    failed: heads.filter((head) => isVerified(head) === false).length,
  }
}

test.each([
  ['case study', winpeCapture(), 20],
  ['its full-OS sibling', fullOsCapture(), 136],
  ['its fixed sibling', fixedCapture(), 104],
])('%s: every PDU that the administrator sealed, after the second logon too', async (_, frames, sealed) => {
  const analysis = await read(pcapng(frames), { accounts: [passwordSecret('!!123abc')] })
  expect(counts(analysis)).toEqual({ sealed, opened: sealed, verified: sealed, failed: 0 })
  for (const { user, secret } of analysis.unsealing!.logons)
    expect(secret).toBe(user === 'administrator' ? 'right' : 'wrong')
})

test('filters find what was opened and verified', async () => {
  const secrets = { accounts: [passwordSecret('!!123abc')] }
  const { capture, conversation } = await read(pcapng(winpeCapture()), secrets)
  const filters = new Filters({ capture, conversation })
  const framesOf = async (filter: string) => {
    const result = await filters.rows(filter)
    return 'rows' in result ? [...result.rows] : []
  }
  const heads = Array.from({ length: capture.pdus.rows }, (_, row) => capture.pdus.get(Pdu.Head, row))
  const framesWhere = (holds: (head: number) => boolean) => [
    ...new Set(heads.flatMap((head, row) => (holds(head) ? capture.pdus.get(Pdu.Frame, row) : []))),
  ]
  expect(await framesOf('faultline.unsealed')).toEqual(framesWhere((head) => (pduFlags(head) & PduFlag.Unsealed) !== 0))
  expect(await framesOf('faultline.verified')).toEqual(framesWhere((head) => isVerified(head) === true))
  expect((await framesOf('faultline.verified')).length).toBeGreaterThan(10)
  expect(await framesOf('faultline.sealed && faultline.unsealed')).toEqual([])
})

const REQUEST = Uint8Array.from({ length: 100 }, (_, i) => i)
const RESPONSE = Uint8Array.from({ length: 9000 }, (_, i) => (i * 7) & 0xff)
const PASSWORD = 'Grüße, Ελλάδα, 密码 🔑'

/** Calls under a logon as CORP\Jürgen, the responses in fragments. */
function sealedCalls(
  options: ScenarioOptions,
  level: 'privacy' | 'integrity',
  packageName: 'ntlm' | 'spnego',
): Scenario {
  const scenario = new Scenario(options)
  const session = scenario.rpc()
  const logon = scenario.logon('CORP\\Jürgen', level, { password: PASSWORD, package: packageName })
  const binding = session.bind(I_OBJECT_EXPORTER, { logon, transfers: [NDR32] })
  for (let call = 0; call < 5; call++) session.call(binding, { opnum: 0, stub: REQUEST }, RESPONSE)
  session.close('client')
  return scenario
}

test.each([
  ['NTLM over IPv4', {}, 'ntlm'],
  ['SPNEGO over IPv4', {}, 'spnego'],
  ['NTLM over IPv6', { ipv6: true }, 'ntlm'],
  ['NTLM in an SMB pipe', { throughPipe: 'svcctl' }, 'ntlm'],
] as const)('%s: a password beyond ASCII opens calls, and the stubs are what was sent', async (_, options, name) => {
  const { capture } = await read(sealedCalls(options, 'privacy', name).capture(), {
    accounts: [passwordSecret('wrong'), passwordSecret(PASSWORD)],
  })
  const stubs: Record<number, number[]> = { [PduType.Request]: [], [PduType.Response]: [] }
  for (let row = 0; row < capture.pdus.rows; row++) {
    const head = capture.pdus.get(Pdu.Head, row)
    if (!wasSealed(head)) continue
    expect(isVerified(head)).toBe(true)
    stubs[pduType(head)]!.push(...stubBytes(capture, row))
  }
  expect(stubs[PduType.Request]).toEqual(Array.from({ length: 5 }, () => [...REQUEST]).flat())
  expect(stubs[PduType.Response]).toEqual(Array.from({ length: 5 }, () => [...RESPONSE]).flat())
})

test('integrity: nothing is sealed, every signature is checked, and a changed byte is found', async () => {
  const scenario = sealedCalls({}, 'integrity', 'ntlm')
  const secrets = { accounts: [passwordSecret(PASSWORD)] }
  const good = counts(await read(scenario.capture(), secrets))
  expect(good).toEqual({ sealed: 0, opened: 0, verified: good.verified, failed: 0 })
  expect(good.verified).toBeGreaterThanOrEqual(10)
  const frames = scenario.frames.map((frame) => ({ ...frame, bytes: frame.bytes.slice() }))
  const request = frames.find(({ bytes }) => bytes[54] === 5 && bytes[56] === 0)!
  request.bytes[54 + 30]! ^= 1
  expect(counts(await read(pcapng(frames), secrets))).toEqual({ ...good, verified: good.verified - 1, failed: 1 })
})

test('lost PDUs: the place in the key stream is found again by the signature', async () => {
  const scenario = sealedCalls({}, 'privacy', 'ntlm')
  const all = counts(await read(scenario.capture(), { accounts: [passwordSecret(PASSWORD)] }))
  // Frames with a sealed response: from the server's port, data, in the middle of the capture.
  const data = scenario.frames.filter(({ bytes }) => bytes[54] === 5 && bytes[56] === 2)
  const lost = data.slice(1, 3)
  const analysis = await read(pcapng(scenario.frames.filter((frame) => !lost.includes(frame))), {
    accounts: [passwordSecret(PASSWORD)],
  })
  const now = counts(analysis)
  expect(now.failed).toBe(0)
  expect(now.opened).toBe(now.sealed)
  expect(now.sealed).toBeLessThan(all.sealed)
})

test('a wrong password is called wrong, one of another account not for this one, and nothing is opened', async () => {
  const capture = sealedCalls({}, 'privacy', 'ntlm').capture()
  const wrong = await read(capture, { accounts: [passwordSecret('guess', { user: 'jürgen' })] })
  expect(wrong.unsealing!.logons.map(({ secret }) => secret)).toEqual(['wrong'])
  expect(counts(wrong)).toMatchObject({ opened: 0, verified: 0, failed: 0 })
  const other = await read(capture, { accounts: [passwordSecret('guess', { user: 'bob' })] })
  expect(other.unsealing!.logons.map(({ secret }) => secret)).toEqual(['none'])
})

test('without secrets rows are the same as without asking', async () => {
  const capture = sealedCalls({}, 'privacy', 'ntlm').capture()
  const asked = await read(capture, {})
  const plain = await Analysis.start(module)
  plain.feed(capture)
  plain.end()
  const rows = ({ capture: { pdus } }: Analysis) =>
    Array.from({ length: pdus.rows }, (_, row) =>
      [Pdu.Head, Pdu.StubTail, Pdu.StubLength].map((column) => pdus.get(column, row)),
    )
  expect(rows(asked)).toEqual(rows(plain))
})

test('every cut of a capture with secrets ends in rows, never in an exception', async () => {
  const capture = sealedCalls({}, 'privacy', 'spnego').capture()
  for (let length = 0; length < capture.length; length += 997)
    await read(capture.subarray(0, length), { accounts: [passwordSecret(PASSWORD)] })
})

test('a changed request that faulted is proven to be changed; limits and findings follow what was opened', async () => {
  const scenario = new Scenario()
  const session = scenario.rpc()
  const logon = scenario.logon('CORP\\alice', 'privacy', { password: 'Secret1', package: 'ntlm' })
  const binding = session.bind(I_OBJECT_EXPORTER, { logon, transfers: [NDR32] })
  session.call(binding, { opnum: 0, stub: REQUEST }, REQUEST)
  session.fault(session.request(binding, { opnum: 0, stub: REQUEST }), 0x721)
  const requests = scenario.frames.filter(({ bytes }) => bytes[54] === 5 && bytes[56] === 0)
  const frames = scenario.frames.map((frame) => ({ ...frame, bytes: frame.bytes.slice() }))
  frames[scenario.frames.indexOf(requests[1]!)]!.bytes[54 + 40]! ^= 1
  const findings = async (secrets: Partial<Secrets>) => (await read(pcapng(frames), secrets)).diagnose(await allNames())
  const before = await findings({})
  expect(before.find(({ rule }) => rule === 'sealed-stubs')?.wouldHelp).toContain('CORP\\alice')
  const after = await findings({ accounts: [passwordSecret('Secret1')] })
  expect(after.some(({ rule }) => rule === 'sealed-stubs')).toBe(false)
  const proven = after.find(({ rule }) => rule === 'verification-failed')
  expect(proven).toMatchObject({ confidence: 'high' })
  expect(proven!.explanation).toContain('does not fit its text')
})

test('a gap of many fragments in large answers: found again by their size', async () => {
  const scenario = new Scenario()
  const session = scenario.rpc({ maxFragment: 5840 })
  const logon = scenario.logon('CORP\\Jürgen', 'privacy', { password: PASSWORD, package: 'ntlm' })
  const binding = session.bind(I_OBJECT_EXPORTER, { logon, transfers: [NDR32] })
  for (let call = 0; call < 3; call++)
    session.call(binding, { opnum: 0, stub: REQUEST }, new Uint8Array(400_000 + 1234 * call))
  session.call(binding, { opnum: 0, stub: REQUEST }, REQUEST)
  const data = scenario.frames.flatMap(({ bytes }, at) => (bytes.length > 1000 ? [at] : []))
  const whole = counts(await read(scenario.capture(), { accounts: [passwordSecret(PASSWORD)] }))
  // From within the first answer into the second.
  const [from, to] = [data[Math.floor(data.length * 0.1)]!, data[Math.floor(data.length * 0.45)]!]
  const frames = scenario.frames.filter((_, at) => at < from || at > to)
  const { sealed, opened, failed } = counts(await read(pcapng(frames), { accounts: [passwordSecret(PASSWORD)] }))
  expect(failed).toBe(0)
  expect(whole.sealed - sealed).toBeGreaterThan(50)
  // A PDU that is cut where the gap begins or ends is not opened.
  expect(sealed - opened).toBeLessThan(4)
})
