// Redacted captures: nothing of the original is left in their bytes, and they are diagnosed as the original was.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allNames, returning, SVCCTL } from '../../../testing/diagnose'
import { fixedCapture } from '../../../testing/case-study/fixed'
import { fullOsCapture } from '../../../testing/case-study/full-os'
import { winpeCapture } from '../../../testing/case-study/winpe'
import type { Frame } from '../../../testing/captures/file/frame'
import { pcapng } from '../../../testing/captures/file/pcapng'
import { Host, Scenario } from '../../../testing/scenario'
import { HAS_TSHARK, TSHARK_TIMEOUT, wrongChecksums } from '../../../testing/tshark'
import { Frame as Columns, Interface } from '../../../../asm/layout'
import { addressText } from '../../../capture/text'
import { metNames } from '../met-names'
import { exportRedacted } from './exporting'
import { openWhole } from '../../worker/open-whole'
import type { OpenCapture } from '../../worker/open-capture'

const module = new WebAssembly.Module(readFileSync(new URL('../../../../asm/build/release.wasm', import.meta.url)))
const opened = async (bytes: Uint8Array<ArrayBuffer>) => openWhole(module, new Blob([bytes]), await allNames())

async function redacted(open: OpenCapture): Promise<Uint8Array<ArrayBuffer>> {
  const { file } = await exportRedacted(open, { reason: 'all' }, [])
  return new Uint8Array(await file.arrayBuffer())
}

/** Rules and frames of what was found. */
function titlesOf({ findings }: OpenCapture) {
  return findings.map(({ kind, rule, evidence }) => [kind, rule, evidence.map(({ frame }) => frame + 1).join(' ')])
}

/** Those of the texts that the bytes hold as ASCII or UTF-16, whatever the case of letters. */
function heldBy(bytes: Uint8Array, texts: readonly string[]): string[] {
  const ascii = Buffer.from(bytes).toString('latin1').toLowerCase()
  return texts.filter((text) => {
    const wide = Buffer.from(text.toLowerCase(), 'utf16le').toString('latin1')
    return ascii.includes(text.toLowerCase()) || ascii.includes(wide)
  })
}

function lengths({ capture: { frames } }: OpenCapture) {
  return Array.from({ length: frames.rows }, (_, row) =>
    [Columns.Captured, Columns.Length, Columns.Seconds, Columns.Nanos].map((column) => frames.get(column, row)),
  )
}

function hostAddresses({ capture: { addresses } }: OpenCapture): string[] {
  return Array.from({ length: addresses.rows }, (_, row) => addressText(addresses, row)).filter(
    (text) => !/^(0|127|22[4-9]|23\d|255)\.|^(::|ff|33:33|01:|ff:)/.test(text),
  )
}

const NAMES = ['PE06', 'administrator', 'REDMOND', 'jiangyue', 'JIANGYUE-DEVBOX', 'winpe-06', 'deploy.redmond', 'cimv2']

const studies: Record<string, () => Frame[]> = {
  'the case study': winpeCapture,
  'on a full system': fullOsCapture,
  'put right': fixedCapture,
}

describe.each(Object.entries(studies))('%s', (_, capture) => {
  const original = pcapng(capture(), { operatingSystem: 'Windows 7', interfaceName: 'REDMOND LAN' })

  test('holds none of the names and addresses, and is diagnosed alike', async () => {
    const open = await opened(original)
    const bytes = await redacted(open)
    const again = await opened(bytes)
    expect(heldBy(bytes, NAMES)).toEqual([])
    expect(heldBy(bytes, hostAddresses(open))).toEqual([])
    expect(hostAddresses(again).filter((address) => hostAddresses(open).includes(address))).toEqual([])
    for (const address of hostAddresses(open).filter((text) => /^[\d.]+$/.test(text)))
      expect(Buffer.from(bytes).includes(Uint8Array.from(address.split('.'), Number)), address).toBe(false)
    expect(titlesOf(again)).toEqual(titlesOf(open))
    expect(lengths(again)).toEqual(lengths(open))
  })

  test.skipIf(!HAS_TSHARK)(
    'has the right checksums',
    async () => {
      expect(wrongChecksums(await redacted(await opened(original)))).toEqual(wrongChecksums(original))
    },
    TSHARK_TIMEOUT,
  )
})

