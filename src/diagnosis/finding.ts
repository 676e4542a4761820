// What a rule found, as plain data: stored, shown, reported and printed as it is.

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

/** Who has to change something so that the failure ends; `none` where nothing failed. */
export type Party = 'client' | 'server' | 'network' | 'configuration' | 'account' | 'capture' | 'none'

/** Who is at fault, and which product, version or setting of theirs. */
export interface AtFault {
  party: Party
  /** Completes "at fault: ", as in "the client: .NET Framework 2.0 to 3.5 SP1, not the server". */
  text: string
}

/** One step that mends it: an instruction that can be followed, with what to copy or to open. */
export interface FixStep {
  text: string
  /** A command or setting to copy. */
  copy?: string | undefined
  url?: string | undefined
}

/** Who acted as whom. */
interface ActingIdentity {
  role: string
  name: string
  /** What it did, to go on after the name: “logged on first”. */
  did?: string | undefined
}

/** One time that it happened, with its own facts. */
export interface Instance {
  /** What is special about this time: the method, the port, the moment; a few words. */
  label: string
  method?: string | undefined
  evidence: Evidence[]
  streams: number[]
  /** Who acted as whom this time. */
  identities?: ActingIdentity[] | undefined
  /** Rows of Frame: the first and the last of it. */
  first: number
  last: number
}

export interface Reference {
  title: string
  url?: string | undefined
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
  /** What happened, for a reader who does not know RPC. */
  explanation: string
  advice: string[]
  /** What the user's program showed: a code, a message, a wait. */
  symptom?: string | undefined
  atFault?: AtFault | undefined
  /** What did not happen because of it. */
  effect?: string | undefined
  /** What follows for the program that no frame shows: the end of the proof. */
  aftermath?: string | undefined
  /** What to do, in order; where a rule gives none, its advice. */
  fix: FixStep[]
  /** Each time that it happened, the first ones in full. */
  occurrences: Instance[]
  layers: Layer[]
  /** In the order in which they should be read. */
  evidence: Evidence[]
  references: Reference[]
  /** Streams (rows) that it happened on; repeats are folded into one finding. */
  streams: number[]
  /** How many times, when more than once. */
  count?: number | undefined
  /** If the call ran on the server. */
  executed?: 'yes' | 'no' | 'unknown' | undefined
  /** Wireshark display filter that shows it. */
  filter?: string | undefined
  /** What would make it surer. */
  wouldHelp?: string | undefined
  /** Who acted as whom, for the page's headline. */
  identities?: ActingIdentity[] | undefined
  /** The rule whose finding explains this one away; it is then shown folded under that. */
  mutedBy?: string | undefined
}

/** A finding that was stored, maybe by a release whose findings had no steps and no occurrences. */
export type StoredFinding = Omit<Finding, 'fix' | 'occurrences'> & Partial<Pick<Finding, 'fix' | 'occurrences'>>

/** A stored finding with every part that today's findings have. */
export function completeFinding(finding: StoredFinding): Finding {
  const fix = finding.fix ?? finding.advice.map((text): FixStep => ({ text }))
  return { ...finding, fix, occurrences: finding.occurrences ?? [] }
}
