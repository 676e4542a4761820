// Binds: interfaces, encodings, packages and contexts that were not agreed. In the order in which they run.
import { bindRefused } from './bind-refused'
import { bindUnanswered } from './bind-unanswered'
import { interfaceNotOffered } from './interface-not-offered'
import { noTransferSyntax } from './no-transfer-syntax'
import { packageRefused } from './package-refused'
import { unknownContext } from './unknown-context'
import type { Rule } from '../../rule'

export const negotiationRules: readonly Rule[] = [
  packageRefused,
  bindRefused,
  bindUnanswered,
  interfaceNotOffered,
  noTransferSyntax,
  unknownContext,
]
