// Runs every rule and puts what they found in the order in which it should be read.
import { Frame } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { streamNumbers } from '../capture/stream-number'
import { Claims } from './claims'
import { Examination } from './examination'
import type { Confidence, Evidence, Finding, FindingKind, Instance, Severity } from './finding'
import type { CaseFile } from './case-file'
import { withMachineFacts } from './machine-facts'
import type { Occurrence, Outlined, Rule } from './rule'
import { BothSides } from './signs/network/both-sides'
import { ofCapture } from './text/of-kind'
import { frameSpan, listSome } from './text/wording'

const KINDS: FindingKind[] = ['finding', 'normal', 'limit']
const SEVERITIES: Severity[] = ['error', 'warning', 'note']
const CONFIDENCES: Confidence[] = ['high', 'medium', 'low']

/** How many repeats show their frames in the finding's own evidence; the others are counted. */
const MAX_REPEATS_SHOWN = 3
/** Frames that a finding lists at most: the page is for reading. */
const MAX_EVIDENCE = 60
/** Occurrences that a finding lists in full; the others are counted. */
const MAX_INSTANCES = 50
/** Moments of a finding that its explanation lists; the others are counted. */
const MAX_MOMENTS = 4
/** Findings that a rule has at most of each kind; what else it finds becomes one more, "and N more". */
const MAX_FINDINGS_A_RULE = 12
/** Characters of a title, and of any other text. A capture chooses the names in them. */
const MAX_TITLE = 500
const MAX_TEXT = 10_000

/** The rules that may find something in a case, in the order in which they run. */
export type RulesFor = (theCase: Examination) => readonly Rule[] | Promise<readonly Rule[]>

/** Receives how many rules have run, of how many. */
export type OnRule = (run: number, of: number) => void

/**
 * All findings of a case, most important first: what is wrong, then what only looks alarming, then what the capture cannot
 * show. Rules run in the order of rules/index.ts, since earlier ones explain calls and ends of streams that later ones then
 * leave alone. A rule that throws loses what it has not found yet and leaves a line that says so.
 */
export async function diagnose(theCase: CaseFile, rulesFor: RulesFor, onRule?: OnRule): Promise<Finding[]> {
  const claims = new Claims(theCase.conversation.calls.rows, theCase.capture.streams.rows)
  const examination = new Examination(theCase, claims)
  const rules = await rulesFor(examination)
  const found = rules.flatMap((rule, precedence) => {
    onRule?.(precedence, rules.length)
    const occurrences = withoutOtherSides(examination, occurrencesOf(rule, examination, claims))
    return fold(rule, occurrences, theCase.conversation.connections.length).map((finding) => ({
      finding: withMachineFacts(examination, finding),
      precedence,
    }))
  })
  const numbers = streamNumbers(theCase.capture.streams)
  return found
    .sort((one, other) => rank(one.finding) - rank(other.finding) || one.precedence - other.precedence)
    .map(({ finding }) => {
      const filter = coveringFilter(finding, theCase.capture)
      return { ...finding, ...(filter && { filter: forWireshark(filter, numbers) }) }
    })
}

/**
 * A finding's display filter, widened by the frames of its evidence unless it is a stream that holds them all: what a filter
 * shows must contain what proves the finding, whatever fields Wireshark finds in those frames.
 */
function coveringFilter({ filter, evidence }: Finding, { frames }: Capture): string | undefined {
  if (evidence.length === 0) return filter
  const stream = filter && /^tcp\.stream == (\d+)$/.exec(filter)?.[1]
  if (stream && evidence.every(({ frame }) => frames.get(Frame.Stream, frame) === Number(stream))) return filter
  const shown = evidence.map(({ frame }) => frame + 1).sort((one, other) => one - other)
  const all = `frame.number in {${shown.join(', ')}}`
  return filter ? `(${filter}) || ${all}` : all
}

/** What a rule yields, with its claims recorded, up to where it throws. */
function* occurrencesOf(rule: Rule, examination: Examination, claims: Claims): Generator<Occurrence | Outlined> {
  try {
    for (const occurrence of rule.find(examination)) {
      if (occurrence.explains) claims.record(occurrence.explains, rule.id)
      if ('severity' in occurrence) yield occurrence
    }
  } catch (error) {
    yield brokenRule(rule, error)
  }
}

/** Each occurrence once where the capture has both sides of an address translation, and so each connection twice. */
function* withoutOtherSides(
  examination: Examination,
  occurrences: Iterable<Occurrence | Outlined>,
): Generator<Occurrence | Outlined> {
  const sides = new BothSides(examination)
  for (const occurrence of occurrences) {
    const { kind = 'finding', severity } = occurrence
    if (!sides.isSecondSight(`${kind} ${severity}`, occurrence)) yield occurrence
  }
}

