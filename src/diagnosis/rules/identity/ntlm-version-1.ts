// The old NTLM response of 24 bytes. MS-NLMP 2.2.2.6, 3.3.1.
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { connectionTraits } from '../../signs/connection-traits'
import { evidence, frameNumber, clientText, serverText } from '../../text/wording'
import { who, shortName } from '../../text/identities'
import { win32Symptom } from '../../text/layers'
import { symptoms } from '../../text/symptoms'

const VERSION_1_LENGTH = 24

export const ntlmVersion1: Rule = {
  id: 'ntlm-version-1',
  title: 'The client uses NTLM version 1',
  meaning:
    'A response of 24 bytes is NTLMv1 or LM: easy to break, and refused by servers whose LAN Manager authentication level asks for version 2. ' +
    'Always a note: where the logon was refused, the rule about that logon is the one to read, and names this as a possible reason.',
  *find(theCase) {
    if (!connectionTraits(theCase).ntResponseLengths.has(VERSION_1_LENGTH)) return
    for (const connection of theCase.conversation.connections)
      for (const security of connection.security) {
        if (security.ntResponseLength !== VERSION_1_LENGTH || security.anonymous) continue
        const failed = security.failedFrame !== undefined && security.provenFrame === undefined
        yield {
          severity: 'note',
          confidence: 'high',
          title: `${shortName(who(security), 'The user')} logs on with NTLM version 1`,
          symptom: failed ? win32Symptom(theCase.names, 1326) : symptoms.none,
          effect: failed
            ? 'The logon was refused; the version may be why.'
            : 'None here: the server accepted it. Anyone who captures the response can compute the password hash from it.',
          atFault: { party: 'client', text: 'the client’s LAN Manager authentication level' },
          explanation: `The response in frame ${frameNumber(security.thirdLegFrame ?? security.tokenFrames.at(-1)!)} from ${clientText(connection)} to ${serverText(connection)} has 24 bytes: NTLMv1. ${failed ? 'The server refused this logon; servers at LAN Manager authentication level 5 refuse every NTLMv1 response.' : 'The server accepted it.'}`,
          evidence: [
            ...evidence(security.thirdLegFrame ?? security.tokenFrames.at(-1), 'NTLM response of 24 bytes'),
            ...evidence(failed ? security.failedFrame : undefined, 'the refusal'),
          ],
          fix: [
            {
              text: 'Let the client use NTLMv2: LmCompatibilityLevel 3 or higher under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa; Samba tools: "client ntlmv2 auth = yes".',
              copy: 'reg add HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa /v LmCompatibilityLevel /t REG_DWORD /d 5 /f',
            },
            {
              text: 'Windows 11 24H2 and Windows Server 2025 no longer have NTLMv1; what is left of it (MS-CHAPv2) is audited as event 4024 and blocked by default from October 2026 (BlockNtlmv1SSO, event 4025).',
              url: references.ntlmVersion1.url,
            },
          ],
          references: [references.nlmp, references.ntlmVersion1],
          streams: [connection.stream],
          filter: 'ntlmssp.messagetype == 3 || dcerpc.pkt_type == 3',
          fold: `${connection.client.text}|${connection.server.text}|${who(security)}`,
        }
      }
  },
}
