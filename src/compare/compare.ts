// Two captures of the same thing, one good and one bad: what is the first difference, and what else differs.
import { Call, Outcome } from '../conversation/model'
import { Examination } from '../diagnosis/examination'
import type { CaseFile } from '../diagnosis/case-file'
import { statusText } from '../diagnosis/text/wording'
import { align, type Pair } from './align'
import type { Difference } from './difference'
import { closeDifferences, identityDifferences, reactionDifferences } from './identities'
import { callKey, callText, type Side, sideOf } from './side'
import { timingDifferences } from './timing'

/** Calls of both captures beside each other: rows of their call tables. */
export interface AlignedCall {
  a?: number
  b?: number
  method: string
  /** True when both sides have the call and it ended alike. */
  same: boolean
}

export interface Comparison {
  /** The first difference, or that there is none. */
  summary: string
  /** In the order in which they show, timings last. */
  differences: Difference[]
  calls: AlignedCall[]
}

/** Beyond so many calls only the first are aligned one by one; sets are compared over all. */
const ALIGNED_CALLS = 200_000
/** Differences of one kind that are listed; the table of calls has all. */
const MAX_DIFFERENCES = 12

/** Compares two captures; A is the one that the reader knows, usually the one that fails. */
export function compare(caseA: CaseFile, caseB: CaseFile): Comparison {
  const a = sideOf(new Examination(caseA))
  const b = sideOf(new Examination(caseB))
  const pairs = align(
    a.calls.slice(0, ALIGNED_CALLS).map((call) => callKey(a, call)),
    b.calls.slice(0, ALIGNED_CALLS).map((call) => callKey(b, call)),
  )
  const calls = pairs.map((pair) => alignedCall(a, b, pair))
  const early = [
    ...reactionDifferences(a, b),
    ...identityDifferences(a, b),
    ...callDifferences(a, b),
    ...outcomeDifferences(a, b, calls),
    ...closeDifferences(a, b),
  ]
  const place = placer(a, b, calls)
  early.sort((one, other) => place(one) - place(other))
  const differences = [...early, ...timingDifferences(a, b)]
  return { summary: early[0]?.text ?? NO_DIFFERENCE, differences, calls }
}

const NO_DIFFERENCE = 'Both captures show the same calls by the same kinds of identities with the same outcomes.'

/** Where in the common story a difference is: the aligned call at or after its first frame, in A where it shows there. */
function placer(a: Side, b: Side, calls: readonly AlignedCall[]): (difference: Difference) => number {
  const placesA = framePlaces(a, calls, 'a')
  const placesB = framePlaces(b, calls, 'b')
  return ({ a: inA, b: inB }) => {
    const [places, evidence] = inA.length > 0 ? [placesA, inA] : [placesB, inB]
    const first = Math.min(...evidence.map(({ frame }) => frame))
    return places.find(({ frame }) => frame >= first)?.place ?? calls.length
  }
}

function framePlaces(
  { theCase }: Side,
  calls: readonly AlignedCall[],
  side: 'a' | 'b',
): { frame: number; place: number }[] {
  return calls.flatMap((call, place) => {
    const row = call[side]
    return row === undefined ? [] : [{ frame: theCase.frameOf(row), place }]
  })
}

function alignedCall(a: Side, b: Side, pair: Pair): AlignedCall {
  const inA = pair.a === undefined ? undefined : a.calls[pair.a]!
  const inB = pair.b === undefined ? undefined : b.calls[pair.b]!
  const method = inA === undefined ? callText(b, inB!) : callText(a, inA)
  const same = inA !== undefined && inB !== undefined && outcomeText(a, inA) === outcomeText(b, inB)
  return { ...(inA !== undefined && { a: inA }), ...(inB !== undefined && { b: inB }), method, same }
}

/** Methods, and interfaces asked for, that only one side has at all. */
function callDifferences(a: Side, b: Side): Difference[] {
  const onlyIn = (one: Side, other: Side, sentence: (method: string) => string, inA: boolean): Difference[] => {
    const known = new Set(other.calls.map((call) => callText(other, call)))
    const first = new Map<string, number>()
    for (const call of one.calls) {
      const text = callText(one, call)
      if (!known.has(text) && !first.has(text)) first.set(text, call)
    }
    return [...first].slice(0, MAX_DIFFERENCES).map(([text, call]) => {
      const evidence = [{ frame: one.theCase.frameOf(call), note: text }]
      return { kind: 'calls', text: sentence(text), a: inA ? evidence : [], b: inA ? [] : evidence }
    })
  }
  return [
    ...onlyIn(a, b, (method) => `${method} is called in the first capture only.`, true),
    ...onlyIn(b, a, (method) => `${method} is called in the second capture only.`, false),
  ]
}

function outcomeDifferences(a: Side, b: Side, calls: readonly AlignedCall[]): Difference[] {
  const compared = new Set<string>()
  const found: Difference[] = []
  for (const { a: inA, b: inB, method, same } of calls) {
    if (same || inA === undefined || inB === undefined || found.length >= MAX_DIFFERENCES) continue
    const [one, other] = [outcomeText(a, inA), outcomeText(b, inB)]
    if (compared.has(`${method} ${one} ${other}`)) continue
    compared.add(`${method} ${one} ${other}`)
    found.push({
      kind: 'outcome',
      text: `${method} ${one} in the first capture, and ${other} in the second.`,
      a: [{ frame: a.theCase.frameOf(inA), note: `${method} ${one}` }],
      b: [{ frame: b.theCase.frameOf(inB), note: `${method} ${other}` }],
    })
  }
  return found
}

function outcomeText({ theCase }: Side, call: number): string {
  const { calls } = theCase.conversation
  const status = calls.get(Call.Status, call)
  switch (calls.get(Call.Outcome, call)) {
    case Outcome.Response:
      return theCase.hasFailed(call) ? `is answered with ${statusText(theCase, status)}` : 'is answered'
    case Outcome.Fault:
      return `faults with ${statusText(theCase, status)}`
    case Outcome.Cancelled:
      return 'is cancelled'
    case Outcome.Lost:
      return 'is lost with its connection'
    default:
      return 'has no answer'
  }
}