/** The line in place of what a rule would have found. */
function brokenRule(rule: Rule, error: unknown): Occurrence {
  return {
    kind: 'limit',
    severity: 'note',
    confidence: 'high',
    title: 'One check failed on this capture',
    explanation:
      `The rule "${rule.id}" (${rule.title}) stopped with an error of its own: ${error instanceof Error ? error.message : String(error)}. ` +
      'All other rules ran. What this one looks for may be in the capture.',
    ...ofCapture('neither the client nor the server: an error in this program'),
    effect: 'What this rule looks for is not reported.',
    fix: [
      { text: 'Report this error with the rule’s name; the capture itself is not needed to see where it happened.' },
    ],
    evidence: [],
    streams: [],
  }
}

/** Rules name a stream by its row; Wireshark counts TCP streams and UDP streams apart. */
function forWireshark(filter: string, numbers: Uint32Array): string {
  return filter.replace(/\btcp\.stream == (\d+)/g, (_, row) => `tcp.stream == ${numbers[Number(row)]}`)
}

/** Lower is read earlier. What another finding explains away comes after all that is by itself. */
function rank({ kind, severity, confidence, mutedBy }: Finding): number {
  const order = [
    KINDS.indexOf(kind),
    mutedBy === undefined ? 0 : 1,
    SEVERITIES.indexOf(severity),
    CONFIDENCES.indexOf(confidence),
  ]
  return order.reduce((sum, digit) => sum * 4 + digit, 0)
}

/** A finding while its occurrences are gathered: its first moments, and how many there are. */
interface Group {
  finding: Finding
  streams: Set<number>
  moments: [first: number, last: number][]
  momentCount: number
  effectOnSeveral: string | undefined
}

/** A rule's occurrences, gathered into findings: by fold key, and beyond MAX_FINDINGS_A_RULE of a kind into one. */
class Groups {
  readonly all: Group[] = []
  readonly #byKey = new Map<string, Group>()
  readonly #byKind = new Map<string, Group[]>()

  /** `connections` is how many the capture has. */
  constructor(
    private readonly rule: Rule,
    private readonly connections: number,
  ) {}

