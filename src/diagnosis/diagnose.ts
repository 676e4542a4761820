// Runs every rule and puts what they found in the order in which it should be read.
import { streamNumbers } from '../capture/stream-number'
import { Examination } from './examination'
import type { Case, Confidence, Evidence, Finding, FindingKind, Occurrence, Severity } from './rule'
import { rules } from './rules'
import { frameSpan, listSome } from './wording'

const KINDS: FindingKind[] = ['finding', 'normal', 'limit']
const SEVERITIES: Severity[] = ['error', 'warning', 'note']
const CONFIDENCES: Confidence[] = ['high', 'medium', 'low']

/** How many repeats show their frames; the others are counted. */
const REPEATS_SHOWN = 3
/** Frames that a finding lists at most: the page is for reading. */
const EVIDENCE_LIMIT = 60

/** Hears how many rules have run, of how many. */
export type OnRule = (run: number, of: number) => void

/**
 * All findings of a case, most important first: what is wrong, then what only looks alarming, then what the capture cannot
 * show. Rules run in the order of rules/index.ts, for earlier ones tell later ones what they have explained. `onRule` hears
 * how many have run.
 */
export function diagnose(theCase: Case, onRule?: OnRule): Finding[] {
  const examination = new Examination(theCase)
  const found = rules.flatMap((rule, precedence) => {
    onRule?.(precedence, rules.length)
    return fold(rule.id, rule.find(examination)).map((finding) => ({ finding, precedence }))
  })
  const numbers = streamNumbers(theCase.capture.streams)
  return found
    .sort((one, other) => rank(one.finding) - rank(other.finding) || one.precedence - other.precedence)
    .map(({ finding }) => ({ ...finding, ...(finding.filter && { filter: forWireshark(finding.filter, numbers) }) }))
}

/** Rules name a stream by its row; Wireshark counts TCP streams and UDP streams apart. */
function forWireshark(filter: string, numbers: Uint32Array): string {
  return filter.replace(/\btcp\.stream == (\d+)/g, (_, row) => `tcp.stream == ${numbers[Number(row)]}`)
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

/** A finding while its occurrences are gathered. */
interface Told {
  finding: Finding
  streams: Set<number>
  moments: [first: number, last: number][]
}

/** Occurrences of one rule as findings: those with the same fold key are told once, with how often and where. */
function fold(rule: string, occurrences: Iterable<Occurrence>): Finding[] {
  const told: Told[] = []
  const byKey = new Map<string, Told>()
  for (const { fold: key, moment, ...occurrence } of occurrences) {
    let known = key === undefined ? undefined : byKey.get(key)
    if (known) repeat(known.finding, occurrence)
    else {
      known = { finding: complete(rule, occurrence), streams: new Set(), moments: [] }
      told.push(known)
      if (key !== undefined) byKey.set(key, known)
    }
    for (const stream of occurrence.streams) known.streams.add(stream)
    if (moment) known.moments.push(moment)
  }
  return told.map(({ finding, streams, moments }) => {
    finding.streams = [...streams]
    if ((finding.count ?? 1) > 1) finding.explanation += ` ${repeats(finding, moments)}`
    return finding
  })
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

function repeat(finding: Finding, { evidence, confidence, count = 1 }: Occurrence): void {
  if (CONFIDENCES.indexOf(confidence) < CONFIDENCES.indexOf(finding.confidence)) finding.confidence = confidence
  finding.count = (finding.count ?? 1) + count
  if (finding.count > REPEATS_SHOWN + 1 || finding.evidence.length + evidence.length > EVIDENCE_LIMIT) return
  const again = evidence.map(({ frame, note }) => ({ frame, note: `Again: ${note}` }))
  finding.evidence = distinct([...finding.evidence, ...again])
}

function repeats({ count, streams }: Finding, moments: readonly [number, number][]): string {
  const where = streams.length > 1 ? `on ${streams.length} connections` : 'on this connection'
  const when = moments.length > 0 ? `: ${listSome(moments.map((moment) => frameSpan(moment)))}` : ''
  return `In all, this happened ${count} times, ${where}${when}.`
}

/** Each frame once, by its first note. */
function distinct(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<number>()
  return evidence.filter(({ frame }) => !seen.has(frame) && seen.add(frame))
}
