// The same failure in other clothes, and the same capture in worse shape: what a rule says must depend on what happened, not
// on addresses, names, byte order or encoding, and what is missing from a capture must never make an error of something else.
import { describe, expect, test } from 'vitest'
import type { Finding } from '../diagnosis/finding'
import { unbackedClaims, uncoveringFilters } from './claims'
import { pcapng } from './captures/file/pcapng'
import { type Change, diagnose, found, opened, type Play, wrong } from './diagnose'
import type { Frame } from './captures/file/frame'
import {
  cutTo,
  duplicateAll,
  FEATURES,
  Host,
  lose,
  NDR32,
  NDR64,
  Scenario,
  type ScenarioOptions,
  sentBy,
  swapWithPrevious,
} from './scenario'

interface Clothes {
  options?: ScenarioOptions
  change?: (frames: Frame[]) => Frame[]
}

const clothes = {
  'between other hosts': {
    options: {
      client: new Host({ address: '172.20.33.4', name: 'CLIENT' }),
      server: new Host({ address: '192.168.7.250', name: 'SERVER1' }),
    },
  },
  'by other users': {
    options: {
      rename: (who) => who.replace(/^CORP\\/, 'FABRIKAM\\Zoë '),
    },
  },
  'over IPv6': { options: { ipv6: true } },
  'with VLAN tags': { options: { vlans: [12, 40] } },
  'years later': { options: { start: 1.9e15 } },
  'by big-endian peers': { options: { session: { clientLittleEndian: false, serverLittleEndian: false } } },
  'with SPNEGO': { options: { logonPackage: 'spnego' } },
  'where NDR64 is offered': { options: { session: { transfers: [NDR32, NDR64, FEATURES] } } },
  'in NDR64': { options: { session: { transfers: [NDR32, NDR64, FEATURES], prefersNdr64: true } } },
  'through a named pipe': { options: { throughPipe: 'svcctl' } },
  'with every packet twice': { change: (frames) => duplicateAll(frames) },
  'with two packets changed over': {
    change: (frames) => (frames.length > 8 ? swapWithPrevious(frames, 7) : frames),
  },
} satisfies Record<string, Clothes>

/** A way in which a scenario can be dressed. */
type Dress = keyof typeof clothes

export interface VariantOptions {
  /** What happens to the capture before anything else. */
  change?: Change
  /** Clothes in which this would be another story; say why where it is not plain. */
  except?: readonly Dress[]
  /** Rules that may rightly take this one's place where its evidence is missing from the capture. */
  lesser?: readonly string[]
}

/**
 * Holds a rule's verdict, and that nothing else is blamed, over every dress and over incomplete captures. Without a
 * rule the story is a healthy one.
 */
export function inOtherClothes(
  rule: string | undefined,
  shows: Play,
  { change = (frames) => frames, except = [], lesser = [] }: VariantOptions = {},
) {
  const dresses = Object.entries<Clothes>(clothes).filter(([name]) => !except.includes(name as Dress))

  let undressed: Promise<Finding[]> | undefined
  /** What is found in the story as it is: the same for every dress and every loss. */
  const plainly = () => (undressed ??= diagnose(shows, change))

  test('its titles claim only what its frames show, and its filters show them', async () => {
    const scenario = new Scenario()
    shows(scenario)
    const bytes = pcapng(change(scenario.frames, scenario))
    const open = await opened(bytes)
    const own = open.findings.filter((finding) => finding.rule === rule)
    expect(await unbackedClaims(open, own)).toEqual([])
    expect(await uncoveringFilters(open, own, bytes)).toEqual([])
  })

  describe('in other clothes', () => {
    test.each(dresses)('%s', async (_, { options, change: dress = (frames) => frames }) => {
      const plain = await plainly()
      const findings = await diagnose(shows, (frames, scenario) => dress(change(frames, scenario)), options)
      expect(verdict(findings, rule)).toEqual(verdict(plain, rule))
    })
  })

  describe('in a capture with a part missing', () => {
    test.each(Object.entries(losses))('%s: nothing else is blamed', async (_, worse) => {
      const plain = [...lesser, ...blamed(await plainly())]
      const counts = await Promise.all(
        worse(framesOf(shows)).map(async (lacking) => {
          const findings = await diagnose(shows, (frames, scenario) => lacking(change(frames, scenario), scenario))
          return blamed(findings).filter((blame) => !plain.includes(blame))
        }),
      )
      expect(counts.flat()).toEqual([])
    })
  })
}

function framesOf(shows: Play): number {
  const scenario = new Scenario()
  shows(scenario)
  return scenario.frames.length
}

const SYN = 2
/** The first packets of a story, one of which is missed at a time. */
const MOST = 40
const losses: Record<string, (frames: number) => Change[]> = {
  'without handshakes': () => [(frames) => frames.filter((frame) => (tcpFlags(frame) & SYN) === 0)],
  'cut at 128 bytes': () => [(frames) => cutTo(frames, 128)],
  'one direction': () => [
    (frames, { client }) => sentBy(frames, client),
    (frames, { server }) => sentBy(frames, server),
  ],
  'any one packet missed': (frames) =>
    Array.from({ length: Math.min(frames, MOST) }, (_, at) => (all) => lose(all, at)),
}

/** Flags of a frame of TCP over IPv4 without options, else 0. */
function tcpFlags({ bytes }: Frame): number {
  const ipv4 = bytes[12] === 8 && bytes[13] === 0 && bytes[14] === 0x45 && bytes[23] === 6
  return ipv4 ? bytes[47]! : 0
}

function verdict(findings: Finding[], rule: string | undefined): object {
  const finding = rule === undefined ? undefined : found(findings, rule)
  return { found: finding && { kind: finding.kind, severity: finding.severity }, wrong: wrong(findings) }
}

/** Rules that only repeat what the server answered: right in whatever light, just less specific. */
const PLAIN = ['access-denied', 'other-fault']

/** Rules that call something an error and are sure of it. */
function blamed(findings: Finding[]): string[] {
  return findings
    .filter(({ kind, severity, rule }) => !PLAIN.includes(rule) && kind === 'finding' && severity === 'error')
    .filter(({ confidence, mutedBy }) => confidence !== 'low' && !mutedBy)
    .map(({ rule }) => rule)
}
