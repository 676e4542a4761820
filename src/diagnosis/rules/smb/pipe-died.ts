// SMB reports that a pipe broke while a call was outstanding on it. MS-SMB2 3.3.5.12, 3.3.5.15.3.
import { SESSION_ENDED } from '../../../names/statuses'
import { hex32 } from '../../../capture/text'
import { Call, type Connection } from '../../../conversation/model'
import type { Examination } from '../../examination'
import type { FixStep } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { answeredLater } from '../../signs/call/later-calls'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import { evidence, frameNumber, methodName, serverText, statusText, shortMethod } from '../../text/wording'

const BROKEN: Record<number, string> = {
  0xc000014b: 'the service closed the pipe, or ended',
  0xc00000b0: 'the pipe is disconnected: the service closed it, or ended',
  0xc00000b1: 'the service is closing the pipe',
  0xc000020d: 'the connection was reset',
  0xc0000203: 'the SMB session was deleted',
  0xc000035c: 'the SMB session has expired',
  0xc00000c9: 'the share was disconnected',
}

export const pipeDied: Rule = {
  id: 'pipe-died',
  title: 'The named pipe broke in the middle of a call',
  meaning:
    'The SMB server answered a read or transfer on the pipe with an error, and an RPC call was waiting on it: the service behind the pipe ended or closed it, or the SMB session under it went away. An error; a note where the same method was answered to the client afterwards, as after a session that expired and was renewed; nothing where the client had closed the pipe itself.',
  *find(theCase) {
    const { calls } = theCase.conversation
    const reported = new Set<Connection>()
    for (const call of theCase.unexplained(theCase.lost)) {
      const connection = theCase.connectionOf(call)
      const error = connection.transferErrors?.find(({ frame }) => frame > theCase.frameOf(call))
      if (error === undefined || calls.get(Call.Status, call) !== error.status) continue
      const explains = { calls: [call] }
      // What is sent on a broken pipe fails for the same reason.
      if (reported.has(connection) || closedByClient(connection, error.frame)) yield { explains }
      else {
        reported.add(connection)
        yield { ...describe(theCase, call, connection, error), explains }
      }
    }
  },
}

/** True if the client had closed the pipe's file before a frame: what then fails on it is the end that it wanted. */
function closedByClient({ close }: Connection, frame: number): boolean {
  return close.by === 'client' && close.frame !== undefined && close.frame < frame
}

function describe(
  theCase: Examination,
  call: number,
  connection: Connection,
  { frame, status }: { frame: number; status: number },
): Occurrence {
  const { stream, server, pipeName = '' } = connection
  const name = statusText(theCase, status)
  const broken = BROKEN[status]
  const reason = broken ?? `SMB answered ${name}`
  const isSession = SESSION_ENDED.has(status)
  const method = methodName(theCase, call)
  const later = answeredLater(theCase, call)
  const laterFrame = later === undefined ? undefined : theCase.conversation.calls.get(Call.ResponseFrame, later)
  return {
    severity: later === undefined ? 'error' : 'note',
    confidence: 'high',
    title:
      later === undefined
        ? `The pipe ${pipeName} broke while ${shortMethod(method)} was waiting`.replace('  ', ' ')
        : `The pipe ${pipeName} broke under a call; later it was answered`.replace('  ', ' '),
    explanation: `In frame ${frameNumber(frame)} SMB reports ${name} for the transfer that carried it${broken ? `: ${broken}` : ''}. ${method} on ${serverText(connection)} had been sent in frame ${frameNumber(theCase.frameOf(call))}; the capture does not show if it ran. ${isSession || !broken ? 'The reason lies in SMB, below RPC: the service itself need not have failed.' : 'The SMB session goes on, so neither the network nor the logon is the cause. When the service ended, this call may be what ended it.'}${laterFrame === undefined ? '' : ` In frame ${frameNumber(laterFrame)} the same method was answered.`}`,
    symptom: later === undefined ? symptoms.callFailed : symptoms.none,
    atFault: {
      party: 'server',
      text:
        isSession || !broken
          ? 'the SMB server, which ended the session, the share or the transfer'
          : `the service behind the pipe ${pipeName}: it ended or closed the pipe`,
    },
    effect:
      later === undefined
        ? `${method} has no answer; later calls on this pipe fail as well.`
        : 'None that lasted: the client asked again and was answered.',
    layers: [
      { layer: 'wire (SMB)', code: hex32(status), text: reason },
      { layer: 'Win32', code: '1726', text: 'RPC_S_CALL_FAILED: the remote procedure call failed' },
    ],
    evidence: [
      ...evidence(
        theCase.frameOf(call),
        `request ${method}, call ${theCase.conversation.calls.get(Call.CallId, call)}`,
      ),
      ...evidence(frame, `SMB: ${reason}`),
      ...evidence(laterFrame, `${method} is answered`),
    ],
    fix: [
      stepFor(server.text, isSession, broken !== undefined),
      { text: 'Open the pipe again and repeat the call; check first on the server if it ran.' },
    ],
    references: [references.smb2],
    streams: [stream],
    executed: 'unknown',
    filter: `tcp.stream == ${stream}`,
    method,
    label: method,
  }
}

function stepFor(server: string, isSession: boolean, isService: boolean): FixStep {
  if (isSession)
    return {
      text: 'Find what ended the SMB session at that time: an administrator or a policy that closes sessions (Computer Management, Shared Folders, Sessions), the end of the Kerberos ticket, a failover, a restart of the Server service. Then let the client log on to SMB again.',
    }
  if (!isService)
    return {
      text: `On ${server}, read the event log Microsoft-Windows-SMBServer/Operational at that time.`,
      copy: 'Get-WinEvent -LogName Microsoft-Windows-SMBServer/Operational -MaxEvents 50',
    }
  return {
    text: `On ${server}, look in the event logs for that moment: Application 1000 (crash), System 7031 and 7034 (service ended unexpectedly); restart the service.`,
    copy: "Get-WinEvent -FilterHashtable @{LogName='System','Application'; Id=1000,7031,7034} -MaxEvents 50",
  }
}
