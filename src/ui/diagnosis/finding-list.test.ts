import { expect, test } from 'vitest'
import { type Finding, completeFinding } from '../../diagnosis/finding'
import { firstFrame, grouped, isFailure, matchesQuery, produces, severityCounts, sorted, timesOf } from './finding-list'

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
