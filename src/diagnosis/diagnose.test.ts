import { describe, expect, test } from 'vitest'
import { diagnose, examine, working, type Play } from '../testing/diagnose'
import { Scenario } from '../testing/scenario'
import type { CaseFile } from './case-file'
import { diagnose as runStages } from './diagnose'
import type { Finding } from './finding'
import type { Rule } from './rule'
import { rules } from './rules'

function runRules(theCase: CaseFile, list: readonly Rule[]): Promise<Finding[]> {
  return runStages(theCase, () => list)
}

describe('a request of several fragments that never ends', () => {
  /** Frames of a large request, of which the capture holds the first `kept`, and what ends the connection then. */
  function cut(kept: number, ending: 'none' | 'FIN' | 'RST', by: 'client' | 'server') {
    const scenario = new Scenario()
    const { session, binding } = working(scenario)
    const before = scenario.frames.length
    session.request(binding, { opnum: 12, stub: new Uint8Array(30_000) })
    const after = scenario.frames.length
    if (ending === 'FIN') session.tcp.finish(by)
    if (ending === 'RST') session.tcp.reset(by)
    return {
      parts: after - before,
      frames: [...scenario.frames.slice(0, before + kept), ...scenario.frames.slice(after)],
    }
  }

  test('the finding shows the frame in which the request begins', async () => {
    const { frames } = cut(8, 'RST', 'server')
    const { findings } = await examine(frames)
    const first = frames.length - 1 - 8
    const shown = findings.find(({ rule }) => rule === 'connection-lost')!.evidence.map(({ frame }) => frame)
    expect(shown.some((frame) => frame >= first && frame < first + 8)).toBe(true)
  })

  test.each(['none', 'FIN', 'RST'] as const)('%s: each cut gives findings whose frames exist', async (ending) => {
    for (const by of ['client', 'server'] as const)
      for (let kept = 1; kept <= cut(0, ending, by).parts; kept++) {
        const { frames } = cut(kept, ending, by)
        const { findings } = await examine(frames)
        const shown = findings.flatMap(({ evidence, occurrences }) => [
          ...evidence.map(({ frame }) => frame),
          ...occurrences.flatMap((one) => [one.first, one.last, ...one.evidence.map(({ frame }) => frame)]),
        ])
        expect(
          shown.filter((frame) => !(frame < frames.length)),
          `${kept} kept, ${ending} by ${by}`,
        ).toEqual([])
        expect(findings.map(({ title }) => title)).not.toContain('One check failed on this capture')
      }
  })
})

describe('a rule that throws', () => {
  const broken: Rule = {
    id: 'broken-on-purpose',
    title: 'Throws after its first finding',
    meaning: '',
    *find() {
      const found = { severity: 'warning', confidence: 'high', explanation: '', evidence: [], streams: [] } as const
      yield { ...found, title: 'Found before', evidence: [], streams: [] }
      throw new RangeError('no such row')
    },
  }
  const play: Play = (scenario) => {
    const { session, binding } = working(scenario)
    session.fault(session.request(binding, { opnum: 200 }), 0x1c010002)
  }

  test('costs its own finding only, and leaves a line that names it', async () => {
    const scenario = new Scenario()
    play(scenario)
    const { theCase } = await examine(scenario.frames)
    const findings = await runRules(theCase, [broken, ...rules])
    expect(findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['unknown-operation', 'broken-on-purpose']))
    expect(findings.map(({ title }) => title)).toContain('Found before')
    const line = findings.find(({ kind, rule }) => kind === 'limit' && rule === 'broken-on-purpose')!
    expect(line.explanation).toContain('no such row')
  })

  test('leaves what all others find as it was', async () => {
    const scenario = new Scenario()
    play(scenario)
    const { theCase } = await examine(scenario.frames)
    const others = (await runRules(theCase, [broken, ...rules])).filter(({ rule }) => rule !== broken.id)
    expect(others).toEqual(await runRules(theCase, rules))
  })
})

