// What is noted of a rule, and words that several notes share.
import type { Severity } from '../finding'

interface RuleNote {
  severities: Partial<Record<Severity, string>>
  /** What must be in the capture. */
  needs: string
  /** What looks alike, and how it differs. */
  unlike: string
}

/** By the rule's id. */
export type RuleNotes = Readonly<Record<string, RuleNote>>

export const LIMIT = 'about the capture, not about the program'
export const NORMAL = 'nothing failed'
export const OVERCOME = 'the client got through afterwards'
