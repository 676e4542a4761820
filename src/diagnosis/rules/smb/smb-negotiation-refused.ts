// The server answers the negotiation of SMB with an error. MS-SMB2 3.3.5.4, MS-SMB 3.3.5.2.
import { clientsThatTalk } from '../../signs/call/afterwards'
import { type SmbRejection, smbRejections } from '../../signs/logon/smb-rejections'
import { references } from '../../text/references'
import type { AtFault } from '../../finding'
import type { Rule } from '../../rule'
import { evidence, frameNumber, statusText, streamEnds } from '../../text/wording'

const STATUS_NOT_SUPPORTED = 0xc00000bb

/** What an error says of the negotiation, and what to do. */
interface Meaning {
  title: string
  text: string
  atFault: AtFault
  fix: string
}

export const smbNegotiationRefused: Rule = {
  id: 'smb-negotiation-refused',
  title: 'The server refused the negotiation of SMB',
  meaning:
    'The first message of SMB lists the versions that the client knows, and the server answered it with an error: it has none of these versions (STATUS_NOT_SUPPORTED), ' +
    'or it does not accept how the message is made. An error; a note where the client got into SMB or RPC on this server by another connection.',
  *find(theCase) {
    const talking = clientsThatTalk(theCase)
    for (const rejection of smbRejections(theCase)) {
      const { command, noDialect, status, frame, stream } = rejection
      if (command !== 'negotiate' || noDialect || status === 0) continue
      const { client, server } = streamEnds(theCase, stream)
      const gotIn = talking.has(`${client} ${server}`)
      const { title, text, atFault, fix } = meaningOf(rejection)
      yield {
        severity: gotIn ? 'note' : 'error',
        confidence: 'high',
        title: gotIn ? 'The server refused one SMB negotiation; the client got in' : title,
        explanation: `${server} answered the SMB negotiation of ${client} in frame ${frameNumber(frame)} with ${statusText(theCase, status)}. ${text}`,
        symptom:
          'error 50, 64 or 1231: "The request is not supported", "The specified network name is no longer available"',
        atFault,
        effect: gotIn ? 'None that lasted.' : 'No SMB session was set up, so no named pipe could be opened.',
        layers: [{ layer: 'wire (SMB)', code: '', text: statusText(theCase, status) }],
        evidence: evidence(frame, `the server refuses the negotiation: ${statusText(theCase, status)}`),
        fix: [
          { text: fix },
          {
            text: 'On a Windows server, see which versions it accepts.',
            copy: 'Get-SmbServerConfiguration | Format-List Smb2Dialect*, EnableSMB*',
          },
        ],
        references: [references.smb2],
        streams: [stream],
        executed: 'no',
        filter: `tcp.stream == ${stream}`,
        explains: { streams: [stream] },
        fold: `${client}|${server}|${status}|${gotIn}`,
      }
    }
  },
}

function meaningOf({ status }: SmbRejection): Meaning {
  if (status === STATUS_NOT_SUPPORTED)
    return {
      title: 'Client and server have no later SMB version in common',
      text: 'The server has none of the versions that the client offers: it is set to a later one at least, or the client to an earlier one at most.',
      atFault: { party: 'configuration', text: 'the least and the latest version of SMB that both are set to' },
      fix: 'Raise the latest version of the client (Samba: "client max protocol = SMB3"), or lower the least version of the server.',
    }
  return {
    title: 'The server refused the SMB negotiation',
    text: 'It does not accept how the message is made: an error in a library of one of the two, or a device that changes messages on the way.',
    atFault: { party: 'client', text: 'likely the SMB library of the client' },
    fix: 'Update the SMB library of the client; compare its negotiation with that of a client that gets in.',
  }
}
