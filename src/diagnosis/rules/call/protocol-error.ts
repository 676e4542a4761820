// One side broke the protocol. C706 appendix E: nca_s_proto_error; MS-RPCE 3.3.1.5.
import { PROTOCOL_ERROR } from '../../../names/statuses'
import { Pdu } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { Call, Outcome, type Connection, type SecurityContext } from '../../../conversation/model'
import { fragmentLength } from '../../../capture/pdu'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { laterEvidence, laterText, describeFaults } from '../../signs/call/fault'
import { programShows } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, frameNumber, shortMethod, UNREQUESTED } from '../../text/wording'

/** A close this soon after the fault is its consequence. */
const CONSEQUENCE_SECONDS = 5

/** Error: the call failed for good. Warning: a later call of the method succeeded on another connection. */
export const protocolError: Rule = {
  id: 'protocol-error',
  title: 'The server called a PDU a protocol error',
  meaning:
    'A fragment larger than the transport allows, a request before the logon was complete, an AUTH3 on a finished context, two calls at once ' +
    'where that was not agreed: one of the two RPC implementations is wrong.',
  *find(theCase) {
    yield* describeFaults(
      theCase,
      (status) => PROTOCOL_ERROR.has(status),
      (fault) => {
        const { close, stream } = fault.connection
        const before = theCase.conversation.calls.get(Call.RequestFrame, fault.call)
        const isUnseen = fault.method === UNREQUESTED
        const logon = unsettledLogon(theCase, fault.connection)
        return {
          severity: fault.later === undefined ? 'error' : 'warning',
          confidence: logon || isUnseen ? 'medium' : 'high',
          title: logon
            ? `The server refused ${shortMethod(fault.method)}, likely because it refused the logon`
            : isUnseen
              ? 'The server refused a call: a protocol error, or a failed logon'
              : `The server called the client’s message a protocol error: ${shortMethod(fault.method)}`,
          explanation: `The fault in frame ${fault.frame} says ${fault.statusText}: what the client sent just before breaks the rules of the protocol. The call did not run, and servers usually close the connection after it.${laterText(theCase, fault)}${fragmentRemark(theCase, fault.call)}${logon ? ` The last message of a logon had been sent in frame ${frameNumber(logon.thirdLegFrame!)} and nothing was answered since: Samba answers in this way when it did not take the logon, for a wrong user name or password or a locked or disabled account.` : ''}`,
          symptom: programShows(theCase.names, 0x6c0),
          atFault: logon
            ? { party: 'account', text: 'likely the account: the server did not accept the logon before the call' }
            : { party: 'client', text: 'the client’s RPC library: what it sent breaks the protocol' },
          effect: 'The call did not run',
          evidence: [...evidence(before, 'the last PDU before the fault'), ...laterEvidence(theCase, fault)],
          fix: [
            ...(logon
              ? [
                  {
                    text: 'Check the user name, the password and the domain of the client, and whether the account is locked or disabled; Samba logs the reason with "log level = 3 auth_audit:3".',
                  },
                ]
              : []),
            {
              text: 'Look at the PDU just before the fault: its fragment length against max_recv_frag of the bind_ack, its first and last fragment flags, and whether a logon was still under way.',
            },
            { text: 'Update the client’s RPC library: Windows’ own does not cause this.' },
          ],
          references: [references.c706],
          explains: {
            calls: brokenBy(theCase, fault.calls),
            streams: [...(close.by === 'server' ? [stream] : []), ...endedBy(theCase, fault.calls)],
          },
        }
      },
    )
  },
}

/** Says so when the request's fragment is longer than the server had agreed to receive. */
function fragmentRemark(theCase: Examination, call: number): string {
  const pdu = theCase.conversation.calls.get(Call.RequestPdu, call)
  const limit = theCase.connectionOf(call).maxReceive
  if (pdu === NONE || limit === undefined) return ''
  const length = fragmentLength(theCase.capture.pdus.get(Pdu.Lengths, pdu))
  return length > limit ? ` The request's fragment has ${length} bytes; the server had agreed to ${limit}.` : ''
}

/** A logon that is complete and that no answer has proven, where a verifier that was cut off does not say who made the call. */
function unsettledLogon(theCase: Examination, { security, calls }: Connection): SecurityContext | undefined {
  const answered = calls.some((call) => theCase.conversation.calls.get(Call.Outcome, call) === Outcome.Response)
  if (answered) return undefined
  return security.find(({ state, thirdLegFrame }) => state === 'unproven' && thirdLegFrame !== undefined)
}

/** The server's own close right after the fault is its consequence, and so is what it leaves unanswered. */
function endedBy(theCase: Examination, calls: readonly number[]): number[] {
  return calls.flatMap((call) => {
    const { close, stream } = theCase.connectionOf(call)
    const fault = theCase.conversation.calls.get(Call.ResponseFrame, call)
    if (close.by !== 'server' || close.frame === undefined || close.frame < fault) return []
    return secondsBetween(theCase.capture.frames, fault, close.frame) <= CONSEQUENCE_SECONDS ? [stream] : []
  })
}

/** Calls that were sent into a pipe after the fault, which the server then took down: SMB ends them with an error. */
function brokenBy(theCase: Examination, faulted: readonly number[]): number[] {
  const { calls } = theCase.conversation
  return faulted.flatMap((call) => {
    const connection = theCase.connectionOf(call)
    const fault = calls.get(Call.ResponseFrame, call)
    const error = connection.transferErrors?.find(({ frame }) => frame > fault)
    if (!error || secondsBetween(theCase.capture.frames, fault, error.frame) > CONSEQUENCE_SECONDS) return []
    return connection.calls.filter(
      (other) => theCase.frameOf(other) > fault && calls.get(Call.Status, other) === error.status,
    )
  })
}
