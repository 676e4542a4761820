// The SMB session, or the connection to IPC$, was refused: RPC over pipes never begins. MS-SMB2 3.3.5.5, 3.3.5.7.
import { endpointText, hex32 } from '../../capture/text'
import { smbRefusals } from '../smb-refusals'
import { references } from '../references'
import type { Rule } from '../rule'
import { evidence, frameNumber, streamEnds } from '../wording'

const REASONS: Record<number, string> = {
  0xc000006d: 'Wrong user name or password.',
  0xc000006a: 'The password is wrong.',
  0xc0000064: 'The user does not exist.',
  0xc0000071: 'The password has expired.',
  0xc0000072: 'The account is disabled.',
  0xc0000193: 'The account has expired.',
  0xc0000234: 'The account is locked out.',
  0xc000015b: 'The user may not log on over the network ("Access this computer from the network").',
  0xc0000133: 'The clocks of client and server are too far apart.',
  0xc0000224: 'The password must be changed first.',
  0xc0000022: 'Access is denied: permissions of the share, or signing that one side demands.',
  0xc00000cc: 'The share does not exist.',
  0xc0000418: 'NTLM is blocked by policy.',
  0xc00000bb: 'Not supported: NTLM may be blocked, or no dialect is in common.',
}

export const smbSessionRefused: Rule = {
  id: 'smb-session-refused',
  title: 'SMB refused the session that RPC over pipes needs',
  meaning:
    'RPC over named pipes needs an SMB session and the share IPC$ first. The server refused one of them, so no pipe was opened and no RPC took place. When the same client succeeds on the same connection afterwards it is told as a note.',
  covers: ['R61', 'R11'],
  *find(theCase) {
    for (const { frame, stream, command, status } of smbRefusals(theCase)) {
      if (command !== 'session setup' && command !== 'tree connect') continue
      const later = theCase.connectionsOn(stream).some(({ firstFrame }) => firstFrame > frame)
      const { client, server, port } = streamEnds(theCase, stream)
      const known = theCase.names.returnName(status, 'ntstatus')
      const text = known ? `${hex32(status)} (${known.symbol})` : hex32(status)
      yield {
        severity: later ? 'note' : 'warning',
        confidence: 'high',
        title: `${endpointText(server, port)} refused the SMB ${command} of ${client}: ${text}`,
        explanation: `In frame ${frameNumber(frame)} the server answered the SMB ${command} with ${text}. ${REASONS[status] ?? known?.message ?? ''}${later ? ' RPC over this SMB connection succeeded afterwards.' : ' Nothing that needs this session, RPC over pipes among it, can follow.'}`,
        layers: [
          {
            layer: 'wire (SMB)',
            code: hex32(status),
            text: known ? `${known.symbol}: ${known.message}` : 'an NTSTATUS without a public name',
          },
        ],
        evidence: evidence(frame, `SMB ${command}: ${text}`),
        advice: [REASONS[status] ?? 'See event 4625 in the Security log of the server at that time.'],
        references: [references.smb2],
        streams: [stream],
        filter: `smb2.nt_status == ${hex32(status)}`,
        fold: `${client}|${server}|${status}|${command}`,
      }
    }
  },
}
