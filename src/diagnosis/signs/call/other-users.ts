// Who else calls one server from one client: where a call is denied, the user who is not is half of the answer.
import {
  ACCESS_DENIED,
  ERROR_PRIVILEGE_NOT_HELD,
  STATUS_ACCESS_DENIED,
  STATUS_PRIVILEGE_NOT_HELD,
} from '../../../names/statuses'
import { Call } from '../../../conversation/model'
import type { Evidence } from '../../finding'
import type { Examination } from '../../examination'
import { logonEvidence, who } from '../../text/identities'
import { evidence, frameNumber, methodName, sameUser } from '../../text/wording'

const DENIED = new Set([...ACCESS_DENIED, STATUS_ACCESS_DENIED, STATUS_PRIVILEGE_NOT_HELD, ERROR_PRIVILEGE_NOT_HELD])

/** Another user than the caller, with what shows it. */
export interface OtherUser {
  /** What the user is to the call: `SMB session`, or `answered`. */
  role: string
  name: string
  /** A sentence about it. */
  text: string
  evidence: Evidence[]
}

/**
 * The user of the SMB session, where the call through its pipe was made as another one; and, where a call was denied, the user
 * as whom the same client was answered by the same interface of the server.
 */
export function otherUsers(theCase: Examination, call: number, status: number): OtherUser[] {
  return [...sessionUser(theCase, call), ...(DENIED.has(status) ? answeredUser(theCase, call) : [])]
}

function sessionUser(theCase: Examination, call: number): OtherUser[] {
  const { pipe, smbLogon } = theCase.connectionOf(call)
  const security = theCase.securityOf(call)
  if (pipe === undefined || !smbLogon || !security || sameUser(security, smbLogon) !== false) return []
  const name = who(smbLogon)
  return [
    {
      role: 'SMB session',
      name,
      text: `Two users are at work: the SMB session under the pipe belongs to ${name}, and the call was made as ${who(security)}.`,
      evidence: logonEvidence(smbLogon),
    },
  ]
}

function answeredUser(theCase: Examination, call: number): OtherUser[] {
  const { calls } = theCase.conversation
  const { client, server } = theCase.connectionOf(call)
  const index = calls.get(Call.Interface, call)
  const denied = theCase.callerOf(call)
  const other = [
    theCase.answered.first(client.text, server.text, index),
    theCase.answered.last(client.text, server.text, index),
  ].find((one) => one !== undefined && !theCase.hasFailed(one) && theCase.callerOf(one) !== denied)
  if (other === undefined) return []
  const name = theCase.callerOf(other)
  const frame = calls.get(Call.ResponseFrame, other)
  return [
    {
      role: 'answered',
      name,
      text: `The same client is answered as ${name}: ${methodName(theCase, other)} in frame ${frameNumber(frame)}.`,
      evidence: evidence(frame, `${methodName(theCase, other)} is answered to ${name}`),
    },
  ]
}