  /** Counts an occurrence in its group. Its words are asked for while the group shows them. */
  add(found: Occurrence | Outlined): void {
    const { fold: key, kind = 'finding', mutedBy = '', moment } = found
    const kinds = mutedBy === '' ? kind : `${kind} ${mutedBy}`
    let ofKind = this.#byKind.get(kinds)
    if (!ofKind) this.#byKind.set(kinds, (ofKind = []))
    let group = (key === undefined ? undefined : this.#byKey.get(key)) ?? ofKind[MAX_FINDINGS_A_RULE]
    const isNew = group === undefined
    const isShown = !group || isRepeatShown(group.finding, found) || group.finding.occurrences.length < MAX_INSTANCES
    const occurrence = isShown ? describedOf(found) : undefined
    if (!group) {
      const { effectOnSeveral } = occurrence!
      const finding = complete(this.rule.id, occurrence!)
      group = { finding, streams: new Set(), moments: [], momentCount: 0, effectOnSeveral }
      this.all.push(group)
      if (ofKind.push(group) <= MAX_FINDINGS_A_RULE && key !== undefined) this.#byKey.set(key, group)
    }
    const { finding, streams, moments } = group
    if (!isNew) repeat(finding, found, occurrence)
    for (const stream of found.streams) streams.add(stream)
    if (moment && group.momentCount++ < MAX_MOMENTS) moments.push(moment)
    if (occurrence && finding.occurrences.length < MAX_INSTANCES) finding.occurrences.push(instance(occurrence))
  }

  /** All findings; those that gather what came after the others are worded as such. */
  findings(): Finding[] {
    const rests = new Set([...this.#byKind.values()].map((ofKind) => ofKind[MAX_FINDINGS_A_RULE]))
    return this.all.map((group) => {
      const { finding, streams } = group
      finding.streams = [...streams]
      if ((finding.count ?? 1) === 1) return finding
      if (rests.has(group)) return restOf(this.rule, finding)
      if (group.effectOnSeveral && streams.size > 1)
        finding.effect = `${streams.size} of ${this.connections} connections ${group.effectOnSeveral}`
      finding.explanation += ` ${repeats(group)}`
      return finding
    })
  }
}

/** Occurrences of one rule as findings: those with the same fold key become one, with how often and where. */
function fold(rule: Rule, occurrences: Iterable<Occurrence | Outlined>, connections: number): Finding[] {
  const groups = new Groups(rule, connections)
  for (const occurrence of occurrences) groups.add(occurrence)
  return groups.findings()
}

function describedOf(found: Occurrence | Outlined): Occurrence {
  if (!('describe' in found)) return found
  const { describe, ...outline } = found
  return { ...describe(), ...outline }
}

/** What a rule found beyond the findings that stand by themselves: many causes, so what is said is what they share. */
function restOf(
  rule: Rule,
  { kind, severity, confidence, evidence, occurrences, streams, count, mutedBy, atFault }: Finding,
): Finding {
  return {
    symptom: 'As in the findings of this kind that are listed one by one.',
    ...(atFault && { atFault: { ...atFault, text: 'as in the findings of this kind that are listed one by one' } }),
    effect: `It happened ${count} more times.`,
    kind,
    rule: rule.id,
    severity,
    confidence,
    title: `And ${count} more: ${rule.title}`,
    explanation: `${rule.meaning} Of this kind, the first ${MAX_FINDINGS_A_RULE} are listed one by one; these ${count} came after them.`,
    advice: [],
    fix: [{ text: 'Mend the causes that are listed one by one first; these often are the same.' }],
    layers: [],
    references: [],
    evidence,
    occurrences,
    streams,
    ...(count !== undefined && { count }),
    ...(mutedBy !== undefined && { mutedBy }),
  }
}

function complete(
  rule: string,
  {
    fold: _fold,
    moment: _moment,
    label: _label,
    method: _method,
    explains: _explains,
    effectOnSeveral: _effectOnSeveral,
    ...occurrence
  }: Occurrence,
): Finding {
  const advice = occurrence.advice ?? occurrence.fix?.map(({ text }) => text) ?? []
  return {
    ...occurrence,
    kind: occurrence.kind ?? 'finding',
    rule,
    layers: occurrence.layers ?? [],
    references: occurrence.references ?? [],
    title: bounded(occurrence.title, MAX_TITLE),
    explanation: bounded(occurrence.explanation, MAX_TEXT),
    advice,
    fix: occurrence.fix ?? advice.map((text) => ({ text })),
    evidence: distinct(occurrence.evidence).slice(0, MAX_EVIDENCE),
    occurrences: [],
  }
}

function instance({ evidence, streams, title, label = title, method, moment, identities }: Occurrence): Instance {
  const shown = distinct(evidence).slice(0, MAX_EVIDENCE)
  const frames = shown.map(({ frame }) => frame)
  const [first, last] = moment ?? [Math.min(...frames), Math.max(...frames)]
  return {
    label: bounded(label, MAX_TITLE),
    ...(method !== undefined && { method }),
    evidence: shown,
    streams: [...new Set(streams)],
    ...(identities && { identities }),
    first: Number.isFinite(first) ? first : 0,
    last: Number.isFinite(last) ? last : 0,
  }
}

function bounded(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`
}

/** True if a further occurrence may show its frames in the finding's own evidence. */
function isRepeatShown({ count = 1 }: Finding, { count: more = 1 }: Occurrence | Outlined): boolean {
  return count + more <= MAX_REPEATS_SHOWN + 1
}

/** Counts a further occurrence; `occurrence` is given while it may be shown. */
function repeat(finding: Finding, found: Occurrence | Outlined, occurrence: Occurrence | undefined): void {
  const { severity, confidence, count = 1 } = found
  if (SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(finding.severity)) finding.severity = severity
  if (CONFIDENCES.indexOf(confidence) < CONFIDENCES.indexOf(finding.confidence)) finding.confidence = confidence
  const isShown = isRepeatShown(finding, found)
  finding.count = (finding.count ?? 1) + count
  if (!occurrence || !isShown || finding.evidence.length + occurrence.evidence.length > MAX_EVIDENCE) return
  const again = occurrence.evidence.map(({ frame, note }) => ({ frame, note: `Again: ${note}` }))
  finding.evidence = distinct([...finding.evidence, ...again])
}

function repeats({ finding: { count, streams }, moments, momentCount }: Group): string {
  const where = streams.length > 1 ? `on ${streams.length} connections` : 'on this connection'
  const spans = moments.map((moment) => frameSpan(moment))
  const when = momentCount > 0 ? `: ${listSome(spans, MAX_MOMENTS, momentCount)}` : ''
  return `In all, this happened ${count} times, ${where}${when}.`
}

/** Each frame once, by its first note. */
function distinct(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<number>()
  return evidence.filter(({ frame }) => !seen.has(frame) && seen.add(frame))
}
