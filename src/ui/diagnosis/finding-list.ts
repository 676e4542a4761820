// How the list of findings is filtered, sorted and grouped. Pure.
import type { Finding, Severity } from '../../diagnosis/finding'

export type Order = 'severity' | 'impact' | 'time' | 'count'
export type Grouping = 'none' | 'cause' | 'host' | 'user'

export interface Group {
  /** Empty for a list that is not grouped. */
  title: string
  findings: Finding[]
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** True for what the list of failures shows: neither normal, nor a limit, nor explained by another finding. */
export function isFailure({ kind, mutedBy }: Finding): boolean {
  return kind === 'finding' && !mutedBy
}

/** Identifies a finding of a capture, also after it was read again. */
export function findingKey({ rule, title }: Finding): string {
  return `${rule}: ${title}`
}

/** How many failures there are of each severity. */
export function severityCounts(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, note: 0 }
  for (const { severity } of findings) counts[severity]++
  return counts
}

/** True if every word of the query is in the finding's texts. */
export function matchesQuery(finding: Finding, query: string): boolean {
  const { title, rule, symptom = '', explanation, layers, identities = [], occurrences } = finding
  const text = [
    title,
    rule,
    symptom,
    explanation,
    ...layers.flatMap(({ code, text }) => [code, text]),
    ...identities.map(({ name }) => name),
    ...occurrences.map(({ label }) => label),
  ]
    .join('\n')
    .toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** True if the program of this finding shows one of the codes (`0x800706be`, `1722`) or symbols. */
export function produces({ layers, symptom = '' }: Finding, codes: readonly string[]): boolean {
  const text = [symptom, ...layers.flatMap(({ code, text }) => [code, text])].join('\n').toLowerCase()
  return codes.some((code) => new RegExp(`(?<![\\w])${code.toLowerCase()}(?![\\w])`).test(text))
}

const rankOf = ({ severity }: Finding) => SEVERITIES.indexOf(severity)

/**
 * Sorted as asked; equal ones stay in the order of the diagnosis, which is by severity and certainty. Of one severity, what
 * happened most often has the greatest impact.
 */
export function sorted(findings: readonly Finding[], order: Order): Finding[] {
  if (order === 'impact') return findings.toSorted((a, b) => rankOf(a) - rankOf(b) || timesOf(b) - timesOf(a))
  if (order === 'time') return findings.toSorted((a, b) => firstFrame(a) - firstFrame(b))
  if (order === 'count') return findings.toSorted((a, b) => timesOf(b) - timesOf(a))
  return [...findings]
}

/** In groups by a title, in the order in which titles are met. */
export function grouped(findings: readonly Finding[], titleOf: (finding: Finding) => string): Group[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const title = titleOf(finding)
    groups.set(title, [...(groups.get(title) ?? []), finding])
  }
  return [...groups].map(([title, findings]) => ({ title, findings }))
}

export function firstFrame({ evidence, occurrences }: Finding): number {
  return Math.min(...occurrences.map(({ first }) => first), ...evidence.map(({ frame }) => frame))
}

export function timesOf({ count, occurrences }: Finding): number {
  return Math.max(1, count ?? occurrences.length)
}
