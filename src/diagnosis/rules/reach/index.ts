// Hosts and ports that cannot be reached, as the RPC conversation itself explains it. In the order in which they run.
import { callbackBlocked } from './callback-blocked'
import { dynamicPortBlocked } from './dynamic-port-blocked'
import { unreachable } from './unreachable'
import { unusableBinding } from './unusable-binding'
import { wrongAddress } from './wrong-address'
import { wrongProtocol } from './wrong-protocol'
import type { Rule } from '../../rule'

export const reachRules: readonly Rule[] = [
  unreachable,
  unusableBinding,
  dynamicPortBlocked,
  callbackBlocked,
  wrongAddress,
  wrongProtocol,
]
