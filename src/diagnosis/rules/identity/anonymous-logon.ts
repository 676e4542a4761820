// A logon with no name and no response, followed by a refusal. MS-NLMP 3.2.5.1.2.
import { references } from '../../text/references'
import { explain, refusalEvidence, rejections } from '../../signs/rejection'
import { eventLayer, faultLayers } from '../../text/layers'
import type { Rule } from '../../rule'
import { clientText, frameNumber, list, serverText, statusText } from '../../text/wording'

export const anonymousLogon: Rule = {
  id: 'anonymous-logon',
  title: 'The client logged on as nobody and was refused',
  meaning:
    'The NTLM message has neither user nor response: the process had no network credentials (a local service account, a second hop without ' +
    'delegation). Probes that are meant to be anonymous and succeed are not reported.',
  covers: ['R10'],
  *find(theCase) {
    for (const refusal of rejections(theCase)) {
      const { security, connection, statuses, methods } = refusal
      if (!security.anonymous || refusal.calls.some((call) => theCase.explainedBy(call) !== undefined)) continue
      explain(theCase, refusal, anonymousLogon.id)
      yield {
        severity: 'error',
        confidence: 'high',
        title: `${clientText(connection)} logged on to ${serverText(connection)} as nobody and was refused`,
        explanation: `The logon in frame ${frameNumber(security.thirdLegFrame ?? security.failedFrame!)} carries neither a user nor a response: an anonymous logon. ${methods[0] ?? 'The first call'} under it was refused with ${list(statuses.map((status) => statusText(theCase, status)))}.`,
        identities: [{ role: 'refused', name: 'anonymous' }],
        layers: [
          ...faultLayers(theCase.names, statuses[0]!),
          eventLayer('4624', 'Security log of the server: logon of ANONYMOUS LOGON'),
        ],
        evidence: refusalEvidence(theCase, refusal),
        advice: [
          'Run the client under an account that has network credentials, or hand it some; a service under Local Service, or a second hop from another server, has none.',
          'For a second hop set up delegation, or use credentials of its own for it.',
        ],
        references: [references.nlmp],
        streams: [connection.stream],
        executed: 'no',
        filter: 'ntlmssp.messagetype == 3 && ntlmssp.auth.username == "NULL"',
        fold: `${connection.client.text}|${connection.server.text}`,
      }
    }
  },
}
