// How the list of findings is filtered, sorted and grouped. Pure.
import type { Finding, Severity } from '../../diagnosis/finding'
import type { ConnectionRow } from '../../engine/api'

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

/** What was lost where a finding happened. */
interface Impact {
  /** Calls on its connections that failed or were never answered. */
  calls: number
  connections: number
  times: number
}

/** Calls that failed or were never answered, by stream; a stream of SMB carries several connections. */
export function callsLost(
  connections: readonly Pick<ConnectionRow, 'stream' | 'faults' | 'unanswered'>[],
): Map<number, number> {
  const lost = new Map<number, number>()
  for (const { stream, faults, unanswered } of connections)
    lost.set(stream, (lost.get(stream) ?? 0) + faults + unanswered)
  return lost
}

/** The impact of a finding; `lost` is what `callsLost` returns. */
export function impactOf(finding: Finding, lost: ReadonlyMap<number, number>): Impact {
  const streams = new Set(finding.streams)
  const calls = [...streams].reduce((sum, stream) => sum + (lost.get(stream) ?? 0), 0)
  return { calls, connections: streams.size, times: timesOf(finding) }
}

/** Says what sorting by impact counts. */
export const IMPACT_COUNTS =
  'Errors before warnings and notes. Of one severity, first by the calls on its connections that failed or were never answered, then by the number of its connections, then by how often it happened.'

/**
 * Sorted as asked; equal ones stay in the order of the diagnosis, which is by severity and certainty. Impact sorts within a
 * severity, the greatest loss first.
 */
export function sorted(
  findings: readonly Finding[],
  order: Order,
  lost: ReadonlyMap<number, number> = new Map(),
): Finding[] {
  if (order === 'impact') {
    const impacts = new Map(findings.map((finding) => [finding, impactOf(finding, lost)]))
    return findings.toSorted((a, b) => rankOf(a) - rankOf(b) || byImpact(impacts.get(a)!, impacts.get(b)!))
  }
  if (order === 'time') return findings.toSorted((a, b) => firstFrame(a) - firstFrame(b))
  if (order === 'count') return findings.toSorted((a, b) => timesOf(b) - timesOf(a))
  return [...findings]
}

function byImpact(a: Impact, b: Impact): number {
  return b.calls - a.calls || b.connections - a.connections || b.times - a.times
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
