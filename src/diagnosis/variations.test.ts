// Healthy traffic in other clothes and in captures that lack something, and the case study in pieces. What rules find in other
// clothes is beside each rule.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examine, type Play, returning, SVCCTL, working } from '../testing/diagnose'
import { winpeCapture } from '../testing/case-study/winpe'
import type { Frame } from '../testing/captures/file/frame'
import { inOtherClothes } from '../testing/variations'

const request = { opnum: 12, stub: new Uint8Array(40) }

const healthy: Record<string, Play> = {
  'a call': (play) => working(play).session.close('client'),
  'an activation and calls to the object': (play) => {
    play.activate({ logon: play.logon('CORP\\admin', 'integrity') }).session.close('client')
    working(play, { level: 'privacy' }).session.close('client')
  },
  'a look-up of the port, then calls without a logon': (play) => {
    play.lookUp('server1.corp.example', [play.server.address])
    play.mapEndpoint(SVCCTL, 49200).close('client')
    const session = play.rpc({ port: 49200 })
    session.call(session.bind(SVCCTL), request, returning(0))
    session.close('client')
  },
  'two users on one connection': (play) => {
    const { session } = working(play)
    const second = session.bind(SVCCTL, { logon: play.logon('OTHER\\bob', 'integrity') })
    session.call(second, request, returning(0))
  },
}

describe.each(Object.entries(healthy))('%s', (_, play) => inOtherClothes(undefined, play))

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

/** True if findings came out, each with a title and with frames that exist. */
async function judged(frames: Frame[]): Promise<boolean> {
  const { findings } = await examine(frames)
  return findings.every(({ title, evidence }) => title !== '' && evidence.every(({ frame }) => frame < frames.length))
}
