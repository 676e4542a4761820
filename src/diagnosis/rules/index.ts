// All rules, in the order in which they run. Earlier ones explain calls and closes that later ones then leave alone,
// so what is specific stands before what is general.
import { accessDenied } from './access-denied'
import { activationFailed } from './activation-failed'
import { activationRefused } from './activation-refused'
import { anonymousLogon } from './anonymous-logon'
import { auth3WithoutAnswer } from './auth3-without-answer'
import { badStubData } from './bad-stub-data'
import { bindRefused } from './bind-refused'
import { bindTimeFeatures } from './bind-time-features'
import { callRejected } from './call-rejected'
import { callbackBlocked } from './callback-blocked'
import { cancelledCall } from './cancelled-call'
import { captureCopies } from './capture-copies'
import { captureCut } from './capture-cut'
import { captureGaps } from './capture-gaps'
import { captureMidStream } from './capture-mid-stream'
import { captureOneSided } from './capture-one-sided'
import { clockSkew } from './clock-skew'
import { connectionBurst } from './connection-burst'
import { connectionLost } from './connection-lost'
import { deadConnection } from './dead-connection'
import { dynamicPortBlocked } from './dynamic-port-blocked'
import { encryptedSmb } from './encrypted-smb'
import { endpointNotRegistered } from './endpoint-not-registered'
import { hardening } from './hardening'
import { identitySwitch } from './identity-switch'
import { idleConnectionDropped } from './idle-connection-dropped'
import { interfaceNotOffered } from './interface-not-offered'
import { interfaceQuery } from './interface-query'
import { kerberosFallback } from './kerberos-fallback'
import { kerberosRefusal } from './kerberos-refusal'
import { kerberosWrongServer } from './kerberos-wrong-server'
import { levelDowngrade } from './level-downgrade'
import { levelTooLow } from './level-too-low'
import { logonRefused } from './logon-refused'
import { logonStorm } from './logon-storm'
import { methodError } from './method-error'
import { mtuBlackHole } from './mtu-black-hole'
import { nameNotResolved } from './name-not-resolved'
import { noResponse } from './no-response'
import { noTransferSyntax } from './no-transfer-syntax'
import { ntlmVersion1 } from './ntlm-version-1'
import { objectGone } from './object-gone'
import { orpcVersion } from './orpc-version'
import { otherFault } from './other-fault'
import { packageRefused } from './package-refused'
import { peerVanished } from './peer-vanished'
import { pipeDied } from './pipe-died'
import { pipeNotOpened } from './pipe-not-opened'
import { portRefused } from './port-refused'
import { portUnanswered } from './port-unanswered'
import { protocolError } from './protocol-error'
import { refusedTransferSyntax } from './refused-transfer-syntax'
import { remoteTokenFilter } from './remote-token-filter'
import { resetOnClose } from './reset-on-close'
import { sealedStubs } from './sealed-stubs'
import { selfConnection } from './self-connection'
import { serverFault } from './server-fault'
import { serverTooBusy } from './server-too-busy'
import { slowCall } from './slow-call'
import { smbAbandoned } from './smb-abandoned'
import { smbSessionRefused } from './smb-session-refused'
import { tcpTrouble } from './tcp-trouble'
import { unauthenticatedCall } from './unauthenticated-call'
import { unknownContext } from './unknown-context'
import { unknownOperation } from './unknown-operation'
import { unreachable } from './unreachable'
import { unrequestedAnswer } from './unrequested-answer'
import { unusableBinding } from './unusable-binding'
import { verificationFailed } from './verification-failed'
import { wmiError } from './wmi-error'
import { wrongAddress } from './wrong-address'
import type { Rule } from '../rule'

export const rules: readonly Rule[] = [
  // What the capture itself lacks comes first: it says what the others cannot know.
  captureMidStream,
  captureOneSided,
  captureGaps,
  captureCut,
  captureCopies,
  encryptedSmb,
  sealedStubs,
  // Clocks, tickets and names: causes that lie before RPC begins.
  clockSkew,
  kerberosWrongServer,
  kerberosRefusal,
  unreachable,
  unusableBinding,
  dynamicPortBlocked,
  callbackBlocked,
  wrongAddress,
  // Identity.
  identitySwitch,
  anonymousLogon,
  hardening,
  levelTooLow,
  logonRefused,
  verificationFailed,
  activationRefused,
  unauthenticatedCall,
  accessDenied,
  packageRefused,
  bindRefused,
  ntlmVersion1,
  kerberosFallback,
  remoteTokenFilter,
  selfConnection,
  levelDowngrade,
  logonStorm,
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
  cancelledCall,
  wmiError,
  serverFault,
  otherFault,
  // What methods returned.
  endpointNotRegistered,
  activationFailed,
  interfaceQuery,
  methodError,
  // SMB around RPC.
  smbSessionRefused,
  smbAbandoned,
  pipeNotOpened,
  pipeDied,
  // Reaching the server.
  connectionBurst,
  portRefused,
  portUnanswered,
  nameNotResolved,
  // Connections and time.
  mtuBlackHole,
  idleConnectionDropped,
  peerVanished,
  deadConnection,
  noResponse,
  connectionLost,
  tcpTrouble,
  slowCall,
  unrequestedAnswer,
  // What looks alarming and is normal.
  refusedTransferSyntax,
  bindTimeFeatures,
  resetOnClose,
  auth3WithoutAnswer,
]
