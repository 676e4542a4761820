// What the events of the machine that wrote the trace prove. They come before rules that conclude from the wire alone. In the
// order in which they run.
import { activationLevel } from './activation-level'
import { droppedInHost } from './dropped-in-host'
import { firewallDropped } from './firewall-dropped'
import { localCallFailed } from './local-call-failed'
import { noListener } from './no-listener'
import { rpcFilter } from './rpc-filter'
import { wmiOperationFailed } from './wmi-operation-failed'
import type { Rule } from '../../rule'

export const machineRules: readonly Rule[] = [
  firewallDropped,
  noListener,
  droppedInHost,
  rpcFilter,
  localCallFailed,
  wmiOperationFailed,
  activationLevel,
]
