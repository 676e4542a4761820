// A logon with no name and no response, followed by a refusal. MS-NLMP 3.2.5.1.2.
import { reachedAfter } from '../../signs/call/afterwards'
import { references } from '../../text/references'
import { type Rejection, rejectionEvidence, rejections } from '../../signs/call/rejection'
import { eventLayer, faultLayers, win32Symptom } from '../../text/layers'
import type { Examination } from '../../examination'
import type { Rule } from '../../rule'
import { callEvidence, clientText, frameNumber, list, serverText, statusText } from '../../text/wording'

export const anonymousLogon: Rule = {
  id: 'anonymous-logon',
  title: 'The client logged on without credentials and was refused',
  meaning:
    'The NTLM message has neither user nor response: the process had no network credentials (a local service account, a second hop without ' +
    'delegation). An error when the refused interface was not reached afterwards; a note when the client then called it with credentials or by another way. ' +
    'Probes that are meant to be anonymous and succeed are not reported.',
  *find(theCase) {
    for (const rejection of rejections(theCase)) {
      const { security, connection, statuses } = rejection
      if (!security.anonymous || rejection.calls.some((call) => theCase.explainedBy(call) !== undefined)) continue
      const { methods } = rejection
      const reached = reachedAfter(theCase, connection, interfacesOf(theCase, rejection), rejection.lastFrame)
      yield {
        severity: reached === undefined ? 'error' : 'note',
        confidence: 'high',
        title:
          reached === undefined
            ? 'The client logged on without credentials, and the server refused it'
            : 'The server refused anonymous calls; the client then got in',
        symptom: win32Symptom(theCase.names, 5),
        atFault: { party: 'client', text: 'the client: its process had no network credentials' },
        effect:
          reached === undefined
            ? 'The refused calls did not run.'
            : 'None that lasted: the client reached the interface afterwards.',
        explanation: `The logon of ${clientText(connection)} on ${serverText(connection)} in frame ${frameNumber(security.thirdLegFrame ?? security.failedFrame!)} carries neither a user nor a response: an anonymous logon. ${methods[0] ?? 'The first call'} under it was refused with ${list(statuses.map((status) => statusText(theCase, status)))}.`,
        identities: [{ role: 'refused', name: 'anonymous' }],
        layers: [
          ...faultLayers(theCase.names, statuses[0]!),
          eventLayer('4624', 'Security log of the server: logon of ANONYMOUS LOGON'),
        ],
        evidence: [
          ...rejectionEvidence(theCase, rejection),
          ...(reached === undefined ? [] : callEvidence(theCase, reached, 'the same interface answers')),
        ],
        fix: [
          {
            text: 'Run the client under an account that has network credentials, or pass it some. Services under Local Service have none; Network Service and Local System use the computer account.',
          },
          {
            text: 'For a second hop (client to server to this server) set up constrained delegation for the account of the server between, or give it credentials of its own.',
          },
        ],
        references: [references.nlmp],
        streams: [connection.stream],
        executed: 'no',
        filter: `tcp.stream == ${connection.stream}`,
        explains: {
          calls: [...rejection.calls, ...answerOf(theCase, rejection)],
          ...(rejection.closed && { streams: [connection.stream] }),
        },
        fold: `${connection.client.text}|${connection.server.text}|${reached !== undefined}`,
      }
    }
  },
}

function interfacesOf(theCase: Examination, { calls, connection }: Rejection): Set<string> {
  const called = calls.flatMap((call) => theCase.interfaceOf(call) ?? [])
  return new Set(called.length > 0 ? called : connection.contexts.map((context) => context.interface))
}

/** The fault that answered the logon itself. */
function answerOf(theCase: Examination, { security }: Rejection): number[] {
  const answer = theCase.unrequestedFaultIn(security.failedFrame)
  return answer === undefined ? [] : [answer]
}
