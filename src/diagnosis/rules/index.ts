// All rules, stage by stage, in the order in which they run. Earlier ones explain calls and closes that later ones then
// leave alone, so the specific comes before the general.
import { callRules } from './call'
import { captureRules } from './capture'
import { connectionRules } from './connection'
import { httpRules } from './http'
import { identityRules } from './identity'
import { kerberosRules } from './kerberos'
import { linkRules } from './link'
import { logonRules } from './logon'
import { machineRules } from './machine'
import { nameRules } from './name'
import { negotiationRules } from './negotiation'
import { netlogonRules } from './netlogon'
import { normalRules } from './normal'
import { portRules } from './port'
import { reachRules } from './reach'
import { resultRules } from './result'
import { smbRules } from './smb'
import type { Rule } from '../rule'

export const rules: readonly Rule[] = [
  ...captureRules,
  ...machineRules,
  ...kerberosRules,
  ...httpRules,
  ...reachRules,
  ...netlogonRules,
  ...identityRules,
  ...negotiationRules,
  ...logonRules,
  ...callRules,
  ...resultRules,
  ...smbRules,
  ...portRules,
  ...linkRules,
  ...nameRules,
  ...connectionRules,
  ...normalRules,
]