test('secrets are gone and lengths stay', async () => {
  const scenario = new Scenario()
  const session = scenario.rpc()
  session.bind(
    { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' },
    { logon: scenario.logon('CORP\\eve', 'integrity') },
  )
  const original = scenario.capture()
  const bytes = await redacted(await opened(original))
  const token = (file: Uint8Array) => {
    const at = Buffer.from(file).lastIndexOf('NTLMSSP\0')
    const view = new DataView(file.buffer, file.byteOffset + at)
    const part = (field: number) =>
      file.slice(at + view.getUint32(field + 4, true)).slice(0, view.getUint16(field, true))
    return { proof: part(20).slice(0, 16), key: part(52), whole: view.getUint16(20, true) }
  }
  expect(token(bytes).whole).toBe(token(original).whole)
  expect(token(bytes).proof).not.toEqual(token(original).proof)
  expect(new Set(token(bytes).proof)).toEqual(new Set([0x2a]))
  if (token(original).key.length > 0) expect(new Set(token(bytes).key)).toEqual(new Set([0x2a]))
})

test.each([
  ['one machine identity', 'same', 'same'],
  ['two machine identities', 'one', 'other'],
])('computers with %s are diagnosed alike', async (_, ...machines) => {
  const scenario = new Scenario()
  for (const [i, machine] of machines.entries()) {
    const client = new Host({ address: `10.0.0.7${i}`, name: `HOST${i}` })
    const logon = scenario.logon('CORP\\eve', 'integrity', { machine })
    const account = { ...logon.account!, workstation: client.name }
    const session = scenario.rpc({ client, port: 49157 })
    session.call(
      session.bind(SVCCTL, { logon: { ...logon, account } }),
      { opnum: 15, stub: new Uint8Array(40) },
      returning(0),
    )
  }
  const open = await opened(scenario.capture())
  expect(open.findings.some(({ rule }) => rule === 'cloned-machine')).toBe(machines[0] === machines[1])
  const again = await opened(await redacted(open))
  expect(again.findings.map(({ rule }) => rule)).toEqual(open.findings.map(({ rule }) => rule))
})

test('no bytes, however damaged, change the number or the lengths of frames', async () => {
  const frames = winpeCapture().slice(480, 560)
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
      const next = () => numbers.next().value as number
      const damaged = frames.map((frame) => {
        const bytes = frame.bytes.slice(0, next() % 5 === 0 ? next() % frame.bytes.length : undefined)
        for (let i = 0; i < next() % 4; i++) bytes[next() % bytes.length] = next() & 0xff
        return { ...frame, bytes, wireLength: frame.bytes.length }
      })
      const open = await opened(pcapng(damaged))
      expect(lengths(await opened(await redacted(open)))).toEqual(lengths(open))
    }),
    { numRuns: 15 },
  )
})

/** Captures from elsewhere, where they are available. */
const REAL = new URL('../../../../../shared/captures/', import.meta.url)
const MOST_BYTES = 3_000_000
const files = existsSync(REAL)
  ? readdirSync(REAL, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(tsv|md|txt)$/.test(entry.name))
      .map(({ name }) => name)
  : []

/** Users, domains and hosts that logons name, as whole labels; what every network has is no secret. */
function logonNames({ capture, conversation, names }: OpenCapture): string[] {
  const users = metNames({ capture, conversation: conversation!, names: names! }).filter(({ kind }) => kind === 'user')
  const targets = conversation!.connections.flatMap(({ security }) =>
    security.flatMap(({ workstation, target }) => [workstation, target?.netbiosComputer, target?.dnsComputer]),
  )
  const whole = [...users.map(({ name }) => name), ...targets].flatMap((name) => name ?? [])
  const labels = whole.flatMap((name) => name.split(/[^\p{L}\p{N}_-]+/u))
  return [...new Set(labels)].filter((label) => label.length >= 4 && !COMMON.test(label) && !/^[\d-]+$/.test(label))
}

function hasOwnMedia({ capture: { interfaces } }: OpenCapture): boolean {
  return Array.from({ length: interfaces.rows }, (_, row) => interfaces.get(Interface.LinkType, row)).some(
    (link) => link > 0xffff,
  )
}

const COMMON = /^(kerberos|encrypted|name|anonymous|local|workgroup|system|null|localhost|host)$/i

describe.skipIf(files.length === 0)('captures from elsewhere', () => {
  test.each(files)('%s', async (name) => {
    const original = new Uint8Array(readFileSync(new URL(name, REAL)))
    if (original.length > MOST_BYTES) return
    const open = await opened(original)
    const bytes = await redacted(open)
    const again = await opened(bytes)
    expect(lengths(again)).toEqual(lengths(open))
    expect(heldBy(bytes, logonNames(open))).toEqual([])
    const dotted = hostAddresses(open).filter((text) => /^\d+(\.\d+){3}$/.test(text) && text.length > 9)
    expect(heldBy(bytes, dotted)).toEqual([])
    // Media that only Network Monitor numbers cannot be named in a pcapng: nothing is read of them again.
    if (!hasOwnMedia(open)) expect(titlesOf(again)).toEqual(titlesOf(open))
  })
})
