// The server let the user in as guest, and the client would not stay. MS-SMB2 2.2.6, 3.2.5.3.1.
import { overcomeBy } from '../../signs/call/afterwards'
import { guestsThatLeft } from '../../signs/logon/smb-ends'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, frameNumber, streamEnds } from '../../text/wording'

export const smbGuest: Rule = {
  id: 'smb-guest',
  title: 'The client left because the server let it in as guest',
  meaning:
    'The server did not know the user and let it in as guest (a flag in its answer). Guests cannot sign, and Windows clients that require signing, or that do not allow insecure guest logons, end the connection at once. ' +
    'An error when the client did not get in otherwise; guests that stay are not reported.',
  *find(theCase) {
    for (const { logon, end } of guestsThatLeft(theCase)) {
      const { client, server } = streamEnds(theCase, logon.stream)
      const overcome = overcomeBy(theCase, { client, server, frame: end.frame })
      const name = logon.user ? (logon.domain ? `${logon.domain}\\${logon.user}` : logon.user) : 'the client'
      yield {
        severity: overcome ? 'note' : 'error',
        confidence: 'medium',
        title: overcome
          ? 'The client refused to be a guest; a later logon worked'
          : 'The server made the user a guest, and the client likely refused',
        symptom:
          'error 1272 (0x800704F8): "You can’t access this shared folder because your organization’s security policies block unauthenticated guest access"',
        atFault: {
          party: 'configuration',
          text: 'the server, which does not know the user; the client allows no guest logons',
        },
        effect: overcome ? 'None that lasted: the client got in.' : 'No named pipe was opened, so no call was made.',
        explanation: `${server} accepted the logon of ${name} from ${client} in frame ${frameNumber(logon.lastFrame)} as guest, and the client ended the connection in frame ${frameNumber(end.frame)} without asking for a share. Windows 11 24H2 and Windows Server 2025 require signing, which a guest cannot do; editions since Windows 10 1709 do not allow insecure guest logons by default.`,
        evidence: [
          ...evidence(logon.firstFrame, `${name} logs on`),
          ...evidence(logon.lastFrame, 'the server lets the user in as guest'),
          ...evidence(end.frame, 'the client leaves'),
          ...evidence(overcome?.frame, 'a later logon works'),
        ],
        fix: [
          {
            text: 'Create an account for the user on the server and log on with it.',
            copy: 'net use \\\\SERVER\\IPC$ /user:SERVER\\NAME',
          },
          {
            text: 'On a NAS or Samba server switch the mapping of unknown users to guest off.',
            copy: 'map to guest = never',
          },
          {
            text: 'Only in a closed test network: allow insecure guest logons on the client and switch required signing off.',
            copy: 'Set-SmbClientConfiguration -EnableInsecureGuestLogons $true -RequireSecuritySignature $false',
          },
        ],
        references: [references.smbGuest],
        streams: [logon.stream],
        executed: 'no',
        filter: `tcp.stream == ${logon.stream}`,
        explains: { streams: [logon.stream] },
        identities: [{ role: 'let in as guest', name }],
        fold: `${client}|${server}|${name}|${overcome !== undefined}`,
      }
    }
  },
}
