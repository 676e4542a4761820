// The named pipe of a service cannot be opened. MS-SMB2 3.3.5.9, MS-CIFS 2.2.4.64.
import { STATUS_ACCESS_DENIED } from '../../../names/statuses'
import { Frame, Pipe } from '../../../../asm/layout'
import { pipeName } from '../../../capture/pipes'
import { NONE } from '../../../capture/table'
import { hex32 } from '../../../capture/text'
import { secondsBetween } from '../../../conversation/time'
import { rightsOfPipe } from '../../../names/access-rights'
import { pairsOfRpc } from '../../signs/call/afterwards'
import type { Examination } from '../../examination'
import type { AtFault, FixStep, Severity } from '../../finding'
import { win32Symptom } from '../../text/layers'
import { PROBE_MEANING, probeBy, PROBED } from '../../text/probes'
import { references } from '../../text/references'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber, list, streamEnds } from '../../text/wording'

/** A success this soon after makes it a service that was started on demand. */
const RETRY_SECONDS = 5
/** Frames before an answer among which its request is looked for. */
const LOOK_BACK = 64
/** Pipes that lead to an RPC service. Others (of search, of databases, of browsing) are tried by clients that can do without them. */
const SERVICE_PIPES = new Set(
  'svcctl winreg eventlog spoolss samr lsarpc lsass netlogon srvsvc wkssvc atsvc ntsvcs epmapper scerpc netdfs initshutdown efsrpc protected_storage drsuapi dnsserver'.split(
    ' ',
  ),
)

interface Reason {
  title: (name: string) => string
  at: AtFault
  fix: FixStep[]
  win32: number
}

const REASONS: Record<number, Reason> = {
  0xc0000034: {
    title: (name) => `The pipe ${name} does not exist: its service likely does not run`,
    at: { party: 'server', text: 'the service behind the pipe, which does not run or does not use pipes' },
    fix: [
      { text: 'Start the service; for winreg that is Remote Registry.', copy: 'sc \\\\SERVER start RemoteRegistry' },
      {
        text: 'For printing: Windows 11 22H2 and later listen on TCP only. Let the client use RPC over TCP, or switch pipes on at the server: Group Policy "Configure RPC listener settings" (RpcProtocols) and "Configure RPC connection settings" (RpcUseNamedPipeProtocol).',
      },
    ],
    win32: 2,
  },
  0xc00000ac: {
    title: (name) => `The pipe ${name} has no free instance, or its service is starting`,
    at: { party: 'server', text: 'the service behind the pipe' },
    fix: [{ text: 'Try again; if it stays, look at the service and its clients.' }],
    win32: 231,
  },
  0xc00000ae: {
    title: (name) => `The pipe ${name} is busy`,
    at: { party: 'server', text: 'the service behind the pipe' },
    fix: [{ text: 'Try again; look for a client that keeps it open.' }],
    win32: 231,
  },
  [STATUS_ACCESS_DENIED]: {
    title: (name) => `The server denied access to the pipe ${name}`,
    at: { party: 'account', text: 'the rights of the SMB user (an anonymous one has next to none)' },
    fix: [
      { text: 'Log on to SMB with an account that may use the service; svcctl and winreg are for administrators.' },
      {
        text: 'For anonymous access see "Network access: Named Pipes that can be accessed anonymously" (NullSessionPipes) and RestrictNullSessAccess.',
      },
    ],
    win32: 5,
  },
}

const LOOK_AT_SERVER: FixStep = {
  text: 'Look at Microsoft-Windows-SMBServer/Operational on the server for the time of the frame.',
}
const ASK_FOR_LESS: FixStep = {
  text: 'If the program opens the pipe itself, let it ask for read and write access only (GENERIC_READ and GENERIC_WRITE): RPC needs no other right, and the server may refuse the others.',
}

