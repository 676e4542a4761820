// A message failed verification although the logon had worked. MS-RPCE 3.3.1.5.2.2, detection location 130.
import { PACKAGE_ERROR } from '../../../names/statuses'
import { logonEvidence } from '../../text/identities'
import { Call, Outcome } from '../../../conversation/model'
import { describeFaults } from '../../signs/call/fault'
import { win32Symptom } from '../../text/layers'
import { references } from '../../text/references'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { serverReason } from '../../signs/call/server-reason'
import { streamOf, type WrongSignature, wrongSignatures } from '../../signs/call/wrong-signatures'
import { evidence, levelName, methodName, shortMethod } from '../../text/wording'

/** Detection location of a message that did not verify; 131 is the same after a refused logon. */
const VERIFY_LOCATION = 130

export const verificationFailed: Rule = {
  id: 'verification-failed',
  title: 'A message failed its security check in the middle of a connection',
  meaning:
    'The logon had worked, then a signed or sealed message did not verify. Bytes changed on the way, messages were lost or reordered by a device ' +
    'between, or one of the two security implementations is wrong. Missing rights are not the cause.',
  *find(theCase) {
    const changed = wrongSignatures(theCase)
    const changedRequests = new Set(changed.flatMap(({ call, fromClient }) => (fromClient ? [call] : [])))
    yield* describeFaults(
      theCase,
      (status) => PACKAGE_ERROR.has(status),
      (fault) => {
        const security = theCase.securityOf(fault.call)
        const proven = security?.provenFrame
        const { headerSignOffered: offered, headerSignAnswered: answered } = security ?? {}
        const oneSided = offered !== undefined && answered !== undefined && offered !== answered
        const close = fault.connection.close
        const [reason] = serverReason(theCase, fault.call)
        const located = reason?.detectionLocation === VERIFY_LOCATION
        const isChanged = changedRequests.has(fault.call)
        return {
          severity: 'error',
          confidence:
            located || isChanged
              ? 'high'
              : theCase.confidenceOn(fault.connection, proven === undefined ? 'medium' : 'high'),
          title:
            proven === undefined && !located && !isChanged
              ? `The server likely could not verify the message of ${shortMethod(fault.method)}`
              : `The server could not verify the message of ${shortMethod(fault.method)}`,
          symptom: win32Symptom(theCase.names, 1825),
          atFault: {
            party: 'network',
            text: 'a device on the path that changes bytes, or the signing code of one side',
          },
          effect: 'The call did not run.',
          method: fault.method,
          explains: { streams: [fault.connection.stream] },
          explanation: [
            `In frame ${fault.frame} ${fault.server} refused ${fault.method} of ${fault.user} with ${fault.statusText} because its security check failed.`,
            isChanged
              ? 'The keys of this logon, known from its secret, prove it: the signature of the request does not fit its text. It was changed on its way.'
              : '',
            located ? 'The server says that it was the verification of this message that failed, not the logon.' : '',
            proven === undefined && !located
              ? 'The capture does not show if a call had succeeded under this logon before; if none had, the logon may have been refused instead.'
              : proven === undefined
                ? ''
                : `The logon itself was good: a call under it was answered in frame ${proven + 1}. So this message did not arrive as it was signed.`,
            theCase.isIncomplete(fault.connection)
              ? 'Packets of this connection are missing in the capture; if the server missed them too, that alone explains it.'
              : '',
            oneSided ? 'Header signing was announced by one side only, which makes exactly this happen.' : '',
            security ? `The level was ${levelName(security.level)}.` : '',
          ]
            .filter((sentence) => sentence !== '')
            .join(' '),
          evidence: [
            ...logonEvidence(security ?? fault.connection.smbLogon),
            ...evidence(proven, 'a call under the same logon that was answered'),
            ...evidence(close.by === 'server' ? close.frame : undefined, 'the server ends the connection'),
          ],
          fix: [
            {
              text: 'Capture on both hosts at once and compare the bytes of this PDU: if they differ, a device between changes them.',
            },
            {
              text: 'Take WAN optimisers, deep inspection and RPC-aware firewalls out of the path for port 135 and the dynamic ports.',
            },
            {
              text: 'If the client is not Windows, update its library: header signing, sequence numbers and several security contexts are usual mistakes.',
            },
          ],
          references: [references.eerrLocations, references.rpceSecurityContexts],
          wouldHelp:
            'Extended error information in the fault names the detection location (130: verification failed) and the error of the security package.',
        }
      },
    )
    yield* changedAnswers(theCase, changed)
  },
}

/** Answers that were changed: the client does not say what it made of them. */
function* changedAnswers(theCase: Examination, changed: readonly WrongSignature[]): Iterable<Occurrence> {
  for (const { call, frame, fromClient } of changed) {
    if (fromClient && theCase.conversation.calls.get(Call.Outcome, call) === Outcome.Fault) continue
    const stream = streamOf(theCase, call)
    const what = fromClient ? 'request' : 'answer'
    yield {
      severity: fromClient ? 'warning' : 'error',
      confidence: 'high',
      title: `The ${what} of ${shortMethod(methodName(theCase, call))} carries a wrong signature`,
      effect: `The ${fromClient ? 'server' : 'client'} discards such a message, and the call fails.`,
      explanation: `The keys of the logon are known from its secret. With them, the signature in frame ${frame + 1} does not fit the text: the message was changed after it was signed, or the signing code is wrong.`,
      evidence: evidence(frame, `${what} with a wrong signature`),
      advice: [
        'Capture on both hosts at once and compare the bytes of this PDU: if they differ, a device between rewrites them.',
      ],
      references: [references.rpceSecurityContexts],
      streams: [stream],
      fold: `${stream} ${what}`,
    }
  }
}
