import { expect, test } from 'vitest'
import type { Finding } from '../../finding'
import { diagnose, returning, working, type Change, type Play } from '../../../testing/diagnose'
import { translateAll } from '../../../testing/impair'

const OUTSIDE = [10, 200, 1, 7]
const translated: Change = (frames, { client }) => translateAll(frames, client, OUTSIDE)
const oneSide: Change = (frames) => frames

/** What is wrong, with how often. */
const failures = (findings: Finding[]) =>
  findings.filter(({ severity }) => severity !== 'note').map(({ title, count = 1 }) => ({ title, count }))

const denied: Play = (play) => {
  const { session, binding } = working(play)
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(5))
}

const CASES: [string, Play][] = [
  ['a method that was denied', denied],
  ['a refused port', (play) => play.refused({ port: 135 })],
  [
    'two methods that were denied on one connection',
    (play) => {
      const { session, binding } = working(play)
      session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(5))
      session.call(binding, { opnum: 16, stub: new Uint8Array(40) }, returning(5))
    },
  ],
]

test.each(CASES)('%s is found as often on both sides of an address translation as on one', async (_, play) => {
  const one = failures(await diagnose(play, oneSide))
  expect(one.length).toBeGreaterThan(0)
  expect(failures(await diagnose(play, translated))).toEqual(one)
})

test('calls that fail alike on two connections are two', async () => {
  const findings = await diagnose((play) => {
    for (const opnum of [12, 16]) {
      const { session, binding } = working(play)
      session.call(binding, { opnum, stub: new Uint8Array(40) }, returning(5))
    }
  })
  expect(failures(findings).reduce((sum, { count }) => sum + count, 0)).toBe(2)
})
