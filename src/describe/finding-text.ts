// How a finding's grades are said.
import type { Confidence, Finding, Severity } from '../diagnosis/finding'

export const severityText: Record<Severity, string> = { error: '✕ Error', warning: '⚠ Warning', note: 'ℹ Note' }

export const severityMark: Record<Severity, string> = { error: '✕', warning: '⚠', note: 'ℹ' }

/** How sure a finding is, in a word or two. */
export const certaintyText: Record<Confidence, string> = {
  high: '✓ proven',
  medium: 'likely',
  low: 'a hint',
}

/** How sure a finding's headline is: what it calls likely is not proven, even if the frames prove what it is drawn from. */
export function certaintyOf({ title, confidence }: Pick<Finding, 'title' | 'confidence'>): Confidence {
  return confidence === 'high' && /\blikely\b/i.test(title) ? 'medium' : confidence
}

/** A single sentence without its full stop, as the facts of a card are written. */
export function factText(text: string): string {
  return /\.\s/.test(text) ? text : text.replace(/\.$/, '')
}

export const confidenceText: Record<Confidence, string> = {
  high: 'Confidence high: the frames prove it.',
  medium: 'Confidence medium: the frames fit it well, and other causes less.',
  low: 'Confidence low: a hint, not a proof.',
}

export const executedText: Record<NonNullable<Finding['executed']>, string> = {
  yes: 'The server ran the call.',
  no: 'The server did not run the call: repeating it is safe.',
  unknown: 'The capture does not show whether the server ran the call.',
}

/** How often it happened, for findings folded from several. */
export function repeatText(count: number, streams: number): string {
  const times = count === 2 ? 'twice' : `${count} times`
  return streams < 2 ? `Seen ${times}.` : `Seen ${times}, on ${streams} connections.`
}

/** What was found in a line: the first thing that is wrong, or why there is none. */
export function foundText(findings: Finding[], { frames, pdus }: { frames: number; pdus: number }): string {
  const wrong = findings.find(({ kind, mutedBy }) => kind === 'finding' && !mutedBy)
  if (wrong) return wrong.title
  if (frames === 0) return 'The capture is empty'
  return pdus === 0 ? 'No RPC in this capture' : 'No call failed, as far as the capture shows'
}

/** How a symptom is introduced: what a program shows holds a code or a message; else it is what the user notices. */
export function symptomTerm(symptom: string): string {
  return /0x[0-9a-f]{2}|"|\berror \d/i.test(symptom) ? 'Your program showed' : 'Symptom'
}

/** What a finding says at a glance, as pairs of a term and its text. */
export function answerFacts({
  symptom,
  atFault,
  effect,
}: Pick<Finding, 'symptom' | 'atFault' | 'effect'>): [term: string, text: string][] {
  const facts: [string, string | undefined][] = [
    [symptomTerm(symptom ?? ''), symptom],
    ['At fault', atFault?.text],
    ['Effect', effect && factText(effect)],
  ]
  return facts.flatMap(([term, text]): [string, string][] => (text ? [[term, text]] : []))
}

/** A step of the fix in one line, with what to copy. */
export function fixLine({ text, copy }: Finding['fix'][number]): string {
  return copy === undefined ? text : `${text} ${copy}`
}
