// Runs every rule and puts what they found in the order in which it should be read.
import { Examination } from './examination'
import type { Case, Confidence, Evidence, Finding, FindingKind, Occurrence, Severity } from './rule'
import { rules } from './rules'

const KINDS: FindingKind[] = ['finding', 'normal', 'limit']
const SEVERITIES: Severity[] = ['error', 'warning', 'note']
const CONFIDENCES: Confidence[] = ['high', 'medium', 'low']

/** How many repeats show their frames; the others are counted. */
const REPEATS_SHOWN = 3
/** Frames that a finding lists at most: the page is for reading. */
const EVIDENCE_LIMIT = 60

/**
 * All findings of a case, most important first: what is wrong, then what only looks alarming, then what the capture cannot
 * show. Rules run in the order of rules/index.ts, for earlier ones tell later ones what they have explained.
 */
export function diagnose(theCase: Case): Finding[] {
  const examination = new Examination(theCase)
  const found = rules.flatMap((rule, precedence) =>
    fold(rule.id, rule.find(examination)).map((finding) => ({ finding, precedence })),
  )
  return found
    .sort((one, other) => rank(one.finding) - rank(other.finding) || one.precedence - other.precedence)
    .map(({ finding }) => finding)
}

/** Lower is read earlier. What another finding explains away comes after all that stands by itself. */
function rank({ kind, severity, confidence, mutedBy }: Finding): number {
  const order = [
    KINDS.indexOf(kind),
    mutedBy === undefined ? 0 : 1,
    SEVERITIES.indexOf(severity),
    CONFIDENCES.indexOf(confidence),
  ]
  return order.reduce((sum, digit) => sum * 4 + digit, 0)
}

/** Occurrences of one rule as findings: those with the same fold key are told once, with how often and where. */
function fold(rule: string, occurrences: Iterable<Occurrence>): Finding[] {
  const findings: Finding[] = []
  const byKey = new Map<string, { finding: Finding; streams: Set<number> }>()
  for (const { fold: key, ...occurrence } of occurrences) {
    const known = key === undefined ? undefined : byKey.get(key)
    if (known) {
      repeat(known.finding, occurrence)
      for (const stream of occurrence.streams) known.streams.add(stream)
      continue
    }
    const finding = complete(rule, occurrence)
    findings.push(finding)
    if (key !== undefined) byKey.set(key, { finding, streams: new Set(finding.streams) })
  }
  for (const { finding, streams } of byKey.values()) finding.streams = [...streams]
  for (const finding of findings) {
    if (finding.count !== undefined && finding.count > 1)
      finding.explanation += ` ${repeats(finding.count, finding.streams.length)}`
  }
  return findings
}

function complete(rule: string, occurrence: Omit<Occurrence, 'fold'>): Finding {
  return {
    kind: 'finding',
    rule,
    advice: [],
    layers: [],
    references: [],
    ...occurrence,
    evidence: distinct(occurrence.evidence).slice(0, EVIDENCE_LIMIT),
  }
}

function repeat(finding: Finding, { evidence, count = 1 }: Occurrence): void {
  finding.count = (finding.count ?? 1) + count
  if (finding.count > REPEATS_SHOWN + 1 || finding.evidence.length + evidence.length > EVIDENCE_LIMIT) return
  const again = evidence.map(({ frame, note }) => ({ frame, note: `Again: ${note}` }))
  finding.evidence = distinct([...finding.evidence, ...again])
}

function repeats(count: number, streams: number): string {
  const where = streams > 1 ? `on ${streams} connections` : 'on this connection'
  return `In all this happened ${count} times, ${where}.`
}

/** Each frame once, by its first note. */
function distinct(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<number>()
  return evidence.filter(({ frame }) => !seen.has(frame) && seen.add(frame))
}
