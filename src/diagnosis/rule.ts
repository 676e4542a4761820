// What a rule is and what it says. diagnose.ts runs them all; rules/index.ts lists them.
import type { Capture } from '../capture/capture'
import type { Conversation } from '../conversation/model'
import type { Names } from '../names/names'
import type { Examination } from './examination'

export type Severity = 'error' | 'warning' | 'note'
export type Confidence = 'high' | 'medium' | 'low'

/** `finding`: something is wrong. `normal`: looks alarming, is not. `limit`: what this capture cannot show. */
export type FindingKind = 'finding' | 'normal' | 'limit'

/** One layer of the stack and the number it shows: the wire first, the application last. */
export interface Layer {
  /** `wire`, `Win32`, `HRESULT`, `COM client`, `.NET`, `event log`, ... */
  layer: string
  /** `0x00000721`, `1825`, `0x80070721`; empty when the layer shows words only. */
  code: string
  text: string
}

/** A frame that shows something, and what. */
export interface Evidence {
  /** Row of Frame. */
  frame: number
  note: string
}

export interface Reference {
  title: string
  url?: string
}

/** What a rule found. Text is plain text, never markup; it names the capture's own values. */
export interface Finding {
  kind: FindingKind
  /** The rule's id. */
  rule: string
  severity: Severity
  confidence: Confidence
  /** The answer, one sentence. */
  title: string
  /** What happened, for somebody who does not know RPC. */
  explanation: string
  advice: string[]
  layers: Layer[]
  /** In the order in which they should be read. */
  evidence: Evidence[]
  references: Reference[]
  /** Streams (rows) that it happened on; repeats are folded into one finding. */
  streams: number[]
  /** How many times, when more than once. */
  count?: number
  /** Whether the call at hand ran on the server. */
  executed?: 'yes' | 'no' | 'unknown'
  /** Wireshark display filter that shows it. */
  filter?: string
  /** What would make it surer. */
  wouldHelp?: string
  /** Who acted as whom, for the page's headline. */
  identities?: { role: string; name: string }[]
  /** The rule whose finding explains this one away; it is then shown folded under that. */
  mutedBy?: string
}

/** What a rule yields: one occurrence of what it found. diagnose.ts adds the rule's id and folds occurrences of one cause. */
export interface Occurrence extends Partial<Omit<Finding, 'rule'>> {
  severity: Severity
  confidence: Confidence
  title: string
  explanation: string
  evidence: Evidence[]
  streams: number[]
  /** Occurrences of one rule with the same text here are one finding, told once. Without it each stands alone. */
  fold?: string
  /** First and last frame of what happened, to tell repeats apart by. */
  moment?: [first: number, last: number]
}

/** What the diagnosis is made from. Pure data; names are loaded before rules run. */
export interface Case {
  capture: Capture
  conversation: Conversation
  names: Names
}

export interface Rule {
  /** A noun for what is wrong; also the file's name. */
  id: string
  /** What it detects, for the list of rules. */
  title: string
  /** What it means and what it is not, in two or three sentences. */
  meaning: string
  /** Numbers of the catalogue of failures that it covers, as R01. */
  covers: string[]
  find(theCase: Examination): Iterable<Occurrence>
}
