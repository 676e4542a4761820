// The web server or a proxy refuses a channel of RPC over HTTP. MS-RPCH 2.1.2.1.3, 3.2.3.5.11; RFC 9110 15.
import { Frame, Stream } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Examination } from '../../examination'
import { FirstAbove } from '../../look-up'
import { nextOpened } from '../../signs/network/failed-ports'
import { type ChannelAnswer, type ChannelRequest, channelRequests } from '../../signs/messages/http-channels'
import { perCase } from '../../per-case'
import { secondsBetween } from '../../../conversation/time'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import type { Confidence, FixStep, Party } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber, list, statusText } from '../../text/wording'

/** A client that has not sent credentials so long after it was asked for them does not send any. */
const LEFT_SECONDS = 1
/** RFC 6585 5. */
const HEADER_TOO_LARGE = 431
/** nginx takes no longer line of a header than 8 kB; IIS no longer header than 16 kB. */
const LARGE_HEADER = 8000
/** Requests that open a channel have this many bytes of content to come, which some proxies do not allow. MS-RPCH 2.1.2.1.1. */
const CHANNEL_GIGABYTES = 1

export const httpChannelRefused: Rule = {
  id: 'http-channel-refused',
  title: 'A web server or proxy refused the channel of RPC over HTTP',
  meaning:
    'RPC over HTTP runs in two HTTP requests of up to 1 GB, RPC_IN_DATA and RPC_OUT_DATA. What the answer to one of them means depends on its status: ' +
    'a logon that was rejected, a redirect, no RPC proxy at this address, or a server behind the proxy that is not reached. ' +
    'The first 401 of a logon is normal and not reported; a warning where the client closed the connection after it and the capture ends. A note where the same client opened the channel afterwards.',
  *find(theCase) {
    for (const request of channelRequests(theCase)) {
      const { answer } = request
      if (!answer || (answer.status !== undefined && answer.status < 300)) continue
      const opened = openedAfter(theCase, request, answer.frame)
      if (answer.status === 401 || answer.status === 407) {
        if (opened !== undefined || isLeg(theCase, request, answer)) continue
      }
      const wording = tell(theCase, request, answer, opened)
      yield isCutShort(theCase, request, answer) ? { ...wording, severity: 'warning', confidence: 'low' } : wording
    }
  },
}

/** Frames of requests that were let through: answered with success, or followed by PDUs without an answer that refuses them. */
const openings = perCase((theCase: Examination): ReadonlyMap<string, FirstAbove<number>> => {
  const found = new Map<string, FirstAbove<number>>()
  for (const request of channelRequests(theCase)) {
    const { answer, frame, stream } = request
    const isOpen =
      answer?.status === undefined
        ? !answer && theCase.connectionsOn(stream).some(({ lastFrame }) => lastFrame >= frame)
        : answer.status < 300
    if (!isOpen) continue
    const known = found.get(keyOf(request)) ?? new FirstAbove<number>()
    found.set(keyOf(request), known)
    known.add(frame, frame)
  }
  return found
})

function keyOf({ client, server, method }: ChannelRequest): string {
  return `${client} ${server} ${method}`
}

function openedAfter(theCase: Examination, request: ChannelRequest, after: number): number | undefined {
  return openings(theCase).get(keyOf(request))?.above(after)
}

/** Frame of the last request with credentials, by client, server and method. */
const lastCredentials = perCase((theCase: Examination): ReadonlyMap<string, number> => {
  const last = new Map<string, number>()
  for (const request of channelRequests(theCase))
    if (request.scheme !== undefined) last.set(keyOf(request), request.frame)
  return last
})

/** True if a demand for a logon is but a step: credentials follow, or may follow after the capture's end. */
function isLeg(theCase: Examination, request: ChannelRequest, { frame }: ChannelAnswer): boolean {
  if (request.hasCredentials) return false
  if ((lastCredentials(theCase).get(keyOf(request)) ?? -1) > frame) return true
  return endsSoon(theCase, frame) && !hasLeft(theCase, request, frame)
}

/** True if the capture ends so soon after a frame that more may have followed. */
function endsSoon({ capture: { frames } }: Examination, frame: number): boolean {
  return secondsBetween(frames, frame, frames.rows - 1) < LEFT_SECONDS
}

