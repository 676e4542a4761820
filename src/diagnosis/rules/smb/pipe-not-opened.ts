// The named pipe of a service cannot be opened. MS-SMB2 3.3.5.9.
import { Frame, Pipe } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { hex32 } from '../../../capture/text'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, frameNumber, streamEnds } from '../../text/wording'

/** A success this soon after makes it a service that was started on demand. */
const RETRY_SECONDS = 5
/** Pipes that lead to an RPC service. Others (of search, of databases) are tried by clients that can do without them. */
const SERVICE_PIPES = new Set(
  'svcctl winreg eventlog spoolss samr lsarpc lsass netlogon srvsvc wkssvc atsvc ntsvcs epmapper scerpc netdfs initshutdown efsrpc protected_storage drsuapi dnsserver'.split(
    ' ',
  ),
)
const REASONS: Record<number, [text: string, advice: string]> = {
  0xc0000034: [
    'there is no such pipe: the service behind it is not running',
    'Start the service; for winreg that is Remote Registry. Windows 11 22H2 and later no longer offer the print pipe: print RPC goes over TCP.',
  ],
  0xc00000ac: [
    'all instances of the pipe are busy, or the service is just being started',
    'Try again; if it stays, look at the service.',
  ],
  0xc00000ae: ['the pipe is busy', 'Try again; look for a client that keeps it open.'],
  0xc0000022: [
    'access is denied',
    'Check the rights of the account; for anonymous access RestrictNullSessAccess and NullSessionPipes.',
  ],
}

/** Frames before an answer among which its request is looked for. */
const LOOK_BACK = 64

export const pipeNotOpened: Rule = {
  id: 'pipe-not-opened',
  title: 'The named pipe cannot be opened',
  meaning:
    'Over SMB a service is reached by the name of its pipe. The server refused to open it: most often the service is not running. A pipe that opens on the next attempt belongs to a service that starts on demand.',
  covers: ['R59'],
  *find(theCase) {
    const { pipes } = theCase.capture
    // Where the two do talk RPC over another pipe, one that is refused is a part of a longer story.
    const spoke = new Set(theCase.conversation.connections.map(({ client, server }) => `${client.text} ${server.text}`))
    for (let pipe = 0; pipe < pipes.rows; pipe++) {
      const status = pipes.get(Pipe.Status, pipe)
      const frame = pipes.get(Pipe.OpenFrame, pipe)
      const name = nameOf(theCase, pipe)
      // A name that was never captured may be a file's: only pipes with a name, and no path, are judged.
      if (status === 0 || frame === NONE || name === '' || name.includes('\\')) continue
      const stream = pipes.get(Pipe.Stream, pipe)
      const later = secondsToOpen(theCase, pipe, name)
      const opened = later !== undefined && later <= RETRY_SECONDS
      const { server, client } = streamEnds(theCase, stream)
      const missed = later === undefined && SERVICE_PIPES.has(name.toLowerCase()) && !spoke.has(`${client} ${server}`)
      const known = theCase.names.returnName(status, 'ntstatus')
      const text = known ? `${hex32(status)} (${known.symbol})` : hex32(status)
      const [reason, advice] = REASONS[status] ?? [known?.message ?? 'refused', 'Look the status up.']
      yield {
        severity: opened ? 'note' : missed ? 'error' : 'warning',
        confidence: 'high',
        title: `${server} did not open the pipe ${name}: ${reason}`,
        explanation: `${client} asked for the pipe ${name} in frame ${frameNumber(frame)} and got ${text}.${opened ? ' A few seconds later the same pipe was opened: the service starts on demand.' : later === undefined ? ' It is not opened later in this capture either.' : ''}`,
        layers: [{ layer: 'wire (SMB)', code: hex32(status), text: known ? `${known.symbol}: ${known.message}` : '' }],
        evidence: [
          ...evidence(requestBefore(theCase, stream, frame), `the client asks for the pipe ${name}`),
          ...evidence(frame, `create ${name}: ${text}`),
        ],
        advice: [advice],
        references: [references.smb2],
        streams: [stream],
        executed: 'no',
        filter: 'smb2.cmd == 5 && smb2.nt_status != 0',
        fold: `${server}|${name}|${status}`,
      }
    }
  },
}

function nameOf({ capture }: Examination, pipe: number): string {
  const bytes = capture.bytes(capture.pipes.get(Pipe.Name, pipe), capture.pipes.get(Pipe.NameLength, pipe))
  return new TextDecoder('utf-16le').decode(bytes).replace(/^\\/, '')
}

/** How long after the refusal the same pipe was opened, if it was. */
function secondsToOpen(theCase: Examination, failed: number, name: string): number | undefined {
  const { pipes, frames } = theCase.capture
  const at = pipes.get(Pipe.OpenFrame, failed)
  for (let pipe = failed + 1; pipe < Math.min(pipes.rows, failed + 1000); pipe++) {
    const frame = pipes.get(Pipe.OpenFrame, pipe)
    if (pipes.get(Pipe.Status, pipe) !== 0 || frame === NONE) continue
    if (nameOf(theCase, pipe) === name) return secondsBetween(frames, at, frame)
  }
  return undefined
}

/** The client's last message before an answer; undefined where none is near. */
function requestBefore({ capture: { frames } }: Examination, stream: number, answer: number): number | undefined {
  const client = frames.get(Frame.DestinationPort, answer)
  for (let frame = answer - 1; frame >= Math.max(0, answer - LOOK_BACK); frame--) {
    if (frames.get(Frame.Stream, frame) !== stream || frames.get(Frame.SourcePort, frame) !== client) continue
    if (frames.get(Frame.PayloadLength, frame) > 0) return frame
  }
  return undefined
}
