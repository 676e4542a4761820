// Who logs on, at which level, and what the server makes of it. In the order in which they run.
import { accessDenied } from './access-denied'
import { activationRefused } from './activation-refused'
import { anonymousLogon } from './anonymous-logon'
import { hardening } from './hardening'
import { identitySwitch } from './identity-switch'
import { levelDowngrade } from './level-downgrade'
import { levelTooLow } from './level-too-low'
import { logonRefused } from './logon-refused'
import { logonStorm } from './logon-storm'
import { ntlmVersion1 } from './ntlm-version-1'
import { remoteTokenFilter } from './remote-token-filter'
import { selfConnection } from './self-connection'
import { unauthenticatedCall } from './unauthenticated-call'
import { verificationFailed } from './verification-failed'
import type { Rule } from '../../rule'

export const identityRules: readonly Rule[] = [
  identitySwitch,
  logonStorm,
  anonymousLogon,
  hardening,
  levelTooLow,
  logonRefused,
  verificationFailed,
  activationRefused,
  unauthenticatedCall,
  accessDenied,
  ntlmVersion1,
  remoteTokenFilter,
  selfConnection,
  levelDowngrade,
]
