// The old NTLM response of 24 bytes. MS-NLMP 2.2.2.6, 3.3.1.
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { clientText, evidence, frameNumber, serverText } from '../../text/wording'
import { who } from '../../text/identities'

const VERSION_1_LENGTH = 24

export const ntlmVersion1: Rule = {
  id: 'ntlm-version-1',
  title: 'The client uses NTLM version 1',
  meaning:
    'A response of 24 bytes is NTLMv1 or LM: easy to break, and refused by servers whose LAN Manager authentication level asks for version 2.',
  covers: ['R12'],
  *find(theCase) {
    for (const connection of theCase.conversation.connections)
      for (const security of connection.security) {
        if (security.ntResponseLength !== VERSION_1_LENGTH || security.anonymous) continue
        const failed = security.failedFrame !== undefined && security.provenFrame === undefined
        yield {
          severity: failed ? 'error' : 'note',
          confidence: failed ? 'medium' : 'high',
          title: `${who(security)} logs on to ${serverText(connection)} with NTLM version 1${failed ? ', and is refused' : ''}`,
          explanation: `The response in frame ${frameNumber(security.thirdLegFrame ?? security.tokenFrames.at(-1)!)} from ${clientText(connection)} has 24 bytes: NTLMv1. ${failed ? 'The server refused the logon; where its LAN Manager authentication level is 4 or 5, that is why.' : 'The server took it, but its answer can be cracked by whoever captures it.'}`,
          evidence: [
            ...evidence(security.thirdLegFrame, 'NTLM response of 24 bytes'),
            ...evidence(security.failedFrame, 'the refusal'),
          ],
          advice: [
            'Let the client use NTLMv2: LmCompatibilityLevel 3 or higher on Windows; "client ntlmv2 auth = yes" in Samba tools.',
          ],
          references: [references.nlmp],
          streams: [connection.stream],
          filter: 'ntlmssp.messagetype == 3 && ntlmssp.auth.ntresponse',
          fold: `${connection.client.text}|${connection.server.text}|${who(security)}`,
        }
      }
  },
}
