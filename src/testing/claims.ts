// What findings claim against what their frames show: names and numbers in a title must be in the decoded evidence, and a
// finding's display filter must show that evidence, here and in Wireshark.
import type { Finding } from '../diagnosis/finding'
import { RULE_NOTES } from '../diagnosis/rule-notes'
import type { OpenCapture } from '../engine/worker/open-capture'
import { framesInTshark } from './sharkd'
import { HAS_TSHARK } from './tshark'

/** What a title can claim that bytes must show: addresses, ports, users, pipes, codes, methods, names of hosts. */
const CLAIMS: readonly RegExp[] = [
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/g,
  /\bport (\d+)/g,
  /\b0x[0-9a-f]{4,8}\b/gi,
  /[\w.-]+\\([\w.$-]+)/g,
  /\bpipe (?!(?:is|broke|that|of|for|over)\b)([\w$-]+)/g,
  /\b\w+::(\w+)/g,
  /\b([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]+)+)\b/g,
]
/** Words of a product that look like a host's name. */
const NO_CLAIM = new Set(['.net', 'e.g', 'i.e'])

/** Values that a title claims. */
export function claimsOf(title: string): string[] {
  return CLAIMS.flatMap((pattern) => [...title.matchAll(pattern)].map(([all, part]) => part ?? all)).filter(
    (claim) => !NO_CLAIM.has(claim.toLowerCase()),
  )
}

/** Claims of findings that their evidence does not back, one sentence each. */
export async function unbackedClaims(open: OpenCapture, findings: readonly Finding[]): Promise<string[]> {
  const broken: string[] = []
  for (const { rule, title, evidence } of findings) {
    const claims = claimsOf(title)
    if (claims.length === 0) continue
    const shown = (await Promise.all(evidence.map(({ frame }) => textOf(open, frame)))).join('\n').toLowerCase()
    for (const claim of claims)
      if (!spellings(claim.toLowerCase()).some((one) => shown.includes(one)))
        broken.push(`${rule}: “${claim}” of “${title}” is in none of its frames`)
  }
  return broken
}

/** How a claim may be written in fields or in the bytes of a frame: as it is, in UTF-16LE, or as a little-endian number. */
function spellings(claim: string): string[] {
  const wide = [...claim].map((letter) => `${letter}\0`).join('')
  if (!claim.startsWith('0x')) return [claim, wide]
  const code = Number(claim)
  return [
    claim,
    String(code),
    String.fromCharCode(...[0, 8, 16, 24].map((shift) => (code >>> shift) & 0xff)).toLowerCase(),
  ]
}

/** Every field of a frame, of its PDUs and of its line in the list, and its bytes, one character a byte. */
async function textOf(open: OpenCapture, frame: number): Promise<string> {
  const { parts } = await open.detail(frame)
  const fields = parts.flatMap((part) => part.fields.map((field) => Object.values(field).join(' ')))
  const bytes = parts.map((part) => Array.from(part.bytes, (byte) => String.fromCharCode(byte)).join(''))
  return [open.frameInfos([frame])[0]!.info, ...fields, ...bytes].join('\n')
}

/** Findings whose filter does not show all of their evidence; by tshark as well where it is installed. */
export async function uncoveringFilters(
  open: OpenCapture,
  findings: readonly Finding[],
  capture: Uint8Array,
): Promise<string[]> {
  const broken: string[] = []
  const filters = await open.filters()
  for (const { rule, filter, evidence } of findings) {
    if (evidence.length === 0) continue
    if (filter === undefined) {
      broken.push(`${rule}: has evidence and no filter`)
      continue
    }
    const result = await filters.rows(filter)
    if (!('rows' in result)) broken.push(`${rule}: “${filter}”: ${JSON.stringify(result)}`)
    else broken.push(...missing(rule, filter, evidence, new Set(result.rows), 'here'))
    if (HAS_TSHARK) {
      const rows = (await framesInTshark(capture, filter)).map((number) => number - 1)
      broken.push(...missing(rule, filter, evidence, new Set(rows), 'in tshark'))
    }
  }
  return broken
}

function missing(
  rule: string,
  filter: string,
  evidence: Finding['evidence'],
  rows: ReadonlySet<number>,
  where: string,
): string[] {
  const hidden = evidence.filter(({ frame }) => !rows.has(frame)).map(({ frame }) => frame + 1)
  return hidden.length > 0 ? [`${rule}: “${filter}” does not show frames ${hidden.join(', ')} ${where}`] : []
}

/** Words of a headline at most. */
const MAX_HEADLINE_WORDS = 12
/** An IPv4 or IPv6 address, or a hardware address. */
const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[\da-f]{1,4}:){2,}[\da-f:]*|(?:^|\s)::[\da-f]/i

/** What is missing from findings that a reader looks for, one sentence each: a short headline, who, what, and what to do. */
export function unfinished(findings: readonly Finding[]): string[] {
  return findings.flatMap((finding) => missingIn(finding).map((part) => `${finding.rule}: ${part} “${finding.title}”`))
}

function missingIn(finding: Finding): string[] {
  const { rule, title, symptom, atFault, effect, fix, evidence, occurrences, severity, kind } = finding
  const missing: string[] = []
  // A rule that failed leaves a note.
  if (RULE_NOTES[rule] && kind !== 'limit' && !RULE_NOTES[rule].severities[severity])
    missing.push(`its notes do not list the severity ${severity} of`)
  const words = title.split(/\s+/).length
  if (words > MAX_HEADLINE_WORDS) missing.push(`${words} words in`)
  if (ADDRESS.test(title)) missing.push('an address in')
  if (!symptom) missing.push('no symptom of')
  if (!atFault?.text) missing.push('nothing at fault for')
  if (!effect) missing.push('no effect of')
  if (fix.length === 0) missing.push('no step against')
  if (occurrences.length === 0) missing.push('no occurrence of')
  if (kind === 'finding' && severity !== 'note' && evidence.length === 0) missing.push('no frame for')
  for (const { label, evidence: own, first, last } of occurrences) {
    if (!label) missing.push('an occurrence without a label of')
    if (first > last) missing.push('an occurrence that ends before it begins of')
    if (own.length === 0 && evidence.length > 0) missing.push('an occurrence without frames of')
  }
  return missing
}
