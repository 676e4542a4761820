// Client and server have no version of SMB in common. MS-CIFS 2.2.4.52.2, MS-SMB2 3.3.5.3.
import { Stream } from '../../../../asm/layout'
import type { Examination } from '../../examination'
import { clientsThatTalk } from '../../signs/call/afterwards'
import { type DeadNegotiation, deadNegotiations } from '../../signs/logon/smb-ends'
import { isSmbPort } from '../../signs/network/ports'
import { quietEnds } from '../../signs/network/quiet-ends'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, frameNumber, list } from '../../text/wording'

/** Dialects that lead from SMB 1 to SMB 2. MS-SMB2 3.2.4.2.2.1. */
const LEADS_TO_SMB2 = /^SMB 2/

export const smbNoDialect: Rule = {
  id: 'smb-no-dialect',
  title: 'Client and server have no version of SMB in common',
  meaning:
    'The client negotiated SMB 1 only, and the server has none of its dialects: it says so, or closes the connection without an answer, as Windows does where SMB 1 is not installed. ' +
    'An error when the client never gets further with this server; a note where it only tries other versions besides; not reported where it logs on.',
  *find(theCase) {
    const talking = clientsThatTalk(theCase)
    const answered = negotiatedElsewhere(theCase)
    for (const dead of deadNegotiations(theCase)) {
      const { attempt, asked, answer, isRefused, dialects } = dead
      const { client, server, stream } = attempt
      if (talking.has(`${client} ${server}`) || (!isRefused && leadsOn(dead))) continue
      const isProbe = answered.has(`${client} ${server}`)
      yield {
        severity: isProbe ? 'note' : 'error',
        confidence: isRefused ? 'high' : 'medium',
        title: isProbe
          ? 'The server has no SMB 1; the client tried a later version'
          : isRefused
            ? 'Client and server have no SMB version in common'
            : 'The client asks for SMB 1, which the server likely rejects',
        symptom:
          'error 58, 64 or 1231 ("the specified network name is no longer available"), or NT_STATUS_CONNECTION_RESET in Samba tools',
        atFault: { party: 'client', text: 'the client, which offers SMB 1 only' },
        effect: isProbe
          ? 'None: the two agreed on a later version on another connection.'
          : 'No SMB session was set up, so no named pipe could be opened.',
        explanation: `${client} offered ${dialects.length > 0 ? list(dialects) : 'dialects of SMB 1'} in frame ${frameNumber(asked)}; ${server} ${isRefused ? `answered that it knows none of them (frame ${frameNumber(answer)})` : `closed the connection in frame ${frameNumber(answer)} without an answer`}. Windows has not installed SMB 1 since Windows 10 1709 and Windows Server 1709; Samba needs SMB 2 or later since 4.11.`,
        evidence: [
          ...evidence(asked, 'the client negotiates SMB 1'),
          ...evidence(answer, isRefused ? 'no dialect in common' : 'the server closes'),
        ],
        fix: [
          {
            text: 'Update the client, or let it use SMB 2 or 3; Samba tools and libraries: raise the highest version.',
            copy: 'client max protocol = SMB3',
          },
          {
            text: 'Only for a device that has nothing newer, and knowing that SMB 1 is unsafe: switch it on at the server.',
            copy: 'Enable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol',
          },
        ],
        references: [references.smb1],
        streams: [stream],
        executed: 'no',
        filter: `tcp.stream == ${stream}`,
        explains: { streams: [stream] },
        fold: `${client}|${server}|${isRefused}`,
      }
    }
  },
}

/** Pairs of client and server that agreed on a version of SMB on another connection. */
function negotiatedElsewhere(theCase: Examination): ReadonlySet<string> {
  const dead = new Set(deadNegotiations(theCase).map(({ attempt }) => attempt.stream))
  return new Set(
    quietEnds(theCase).flatMap(({ attempt: { stream, client, server, port } }) =>
      isSmbPort(port) && !dead.has(stream) && theCase.streamValue(Stream.BytesB, stream) > 0
        ? [`${client} ${server}`]
        : [],
    ),
  )
}

/** A client that also offers SMB 2 was not refused for its version. */
function leadsOn({ dialects }: DeadNegotiation): boolean {
  return dialects.some((name) => LEADS_TO_SMB2.test(name))
}