test('what an occurrence explains is left alone by later rules', async () => {
  const scenario = new Scenario()
  const { session, binding } = working(scenario)
  session.fault(session.request(binding, { opnum: 200 }), 0x1c010002)
  const { theCase } = await examine(scenario.frames)
  const claims: Rule = {
    id: 'claims-every-call',
    title: '',
    meaning: '',
    *find({ faults }) {
      yield {
        severity: 'note',
        confidence: 'high',
        title: 'Every fault',
        explanation: '',
        evidence: [],
        streams: [],
        explains: { calls: faults },
      }
    },
  }
  const found = async (list: readonly Rule[]) => (await runRules(theCase, list)).map(({ rule }) => rule)
  expect(await found(rules)).toContain('unknown-operation')
  expect(await found([claims, ...rules])).not.toContain('unknown-operation')
})

test('each occurrence of a finding has its own method, frames and moment', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    for (const opnum of [200, 201]) session.fault(session.request(binding, { opnum }), 0x1c010002)
  })
  const occurrences = findings.filter(({ rule }) => rule === 'unknown-operation').flatMap((one) => one.occurrences)
  expect(occurrences).toHaveLength(2)
  expect(new Set(occurrences.map(({ first }) => first)).size).toBe(2)
})

test('each occurrence of a finding has its own users', async () => {
  const folded: Rule = {
    id: 'folded-on-purpose',
    title: 'Once for each user',
    meaning: 'Made up.',
    *find() {
      const found = { severity: 'warning', confidence: 'high', explanation: '', fold: 'all' } as const
      for (const [frame, name] of ['ann', 'bob'].entries())
        yield {
          ...found,
          streams: [],
          title: 'Refused',
          evidence: [{ frame, note: name }],
          identities: [{ role: 'refused', name }],
        }
    },
  }
  const [finding] = await runRules((await examine(new Scenario().frames)).theCase, [folded])
  expect(finding!.occurrences.map(({ identities }) => identities)).toEqual([
    [{ role: 'refused', name: 'ann' }],
    [{ role: 'refused', name: 'bob' }],
  ])
})

describe('very many findings', () => {
  /** A rule that finds so many things, each with a cause of its own. */
  const busy = (count: number, kind: 'finding' | 'normal' = 'finding'): Rule => ({
    id: 'busy-on-purpose',
    title: 'Something each time',
    meaning: 'Made up.',
    *find() {
      for (let i = 0; i < count; i++) {
        const found = { kind, severity: 'warning', confidence: 'medium', explanation: 'x'.repeat(50_000) } as const
        yield { ...found, title: `Cause ${i}`, fold: `${i}`, evidence: [{ frame: i, note: 'here' }], streams: [i] }
      }
    },
  })
  const theCase = async () => (await examine(new Scenario().frames)).theCase

  test('become a bounded list: the first ones, and how many more', async () => {
    const findings = await runRules(await theCase(), [busy(40_000)])
    const listed = findings.map(({ title }) => title)
    expect(listed.slice(0, -1)).toEqual(Array.from({ length: listed.length - 1 }, (_, i) => `Cause ${i}`))
    const more = 40_000 - (listed.length - 1)
    expect(listed.at(-1)).toBe(`And ${more} more: Something each time`)
    expect(findings.at(-1)).toMatchObject({ count: more, severity: 'warning', confidence: 'medium', advice: [] })
    expect(findings.at(-1)!.streams).toHaveLength(more)
    expect(JSON.stringify(findings).length).toBeLessThan(1_000_000)
  })

  test('of one cause are one finding, also past the bound', async () => {
    const many = busy(13)
    const alike: Rule = {
      ...many,
      *find(examination) {
        for (let again = 0; again < 3; again++) yield* many.find(examination)
      },
    }
    const findings = await runRules(await theCase(), [alike])
    expect(findings.map(({ title, count }) => [title, count]).slice(-2)).toEqual([
      ['Cause 11', 3],
      ['And 3 more: Something each time', 3],
    ])
  })

  test('of two kinds do not crowd each other out', async () => {
    const findings = await runRules(await theCase(), [busy(500), { ...busy(1, 'normal'), id: 'calm' }])
    expect(findings.filter(({ kind }) => kind === 'normal')).toHaveLength(1)
  })
})