/** True if the client closed the connection first after a frame, and opened no other to this port. */
function hasLeft(theCase: Examination, { stream, client, server }: ChannelRequest, frame: number): boolean {
  const closed = theCase.streamValue(Stream.FinFrameA, stream)
  const closedByServer = theCase.streamValue(Stream.FinFrameB, stream)
  if (closed === NONE || closed < frame || (closedByServer !== NONE && closedByServer < closed)) return false
  return nextOpened(theCase, client, server, theCase.streamValue(Stream.PortB, stream), frame) === undefined
}

/** True if a demand for a logon is followed by the client’s leaving and then by the end of the capture. */
function isCutShort(theCase: Examination, request: ChannelRequest, { status, frame }: ChannelAnswer): boolean {
  return (status === 401 || status === 407) && !request.hasCredentials && endsSoon(theCase, frame)
}

interface Meaning {
  title: string
  confidence: Confidence
  party: Party
  fault: string
  /** What the status says, as sentences. */
  text: string
  fix: FixStep[]
}

function tell(
  theCase: Examination,
  request: ChannelRequest,
  answer: ChannelAnswer,
  opened: number | undefined,
): Occurrence {
  const { client, server, stream, frame, method, target } = request
  const { title, confidence, party, fault, text, fix } = meaningOf(theCase, request, answer)
  const said = answer.status === undefined ? 'a TLS alert' : `HTTP ${answer.status} ${answer.reason}`.trim()
  return {
    severity: opened === undefined ? 'error' : 'note',
    confidence,
    title: opened === undefined ? title : 'A web server refused an RPC channel; a later attempt got through',
    explanation:
      `${client} asked ${server} with ${method} for a channel${target === '' ? '' : ` to ${target}`} (frame ${frameNumber(frame)}). ` +
      `The answer in frame ${frameNumber(answer.frame)} is ${said}. ${text}` +
      (opened === undefined ? '' : ` Later the channel was opened (frame ${frameNumber(opened)}).`),
    symptom: opened === undefined ? symptoms.unavailable : symptoms.none,
    atFault: { party, text: fault },
    effect: opened === undefined ? 'No channel was opened, so no RPC call was made through it.' : 'A delay.',
    evidence: [
      ...evidence(
        frame,
        `${method}${request.scheme === undefined ? ', without credentials' : `, credentials of ${request.scheme}`}`,
      ),
      ...evidence(answer.frame, said),
      ...evidence(opened, 'a later request is let through'),
    ],
    fix,
    references: [references.rpcOverHttp],
    streams: [stream],
    executed: 'no',
    filter: `tcp.stream == ${stream}`,
    label: `${method}: ${said}`,
    explains: { streams: [stream] },
    fold: `${client}|${server}|${title}|${opened === undefined}`,
  }
}

