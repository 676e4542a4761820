// Calls that faulted or were given up. In the order in which they run.
import { badStubData } from './bad-stub-data'
import { callRejected } from './call-rejected'
import { cancelledCall } from './cancelled-call'
import { objectGone } from './object-gone'
import { orpcVersion } from './orpc-version'
import { otherFault } from './other-fault'
import { protocolError } from './protocol-error'
import { serverFault } from './server-fault'
import { serverTooBusy } from './server-too-busy'
import { slowCall } from './slow-call'
import { slowLogon } from './slow-logon'
import { unknownOperation } from './unknown-operation'
import type { Rule } from '../../rule'

export const callRules: readonly Rule[] = [
  unknownOperation,
  protocolError,
  badStubData,
  serverTooBusy,
  orpcVersion,
  objectGone,
  callRejected,
  cancelledCall,
  serverFault,
  otherFault,
  slowLogon,
  slowCall,
]
