// The server accepts a connection for SMB and never says a word of SMB. MS-SMB2 3.3.5.3, RFC 1002 4.3.4.
import { endpointText } from '../../../capture/text'
import { secondsBetween } from '../../../conversation/time'
import { clientsThatTalk } from '../../signs/call/afterwards'
import { type MuteServer, muteServers } from '../../signs/logon/smb-ends'
import { foreignReset } from '../../signs/network/time-to-live'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import type { Examination } from '../../examination'
import type { AtFault, FixStep } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { duration, evidence, frameNumber } from '../../text/wording'

export const smbUnanswered: Rule = {
  id: 'smb-unanswered',
  title: 'The server never answered the SMB negotiation',
  meaning:
    'The server accepts the TCP connection, and the first message of SMB gets no answer: the server closes or resets the connection, sends a ' +
    'negative response of NetBIOS, or is silent until the client leaves. Servers behave so that do not accept this client (hosts deny of Samba), have ' +
    'too many connections, speak SMB 1 only, or hang. An error when the client never gets further with this server; a note when it does.',
  *find(theCase) {
    const talking = clientsThatTalk(theCase)
    for (const mute of muteServers(theCase))
      yield describe(theCase, mute, talking.has(`${mute.attempt.client} ${mute.attempt.server}`))
  },
}

function describe(
  theCase: Examination,
  { attempt, asked, end, isDenied }: MuteServer,
  isOvercome: boolean,
): Occurrence {
  const { client, server, port, stream } = attempt
  const waited = duration(Math.abs(secondsBetween(theCase.capture.frames, asked, end.frame)))
  const foreign = foreignReset(theCase, end.frame)
  const isSilent = end.by === 'client'
  const how = isDenied ? `a negative session response and ${end.how}` : end.how
  return {
    severity: isOvercome ? 'note' : 'error',
    confidence: foreign ? 'medium' : 'high',
    title: titleOf(isOvercome, isSilent, isDenied, foreign !== undefined),
    explanation: [
      `${endpointText(server, port)} accepted the connection of ${client}. The client’s first SMB message is in frame ${frameNumber(asked)};`,
      isSilent
        ? `the server sent no byte in answer, and the client closed the connection after ${waited} (frame ${frameNumber(end.frame)}).`
        : `the server ended the connection with ${how} in frame ${frameNumber(end.frame)}, without a message of SMB.`,
      foreign
        ? foreign.text
        : isSilent
          ? 'The service that should answer hangs, or what it sends does not arrive.'
          : 'A server that does not accept the address of the client, has too many connections, or speaks none of the versions that the client offers closes in this way; the capture does not show which.',
      isOvercome ? 'On other connections the client got further.' : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    symptom: isOvercome ? symptoms.none : symptoms.networkName,
    atFault: faultOf(isSilent, foreign !== undefined),
    effect: isOvercome ? 'None that lasted.' : 'No SMB session was set up, so no named pipe was opened.',
    evidence: [
      ...evidence(asked, 'the first SMB message of the client'),
      ...(foreign?.evidence ?? []),
      ...evidence(end.frame, `the ${end.by} ends the connection (${end.how})`),
    ].sort((one, other) => one.frame - other.frame),
    fix: isSilent ? HANGS : CLOSES,
    references: [references.smb2],
    streams: [stream],
    executed: 'no',
    filter: `tcp.stream == ${stream}`,
    explains: { streams: [stream] },
    fold: `${client}|${server}|${end.by}|${isDenied}|${isOvercome}`,
  }
}

function titleOf(isOvercome: boolean, isSilent: boolean, isDenied: boolean, isForeign: boolean): string {
  if (isOvercome) return 'One SMB negotiation got no answer; other connections worked'
  if (isSilent) return 'The server never answered the SMB negotiation; the client gave up'
  if (isForeign) return 'A device on the path likely reset the connection for SMB'
  return isDenied
    ? 'The server refused the SMB session before the negotiation'
    : 'The server closed the connection instead of negotiating SMB'
}

function faultOf(isSilent: boolean, isForeign: boolean): AtFault {
  if (isForeign) return { party: 'network', text: 'likely a firewall or intrusion prevention on the path' }
  return isSilent
    ? { party: 'server', text: 'the SMB service, which accepts connections and does not answer' }
    : { party: 'server', text: 'the SMB service of the server, which gives no reason' }
}

const CLOSES: FixStep[] = [
  {
    text: 'Samba: read log.smbd for the time of the frame; check "hosts allow", "hosts deny", "max smbd processes" and "server min protocol" and "server max protocol".',
    copy: 'testparm -s',
  },
  {
    text: 'Windows: check that SMB 2 is on, and read Microsoft-Windows-SMBServer/Operational for the time of the frame.',
    copy: 'Get-SmbServerConfiguration | Select-Object EnableSMB2Protocol',
  },
]
const HANGS: FixStep[] = [
  { text: 'On the server, see if the SMB service hangs (Samba: smbd; Windows: LanmanServer), and restart it.' },
  { text: 'Capture on the server as well: an answer that is sent there and does not arrive is lost on the path.' },
]
