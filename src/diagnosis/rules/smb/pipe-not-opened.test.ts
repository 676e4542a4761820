import { describe, expect, test } from 'vitest'
import { diagnose, found, returning, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import type { Scenario } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const shows: Play = (play) => {
  play.pipe('winreg', 'CORP\\admin', { create: 0xc0000034 })
}

test('a pipe that does not exist is reported by its name', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'pipe-not-opened')
  expect(finding).toMatchObject({ severity: 'error' })
  expect(finding!.title).toContain('winreg')
  expect(finding!.title).toContain('likely does not run')
})

test('a pipe that opens is fine', async () => {
  const findings = await diagnose((play) => {
    const { session } = play.pipe('svcctl', 'CORP\\admin')
    session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) }, returning(0))
  })
  expect(found(findings, 'pipe-not-opened')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('access that is denied is not a service that does not run', async () => {
  const findings = await diagnose((play) => void play.pipe('svcctl', 'CORP\\eve', { create: 0xc0000022 }))
  expect(found(findings, 'pipe-not-opened')).toMatchObject({
    severity: 'error',
    title: 'The server denied access to the pipe svcctl',
    atFault: { party: 'account' },
  })
})

test.each([
  [
    'read and write',
    undefined,
    'asks for FILE_GENERIC_READ and FILE_GENERIC_WRITE on the pipe (access mask 0x0012019f)',
    2,
  ],
  ['everything', 0x1f01ff, 'asks for FILE_ALL_ACCESS on the pipe (access mask 0x001f01ff)', 3],
])('the rights that a denied client asked for are named: %s', async (_, access, text, steps) => {
  const failures = { create: 0xc0000022, ...(access !== undefined && { access }) }
  const findings = await diagnose((play) => void play.pipe('svcctl', 'CORP\\eve', failures))
  const finding = found(findings, 'pipe-not-opened')!
  expect(finding.explanation).toContain(text)
  expect(finding.fix).toHaveLength(steps)
})

test('a pipe that does not exist was not refused for its rights', async () => {
  expect(found(await diagnose(shows), 'pipe-not-opened')!.explanation).not.toContain('access mask')
})

test('a pipe without a free instance', async () => {
  const findings = await diagnose((play) => void play.pipe('svcctl', 'CORP\\eve', { create: 0xc00000ac }))
  expect(found(findings, 'pipe-not-opened')).toMatchObject({
    severity: 'error',
    title: 'The pipe svcctl has no free instance, or its service is starting',
  })
})

test('a pipe that is merely tried, or that opens on the next try, is a note', async () => {
  for (const play of [
    (play: Scenario) => void play.pipe('mdssvc', 'CORP\\eve', { create: 0xc0000034 }),
    (play: Scenario) => {
      play.pipe('winreg', 'CORP\\eve', { create: 0xc00000ac })
      play.pipe('winreg', 'CORP\\eve')
    },
  ]) {
    const findings = await diagnose(play)
    expect(found(findings, 'pipe-not-opened')).toMatchObject({ severity: 'note' })
    expect(wrong(findings)).toEqual([])
  }
})

describe('a client that tries pipes which do not exist', () => {
  const NAMES = 'winreg svcctl spoolss eventlog atsvc samr lsarpc netlogon'.split(' ')
  const tries =
    (names: readonly string[]): Play =>
    (play) => {
      for (const name of names) play.pipe(name, 'CORP\\eve', { create: 0xc0000034 })
    }

  test('one after another, probes', async () => {
    const findings = await diagnose(tries(NAMES))
    expect(wrong(findings)).toEqual([])
    expect(found(findings, 'pipe-not-opened')).toMatchObject({
      severity: 'note',
      count: 8,
      title: 'The client likely probes which pipes the server has',
    })
  })

  test('a few of them, fails', async () => {
    expect(wrong(await diagnose(tries(NAMES.slice(0, 3))))).toEqual(Array(3).fill('pipe-not-opened'))
  })

  test('the same one again and again, fails', async () => {
    expect(wrong(await diagnose(tries(Array<string>(9).fill('winreg'))))).toEqual(['pipe-not-opened'])
  })
})

inOtherClothes('pipe-not-opened', shows)