/** What an answer says; the statuses are those of RFC 9110, and 503 with a code is the RPC proxy's own. */
function meaningOf(theCase: Examination, request: ChannelRequest, answer: ChannelAnswer): Meaning {
  const { server, target } = request
  const { status } = answer
  const headerBytes = status === 400 || status === HEADER_TOO_LARGE ? tokenRequestBytes(theCase, request, answer) : 0
  if (status === HEADER_TOO_LARGE || headerBytes >= LARGE_HEADER) return tooLarge(request, status!, headerBytes)
  switch (status) {
    case undefined:
    case 400:
      return {
        title: 'The client speaks plain HTTP to a port that likely expects TLS',
        confidence: status === undefined ? 'high' : 'low',
        party: 'configuration',
        fault: 'the address or the port that the client is set up with',
        text:
          status === undefined
            ? 'The server expects TLS on this port and received an HTTP request in the clear.'
            : 'The server cannot read the request. Web servers give this answer to plain HTTP on an HTTPS port; so does a proxy that does not know the method.',
        fix: [
          {
            text: `Let the client connect with https to ${server}, or to the port on which the web server expects plain HTTP.`,
          },
        ],
      }
    case 401:
      return request.hasCredentials ? rejected(request) : unsent(answer)
    case 403:
      return {
        title: 'The web server forbids the RPC channel',
        confidence: 'high',
        party: 'server',
        fault: `the configuration of the web server or RPC proxy on ${server}`,
        text: `The logon is not the question: the address is forbidden. The RPC proxy forbids every server and port that its list does not name, and a web server forbids plain HTTP where it demands TLS or a client certificate.`,
        fix: [
          {
            text: `On the RPC proxy, see if ValidPorts lists ${target === '' ? 'the server and port' : target}.`,
            copy: 'reg query HKLM\\Software\\Microsoft\\Rpc\\RpcProxy /v ValidPorts',
          },
          {
            text: 'In IIS, look up the substatus of 403 in the log of the web site: 403.4 demands TLS, 403.7 a client certificate.',
          },
        ],
      }
    case 404:
      return {
        title: 'The web server has no RPC proxy at this address',
        confidence: 'high',
        party: 'server',
        fault: `the web server ${server}, or the address that the client uses`,
        text: 'The web server does not know the address of the RPC proxy: the feature is not installed, or the request reached another web server or site than was meant.',
        fix: [
          {
            text: 'On the web server that is meant to be the RPC proxy, see if the feature is installed.',
            copy: 'Get-WindowsFeature RPC-over-HTTP-Proxy',
          },
          { text: 'Compare the name in the client’s configuration with the address that this capture shows.' },
        ],
      }
    case 405:
    case 501:
      return {
        title: 'A web server does not allow the methods of RPC over HTTP',
        confidence: 'high',
        party: 'network',
        fault: `${server}, or a reverse proxy that answers for it`,
        text: `It knows the address and does not accept ${request.method} as a method. Reverse proxies and web application firewalls allow only the common methods unless configured otherwise.`,
        fix: [
          { text: `Allow the methods RPC_IN_DATA and RPC_OUT_DATA on ${server} and on every proxy in front of it.` },
        ],
      }
    case 407:
      return {
        title: 'A web proxy on the path demands a logon of its own',
        confidence: 'high',
        party: 'network',
        fault: 'the web proxy between the client and the RPC proxy',
        text: `It accepts ${answer.schemes.length > 0 ? list(answer.schemes) : 'schemes that the capture does not show'}.`,
        fix: [
          {
            text: 'Let the address of the RPC proxy pass the web proxy without a logon, or exclude it from the client’s proxy settings.',
            copy: 'netsh winhttp show proxy',
          },
        ],
      }
    case 411:
    case 413:
      return {
        title: 'A web server or proxy rejects the length of the RPC channel',
        confidence: 'high',
        party: 'network',
        fault: `${server}, or a reverse proxy that answers for it`,
        text: `A request of RPC over HTTP announces up to ${CHANNEL_GIGABYTES} GB of content, and this server allows less.`,
        fix: [
          {
            text: `Raise the largest request that ${server} and the proxies in front of it accept to 1 GB for the address of the RPC proxy.`,
          },
        ],
      }
    default:
      return status >= 500 ? unavailable(theCase, request, answer) : other(request, answer)
  }
}

/** Bytes from a request with credentials to its answer, by TCP's numbers; 0 for a request without. */
function tokenRequestBytes(
  { capture: { frames } }: Examination,
  request: ChannelRequest,
  answer: ChannelAnswer,
): number {
  if (request.scheme === undefined) return 0
  return (frames.get(Frame.Ack, answer.frame) - frames.get(Frame.Seq, request.frame)) >>> 0
}

/** A header that a token has made too large: the user is in many groups. */
function tooLarge({ server, scheme }: ChannelRequest, status: number, bytes: number): Meaning {
  const size = `${Math.round(bytes / 1024)} kB`
  return {
    title: 'The logon token likely makes the HTTP header too large',
    confidence: status === HEADER_TOO_LARGE ? 'high' : 'medium',
    party: 'account',
    fault: 'the size of the user’s token, or the limit of the web server for a header',
    text: `The request has credentials of ${scheme ?? 'a scheme that is not in the capture'} and is ${bytes === 0 ? 'larger than the web server allows' : `${size} long`}. A Kerberos token grows with the number of groups of the user, and base64 by a third more; web servers limit a header to 8 or 16 kB unless configured otherwise.`,
    fix: [
      {
        text: 'Reduce the groups that the user is a member of, nested ones too.',
        copy: 'whoami /groups',
      },
      {
        text: `On ${server}, if it is IIS, raise MaxFieldLength and MaxRequestBytes (KB2020943) and restart the HTTP service; on nginx raise large_client_header_buffers.`,
        copy: 'reg query HKLM\\System\\CurrentControlSet\\Services\\HTTP\\Parameters',
        url: references.headerTooLong.url,
      },
    ],
  }
}

