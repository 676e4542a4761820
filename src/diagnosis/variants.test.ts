// The same failure in other clothes: what a rule says must depend on what happened, not on addresses, byte order or encoding.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diagnose, examine, returning, SVCCTL, working, wrong } from '../../e2e/diagnosing'
import { winpeCapture } from '../../e2e/generate/case-study/winpe'
import type { Frame } from '../../e2e/generate/file/frame'
import {
  duplicateAll,
  NDR32,
  NDR64,
  FEATURES,
  type Scenario,
  type ScenarioOptions,
  swapWithPrevious,
} from '../../e2e/generate/scenario'

const request = { opnum: 12, stub: new Uint8Array(40) }

const stories: Record<string, { play: (scenario: Scenario) => void; rules: string[] }> = {
  'nothing wrong': { play: (play) => working(play).session.close('client'), rules: [] },
  'a refused logon': {
    play: (play) => {
      const session = play.rpc()
      const binding = session.bind(SVCCTL, {
        logon: play.logon('CORP\\eve', 'integrity'),
        transfers: [NDR32, NDR64, FEATURES],
      })
      session.fault(session.request(binding, request), 0x721)
      session.close('server')
    },
    rules: ['logon-refused'],
  },
  'a second identity': {
    play: (play) => {
      const { session } = working(play)
      const second = session.bind(SVCCTL, { logon: play.logon('OTHER\\bob', 'connect') })
      session.fault(session.request(second, request), 0x721)
      session.fault(session.request(second, request), 5)
      session.close('server')
    },
    rules: ['identity-switch'],
  },
  'an unknown operation': {
    play: (play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, request), 0x1c010002)
    },
    rules: ['unknown-operation'],
  },
  'a method that says no': {
    play: (play) => {
      const { session, binding } = working(play)
      session.call(binding, request, returning(1060))
    },
    rules: ['method-error'],
  },
  'a blocked port': {
    play: (play) => {
      play.mapEndpoint(SVCCTL, 49200).close('client')
      play.unanswered({ port: 49200 })
    },
    rules: ['dynamic-port-blocked'],
  },
}

/** One packet after the handshake changes places with the one before it. */
function disordered(frames: readonly Frame[]): Frame[] {
  return frames.length > 8 ? swapWithPrevious(frames, 7) : [...frames]
}

const variants: Record<string, { options?: ScenarioOptions; change?: (frames: Frame[]) => Frame[] }> = {
  'as it is': {},
  'over IPv6': { options: { ipv6: true } },
  'with VLAN tags': { options: { vlans: [12, 40] } },
  'every packet twice': { change: (frames) => duplicateAll(frames) },
  'two packets changed over': { change: disordered },
  'years later': { options: { start: 1.9e15 } },
}

describe.each(Object.entries(stories))('%s', (_, { play, rules }) => {
  test.each(Object.entries(variants))('%s', async (_, { change, options }) => {
    expect(wrong(await diagnose(play, change, options))).toEqual(rules)
  })
})

describe('damage', () => {
  const frames = winpeCapture()

  test('the case study, cut at many lengths, is always judged and never throws', async () => {
    for (let length = 0; length <= frames.length; length += 65) expect(await judged(frames.slice(0, length))).toBe(true)
  })

  test('nor with random bytes overwritten', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
        const next = () => numbers.next().value as number
        const damaged = frames.map((frame) => {
          const bytes = frame.bytes.slice()
          if (next() % 4 === 0 && bytes.length > 54) bytes[54 + (next() % (bytes.length - 54))] = next() & 0xff
          return { ...frame, bytes }
        })
        expect(await judged(damaged)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
})

/** Whether findings came out, each with a title and with frames that exist. */
async function judged(frames: Frame[]): Promise<boolean> {
  const { findings } = await examine(frames)
  return findings.every(({ title, evidence }) => title !== '' && evidence.every(({ frame }) => frame < frames.length))
}
