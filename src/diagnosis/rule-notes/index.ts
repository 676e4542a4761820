// For each rule: which severities it gives and why, what it has to see, and what looks like it and is not. RULES.md prints it.
import { callNotes } from './call'
import { captureNotes } from './capture'
import { connectionNotes } from './connection'
import { httpNotes } from './http'
import { identityNotes } from './identity'
import { kerberosNotes } from './kerberos'
import { linkNotes } from './link'
import { logonNotes } from './logon'
import { machineNotes } from './machine'
import { nameNotes } from './name'
import { negotiationNotes } from './negotiation'
import { netlogonNotes } from './netlogon'
import { normalNotes } from './normal'
import { portNotes } from './port'
import { reachNotes } from './reach'
import { resultNotes } from './result'
import { smbNotes } from './smb'
import type { RuleNotes } from './rule-note'

export const RULE_NOTES: RuleNotes = {
  ...callNotes,
  ...captureNotes,
  ...connectionNotes,
  ...httpNotes,
  ...netlogonNotes,
  ...identityNotes,
  ...kerberosNotes,
  ...linkNotes,
  ...logonNotes,
  ...machineNotes,
  ...nameNotes,
  ...negotiationNotes,
  ...normalNotes,
  ...portNotes,
  ...reachNotes,
  ...resultNotes,
  ...smbNotes,
}
