// All rules, in the order in which they run. Earlier ones explain calls and closes that later ones then leave alone,
// so what is specific stands before what is general.
import { captureMidStream } from './capture-mid-stream'
import { accessDenied } from './access-denied'
import { activationRefused } from './activation-refused'
import { bindRefused } from './bind-refused'
import { hardening } from './hardening'
import { identitySwitch } from './identity-switch'
import { logonRefused } from './logon-refused'
import { verificationFailed } from './verification-failed'
import { interfaceNotOffered } from './interface-not-offered'
import { noTransferSyntax } from './no-transfer-syntax'
import { badStubData } from './bad-stub-data'
import { callRejected } from './call-rejected'
import { cancelledCall } from './cancelled-call'
import { objectGone } from './object-gone'
import { orpcVersion } from './orpc-version'
import { otherFault } from './other-fault'
import { protocolError } from './protocol-error'
import { serverFault } from './server-fault'
import { serverTooBusy } from './server-too-busy'
import { unknownContext } from './unknown-context'
import { unknownOperation } from './unknown-operation'
import { wmiError } from './wmi-error'
import { methodError } from './method-error'
import { connectionLost } from './connection-lost'
import { deadConnection } from './dead-connection'
import { noResponse } from './no-response'
import { slowCall } from './slow-call'
import { auth3WithoutAnswer } from './auth3-without-answer'
import { bindTimeFeatures } from './bind-time-features'
import { refusedTransferSyntax } from './refused-transfer-syntax'
import { resetOnClose } from './reset-on-close'
import { portRefused } from './port-refused'
import { portUnanswered } from './port-unanswered'
import { dynamicPortBlocked } from './dynamic-port-blocked'
import { endpointNotRegistered } from './endpoint-not-registered'
import type { Rule } from '../rule'

export const rules: readonly Rule[] = [
  // What the capture itself lacks comes first: it says what the others cannot know.
  captureMidStream,
  // Identity: the causes behind most other symptoms.
  identitySwitch,
  hardening,
  logonRefused,
  verificationFailed,
  activationRefused,
  accessDenied,
  bindRefused,
  // Negotiation.
  interfaceNotOffered,
  noTransferSyntax,
  // Faults by their status.
  unknownOperation,
  unknownContext,
  protocolError,
  badStubData,
  serverTooBusy,
  orpcVersion,
  objectGone,
  callRejected,
  wmiError,
  serverFault,
  cancelledCall,
  otherFault,
  // What methods returned.
  methodError,
  // Reaching the server.
  endpointNotRegistered,
  dynamicPortBlocked,
  portRefused,
  portUnanswered,
  // Connections and time.
  deadConnection,
  connectionLost,
  noResponse,
  slowCall,
  // What looks alarming and is normal.
  refusedTransferSyntax,
  bindTimeFeatures,
  resetOnClose,
  auth3WithoutAnswer,
]