function rejected({ server, scheme, user }: ChannelRequest): Meaning {
  return {
    title: 'The RPC proxy rejected the logon of the client',
    confidence: 'high',
    party: 'account',
    fault: `${user === undefined ? 'the account' : `the account ${user}`}, or what the web server accepts of it`,
    text: `The request carried credentials of ${scheme}${user === undefined ? '' : ` for ${user}`}, and they were not accepted: the name or password is wrong, the account may not log on there, or a device between the two ends TLS, which the server's extended protection then rejects.`,
    fix: [
      { text: `On ${server}, look for event 4625 in the Security log at that time: its status names the reason.` },
      {
        text: 'Where a reverse proxy or load balancer ends TLS in front of the web server, compare the setting of extended protection for the address of the RPC proxy.',
      },
    ],
  }
}

function unsent({ schemes }: ChannelAnswer): Meaning {
  return {
    title: 'The RPC proxy demands a logon that the client likely cannot make',
    confidence: 'medium',
    party: 'configuration',
    fault: 'the way of logging on that client and web server are set up with',
    text: `The web server accepts ${schemes.length > 0 ? list(schemes) : 'schemes that the capture does not show'}, and the client sent no credentials afterwards: it is set up for another scheme, or has no credentials.`,
    fix: [{ text: 'Set the client and the web server to a scheme that both use: NTLM, Negotiate or Basic.' }],
  }
}

/** The error in the reason phrase of the RPC proxy's own 503. MS-RPCH 2.1.2.1.3. */
const RPC_ERROR = /^RPC Error: ?(?:0x)?([0-9a-f]{1,8})\b/i

function unavailable(
  theCase: Examination,
  { server, target }: ChannelRequest,
  { status, reason }: ChannelAnswer,
): Meaning {
  const code = RPC_ERROR.exec(reason)?.[1]
  const behind = target === '' ? 'the server behind it' : target
  if (status === 503 && code !== undefined)
    return {
      title: 'The RPC proxy could not reach the server behind it',
      confidence: 'high',
      party: 'server',
      fault: `the way from the RPC proxy ${server} to ${behind}`,
      text: `It is the RPC proxy itself that answers: it reports ${statusText(theCase, Number.parseInt(code, 16))} for ${behind}.`,
      fix: [
        {
          text: `On ${server}, see if ${behind} can be reached from there: name, port, firewall, and that the service runs.`,
        },
        {
          text: 'See if the list of servers and ports of the RPC proxy names it.',
          copy: 'reg query HKLM\\Software\\Microsoft\\Rpc\\RpcProxy /v ValidPorts',
        },
      ],
    }
  return {
    title: 'The web server in front of the RPC server is unavailable',
    confidence: 'high',
    party: 'server',
    fault: `the web server ${server}, or what a proxy there passes requests to`,
    text:
      status === 502 || status === 504
        ? 'A gateway answers that the server behind it does not respond.'
        : 'The web server cannot serve the address of the RPC proxy; with IIS, 503 without a code of RPC mostly means that the application pool is stopped.',
    fix: [
      { text: `On ${server}, see if the application pool of the RPC proxy runs, and read the log of the web server.` },
    ],
  }
}

function other({ server }: ChannelRequest, { status, location }: ChannelAnswer): Meaning {
  if (status! < 400)
    return {
      title: 'The web server redirects the RPC channel elsewhere',
      confidence: 'high',
      party: 'configuration',
      fault: `the redirect on ${server}, or on a proxy that answers for it`,
      text: `${location === undefined ? 'The answer is a redirect' : `The answer redirects to ${location}`}; clients of RPC over HTTP do not follow one. A portal, a logon page for browsers or a rule that moves all requests to HTTPS gives this answer.`,
      fix: [
        {
          text: `On ${server} and every proxy in front of it, exclude the address of the RPC proxy from redirects and from logon pages.`,
        },
      ],
    }
  return {
    title: 'A web server or proxy refused the RPC channel',
    confidence: 'high',
    party: 'server',
    fault: `${server}, or a proxy that answers for it`,
    text: 'The status names the reason.',
    fix: [{ text: `Read the log of the web server on ${server} at that time.` }],
  }
}
