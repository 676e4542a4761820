// SMB reports that a pipe broke while a call was outstanding on it. MS-SMB2 3.3.5.12, 3.3.5.15.3.
import { Call, type Connection } from '../../../conversation/model'
import { hex32 } from '../../../capture/text'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, frameNumber, methodName, serverText, statusText } from '../../text/wording'

const BROKEN: Record<number, string> = {
  0xc000014b: 'the service closed the pipe, or ended',
  0xc00000b0: 'the pipe is disconnected: the service closed it, or ended',
  0xc00000b1: 'the service is closing the pipe',
  0xc000020d: 'the connection was reset',
  0xc0000203: 'the SMB session was deleted',
  0xc000035c: 'the SMB session has expired',
  0xc00000c9: 'the share was disconnected',
}

/** Statuses by which SMB ends what carries the pipe; the service need not know. */
const SESSION_ENDED = new Set([0xc000020d, 0xc0000203, 0xc000035c, 0xc00000c9])

export const pipeDied: Rule = {
  id: 'pipe-died',
  title: 'The named pipe broke in the middle of a call',
  meaning:
    'The SMB server answered a read or transfer on the pipe with an error, and an RPC call was waiting on it: the service behind the pipe ended or closed it, or the SMB session under it went away.',
  covers: ['R60'],
  *find(theCase) {
    const { calls } = theCase.conversation
    const told = new Set<Connection>()
    for (const call of theCase.unexplained(theCase.lost)) {
      const connection = theCase.connectionOf(call)
      const error = connection.transferErrors?.find(({ frame }) => frame > theCase.frameOf(call))
      if (error === undefined || calls.get(Call.Status, call) !== error.status) continue
      theCase.explainCall(call, pipeDied.id)
      // What is sent on a broken pipe fails for the same reason.
      if (told.has(connection)) continue
      told.add(connection)
      const { frame, status } = error
      const { stream } = connection
      const name = statusText(theCase, status)
      const broken = BROKEN[status]
      const reason = broken ?? `SMB answered ${name}`
      const session = SESSION_ENDED.has(status)
      yield {
        severity: 'error',
        confidence: 'high',
        title: `The pipe ${connection.pipeName ?? ''} of ${connection.server.text} broke while ${methodName(theCase, call)} waited: ${reason}`,
        explanation: `In frame ${frameNumber(frame)} SMB reports ${name} for the transfer that carried it${broken ? `: ${broken}` : ''}. ${methodName(theCase, call)} on ${serverText(connection)} had been sent in frame ${frameNumber(theCase.frameOf(call))}; whether it ran cannot be told. ${session || !broken ? 'The reason lies in SMB, below RPC: the service itself need not have failed.' : 'When the service ended, this call may be what ended it.'}`,
        layers: [
          { layer: 'wire (SMB)', code: hex32(status), text: reason },
          { layer: 'Win32', code: '1726', text: 'RPC_S_CALL_FAILED: the remote procedure call failed' },
        ],
        evidence: [
          ...evidence(
            theCase.frameOf(call),
            `request ${methodName(theCase, call)}, call ${calls.get(Call.CallId, call)}`,
          ),
          ...evidence(frame, `SMB: ${reason}`),
        ],
        advice: [
          session
            ? 'Look for what ended the SMB session at that time: an administrator or a policy that closes sessions (Computer Management, Shared Folders, Sessions), the end of the Kerberos ticket, a failover, a restart of the Server service; the client has to log on to SMB again.'
            : !broken
              ? 'Look at the event log Microsoft-Windows-SMBServer/Operational of the server at that time.'
              : 'Look on the server at that time: Application log 1000 (crash), System log 7031 and 7034 (service ended unexpectedly).',
        ],
        references: [references.smb2],
        streams: [stream],
        executed: 'unknown',
        filter: `smb2.nt_status == ${hex32(status)}`,
      }
    }
  },
}
