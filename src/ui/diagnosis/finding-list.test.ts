import { expect, test } from 'vitest'
import { type Finding, completeFinding } from '../../diagnosis/finding'
import {
  callsLost,
  firstFrame,
  grouped,
  impactOf,
  isFailure,
  matchesQuery,
  produces,
  severityCounts,
  sorted,
  timesOf,
} from './finding-list'

function finding(parts: Partial<Finding>): Finding {
  return completeFinding({
    kind: 'finding',
    rule: 'rule',
    severity: 'error',
    confidence: 'high',
    title: 'The server refused the call.',
    explanation: '',
    advice: [],
    layers: [],
    evidence: [{ frame: 4, note: '' }],
    references: [],
    streams: [],
    ...parts,
  })
}

test('what is normal, a limit or explained by another finding is no failure', () => {
  expect(isFailure(finding({}))).toBe(true)
  expect(isFailure(finding({ kind: 'normal' }))).toBe(false)
  expect(isFailure(finding({ mutedBy: 'other' }))).toBe(false)
})

test('severities are counted', () => {
  const list = [finding({}), finding({ severity: 'note' }), finding({})]
  expect(severityCounts(list)).toEqual({ error: 2, warning: 0, note: 1 })
})

test('a search looks for every word, in titles, codes and names', () => {
  const one = finding({
    layers: [{ layer: '.NET', code: '0x800706BE', text: '' }],
    identities: [{ role: '', name: 'CORP\\anna' }],
  })
  expect(matchesQuery(one, '')).toBe(true)
  expect(matchesQuery(one, '800706be REFUSED anna')).toBe(true)
  expect(matchesQuery(one, 'refused peter')).toBe(false)
})

test('a finding produces a code only as a whole', () => {
  const one = finding({ symptom: '0x800706BE, error 1726', layers: [] })
  expect(produces(one, ['0x800706be'])).toBe(true)
  expect(produces(one, ['726'])).toBe(false)
  expect(produces(one, ['1726'])).toBe(true)
  expect(produces(one, [])).toBe(false)
})

test('findings are sorted by time or count, and grouped in the order met', () => {
  const late = finding({ evidence: [{ frame: 90, note: '' }], rule: 'a' })
  const often = finding({ evidence: [{ frame: 10, note: '' }], count: 7, rule: 'b' })
  expect(sorted([late, often], 'time')).toEqual([often, late])
  expect(sorted([late, often], 'count')).toEqual([often, late])
  expect(sorted([late, often], 'impact')).toEqual([often, late])
  expect(sorted([finding({ severity: 'note', count: 99 }), late, often], 'impact').slice(0, 2)).toEqual([often, late])
  expect(sorted([late, often], 'severity')).toEqual([late, often])
  expect(
    grouped([late, often, late], ({ rule }) => rule).map(({ title, findings }) => [title, findings.length]),
  ).toEqual([
    ['a', 2],
    ['b', 1],
  ])
  expect([firstFrame(late), timesOf(often), timesOf(late)]).toEqual([90, 7, 1])
})

test('impact is what was lost: calls, then connections, then how often it happened', () => {
  const lost = callsLost([
    { stream: 1, faults: 2, unanswered: 1 },
    { stream: 1, faults: 1, unanswered: 0 }, // another pipe of the same stream
    { stream: 2, faults: 0, unanswered: 0 },
  ])
  const oneLost = finding({ rule: 'calls', streams: [1, 1] })
  const twoConnections = finding({ rule: 'connections', streams: [2, 9] })
  const often = finding({ rule: 'often', streams: [2], count: 50 })
  const note = finding({ rule: 'note', severity: 'note', streams: [1], count: 99 })
  expect(impactOf(oneLost, lost)).toEqual({ calls: 4, connections: 1, times: 1 })
  expect(impactOf(twoConnections, lost)).toEqual({ calls: 0, connections: 2, times: 1 })
  expect(impactOf(often, lost)).toEqual({ calls: 0, connections: 1, times: 50 })
  const rare = finding({ rule: 'rare', streams: [2] })
  expect(sorted([rare, note, often, twoConnections, oneLost], 'impact', lost).map(({ rule }) => rule)).toEqual([
    'calls',
    'connections',
    'often',
    'rare',
    'note',
  ])
})
