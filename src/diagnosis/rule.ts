// What a rule is and what it yields. diagnose.ts runs them all; rules/index.ts lists them.
import type { Evidence, Finding, Severity, Confidence } from './finding'
import type { Explained } from './claims'
import type { Examination } from './examination'

/** What a rule yields: one occurrence of what it found. diagnose.ts adds the rule's id and folds occurrences of one cause. */
/** Members that may be left out, or be undefined. */
type Maybe<T> = { [Key in keyof T]?: T[Key] | undefined }

export interface Occurrence extends Maybe<Omit<Finding, 'rule' | 'occurrences'>> {
  severity: Severity
  confidence: Confidence
  title: string
  explanation: string
  evidence: Evidence[]
  streams: number[]
  /** Occurrences of one rule with the same text here are one finding. Without it each is a finding of its own. */
  fold?: string | undefined
  /** First and last frame of what happened, to distinguish repeats. */
  moment?: [first: number, last: number] | undefined
  /** What is special about this occurrence, for Instance.label; the method, when the rule is about a call. */
  label?: string | undefined
  method?: string | undefined
  explains?: Explained | undefined
  /** Completes “2 of 5 connections”: the effect of occurrences on several connections that are one finding. */
  effectOnSeveral?: string | undefined
}

/** What decides in which finding an occurrence is counted, and what it adds to it. */
type Outline = Pick<
  Occurrence,
  'kind' | 'severity' | 'confidence' | 'mutedBy' | 'fold' | 'moment' | 'count' | 'streams' | 'explains'
>

/** What an occurrence says and shows. */
export type Wording = Omit<Occurrence, keyof Outline>

/**
 * An occurrence whose words and evidence are asked for only where they are shown: of very many that are alike, or that come
 * after what a rule shows at most, only the outline is looked at.
 */
export interface Outlined extends Outline {
  describe: () => Wording
}

/** What a rule explains without a finding of its own: a further consequence of one that it has yielded. */
interface Claim {
  explains: Explained
}

export interface Rule {
  /** A noun for what is wrong; also the file's name. */
  id: string
  /** What it detects, for the list of rules. */
  title: string
  /** What it means and what it is not, in two or three sentences. */
  meaning: string
  /** Pure: what it explains is in what it yields, and known to it and to later rules from then on. */
  find(theCase: Examination): Iterable<Occurrence | Outlined | Claim>
}