export const pipeNotOpened: Rule = {
  id: 'pipe-not-opened',
  title: 'The named pipe cannot be opened',
  meaning:
    'Over SMB a service is reached by the name of its pipe. The server refused to open it: the service does not run, or the user may not. An error when a pipe of a service is refused and the client never ' +
    'reaches that service by it; a warning when it speaks RPC to this server through other pipes; a note for pipes that clients merely try, for services that start on demand, and where the client tries pipe after pipe.',
  *find(theCase) {
    const { pipes } = theCase.capture
    const opened = openedLater(theCase)
    const probes = probesOf(theCase)
    for (const probe of probes.values()) yield describeProbe(probe)
    for (let pipe = 0; pipe < pipes.rows; pipe++) {
      const status = pipes.get(Pipe.Status, pipe)
      const frame = pipes.get(Pipe.OpenFrame, pipe)
      if (status === 0 || frame === NONE) continue
      const name = pipeName(theCase.capture, pipe)
      // A name that was never captured may be a file's: only pipes with a name, and no path, are judged.
      if (name === '' || name.includes('\\')) continue
      const stream = pipes.get(Pipe.Stream, pipe)
      const { server, client } = streamEnds(theCase, stream)
      if (probes.has(`${client} ${server}`)) continue
      const last = opened.get(`${client} ${server} ${name.toLowerCase()}`)
      const later = last !== undefined && last > frame ? last : undefined
      const isRetry = later !== undefined && secondsBetween(theCase.capture.frames, frame, later) <= RETRY_SECONDS
      const known = theCase.names.returnName(status, 'ntstatus')
      const text = known ? `${hex32(status)} (${known.symbol})` : hex32(status)
      const reason = REASONS[status]
      const request = requestBefore(theCase, stream, frame)
      const mask = status === STATUS_ACCESS_DENIED && request !== undefined ? pipes.get(Pipe.Access, pipe) : 0
      const rights = rightsOfPipe(mask)
      yield {
        severity: severityOf(theCase, name, `${client} ${server}`, status, later),
        confidence: 'high',
        title:
          later === undefined
            ? (reason?.title(name) ?? `The server did not open the pipe ${name}: ${known?.symbol ?? hex32(status)}`)
            : `The pipe ${name} did not open at first; later it did`,
        symptom: win32Symptom(theCase.names, reason?.win32 ?? 2),
        atFault: reason?.at ?? { party: 'server', text: 'the server' },
        effect:
          later === undefined
            ? `No call of the service behind ${name} was made through this pipe.`
            : 'None that lasted: the pipe opened later.',
        explanation: `${client} asked ${server} for the pipe ${name} in frame ${frameNumber(frame)} and got ${text}.${rightsText(request, mask)}${isRetry ? ' A few seconds later the same pipe opened: the service starts on demand.' : later === undefined ? ' It does not open later in this capture either.' : ''}`,
        layers: [{ layer: 'wire (SMB)', code: hex32(status), text: known ? `${known.symbol}: ${known.message}` : '' }],
        evidence: [
          ...evidence(request, `the client asks for the pipe ${name}`),
          ...evidence(frame, `create ${name}: ${text}`),
          ...evidence(later, `the pipe ${name} opens`),
        ],
        fix: [...(mask === 0 || rights.isUsual ? [] : [ASK_FOR_LESS]), ...(reason?.fix ?? [LOOK_AT_SERVER])],
        references: [references.smb2],
        streams: [stream],
        executed: 'no',
        filter: `tcp.stream == ${stream}`,
        fold: `${client}|${server}|${name}|${status}|${later !== undefined}`,
      }
    }
  },
}

/** Pipes that one client tried to open on one server without success: names, and the frames and streams of the refusals. */
interface Probe {
  client: string
  server: string
  names: Set<string>
  frames: number[]
  streams: Set<number>
}

/** Clients that try pipe after pipe of one server, by client and server. */
function probesOf(theCase: Examination): Map<string, Probe> {
  const { pipes } = theCase.capture
  const found = new Map<string, Probe>()
  for (let pipe = 0; pipe < pipes.rows; pipe++) {
    const frame = pipes.get(Pipe.OpenFrame, pipe)
    const name = pipeName(theCase.capture, pipe)
    if (pipes.get(Pipe.Status, pipe) === 0 || frame === NONE || name === '' || name.includes('\\')) continue
    const stream = pipes.get(Pipe.Stream, pipe)
    const { client, server } = streamEnds(theCase, stream)
    const pair = `${client} ${server}`
    let probe = found.get(pair)
    if (!probe) found.set(pair, (probe = { client, server, names: new Set(), frames: [], streams: new Set() }))
    probe.names.add(name.toLowerCase())
    probe.frames.push(frame)
    probe.streams.add(stream)
  }
  for (const [pair, { names }] of found) if (names.size < PROBED) found.delete(pair)
  return found
}

function describeProbe({ client, server, names, frames, streams }: Probe): Occurrence {
  const [first, last] = [[...names][0]!, [...names].at(-1)!]
  return {
    ...probeBy(client),
    title: 'The client likely probes which pipes the server has',
    explanation: `${client} asked ${server} for ${names.size} pipes that it did not open, ${first} first. ${PROBE_MEANING}`,
    evidence: [
      ...evidence(frames[0], `the pipe ${first} is refused`),
      ...evidence(frames.at(-1), `the pipe ${last} is refused`),
    ],
    references: [references.smb2],
    streams: [...streams],
    filter: 'smb || smb2',
    count: names.size,
  }
}

/** What a denied create asked for, as a sentence after a space; '' where the capture does not hold the mask. */
function rightsText(request: number | undefined, mask: number): string {
  if (request === undefined || mask === 0) return ''
  const { object, rights } = rightsOfPipe(mask)
  return ` The request (frame ${frameNumber(request)}) asks for ${list(rights)} on ${object} (access mask ${hex32(mask)})${rights.length === 1 ? '' : '; at least one of these rights is missing'}.`
}

function severityOf(
  theCase: Examination,
  name: string,
  pair: string,
  status: number,
  later: number | undefined,
): Severity {
  // That another user gets in later shows nothing about this one; that the pipe is there later, that its service runs.
  if (later !== undefined && status !== STATUS_ACCESS_DENIED) return 'note'
  if (!SERVICE_PIPES.has(name.toLowerCase())) return 'note'
  if (later !== undefined) return 'warning'
  // Where the two do speak RPC through another pipe, one that is refused is a part of a longer story.
  return pairsOfRpc(theCase).has(pair) ? 'warning' : 'error'
}

/** The last frame in which each pipe was opened, by `client server name`. */
function openedLater(theCase: Examination): ReadonlyMap<string, number> {
  const { pipes } = theCase.capture
  const last = new Map<string, number>()
  for (let pipe = 0; pipe < pipes.rows; pipe++) {
    const frame = pipes.get(Pipe.OpenFrame, pipe)
    if (pipes.get(Pipe.Status, pipe) !== 0 || frame === NONE) continue
    const { client, server } = streamEnds(theCase, pipes.get(Pipe.Stream, pipe))
    last.set(`${client} ${server} ${pipeName(theCase.capture, pipe).toLowerCase()}`, frame)
  }
  return last
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
