// The third leg of a logon has no answer: that it failed shows at the first call. MS-RPCE 3.3.1.5.2.
import { AuthLevel } from '../../../../asm/layout'
import { IACTIVATION, ISYSTEM_ACTIVATOR } from '../../../names/well-known'
import type { Connection, SecurityContext } from '../../../conversation/model'
import { PROTOCOL_ERROR } from '../../../conversation/security'
import type { Examination } from '../../examination'
import { eventLayer, faultLayers } from '../../text/layers'
import { references } from '../../text/references'
import { type GoodLogons, goodLogons, verdict, type Verdict } from '../../signs/logon-verdict'
import { explain, refusalEvidence, type Refusal, rejections } from '../../signs/rejection'
import type { Confidence } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { serverReason, serverReasonLayers, serverReasonText } from '../../signs/server-reason'
import {
  clientText,
  evidence,
  frameNumber,
  levelName,
  list,
  packageName,
  serverText,
  statusText,
} from '../../text/wording'
import { who } from '../../text/identities'

/** Interfaces that activate objects: a level below integrity is reason enough for their refusal. */
const ACTIVATION = new Set([ISYSTEM_ACTIVATOR, IACTIVATION])

export const logonRefused: Rule = {
  id: 'logon-refused',
  title: 'The server refused the logon, or the first call under it',
  meaning:
    'The handshake went through all its messages, and the first call under it was refused. RPC has no answer for the last message of a ' +
    'handshake, so a refused logon travels with the first call; where that is access denied, the logon may as well be good and a right be ' +
    'missing. When a call under the same logon had worked before, it is another rule’s matter.',
  covers: ['R02'],
  *find(theCase) {
    const good = goodLogons(theCase)
    for (const refusal of rejections(theCase)) {
      const { security, calls } = refusal
      if (calls.some((call) => theCase.explainedBy(call) !== undefined) || brokeProtocol(theCase, refusal)) continue
      // Where not even the client's part of the handshake was captured, a message that failed verification is as likely.
      if (
        security.anonymous ||
        (security.thirdLegFrame === undefined && security.user === undefined) ||
        tooLowForActivation(theCase, refusal)
      )
        continue
      explain(theCase, refusal, logonRefused.id)
      yield tell(theCase, refusal, good)
    }
  },
}

/** A protocol error while an earlier call under the same logon is open is no word on the logon: two calls were sent at once. */
function brokeProtocol(theCase: Examination, { connection, index, statuses, calls }: Refusal): boolean {
  return statuses[0] === PROTOCOL_ERROR && theCase.firstCallUnder(connection, index)! < calls[0]!
}

function tooLowForActivation(theCase: Examination, { security, calls }: Refusal): boolean {
  return security.level < AuthLevel.Integrity && isActivation(theCase, calls)
}

function isActivation(theCase: Examination, calls: readonly number[]): boolean {
  return calls.some((call) => ACTIVATION.has(theCase.interfaceOf(call) ?? ''))
}

function tell(theCase: Examination, refusal: Refusal, good: GoodLogons): Occurrence {
  const { connection, security, statuses, calls, closed } = refusal
  const name = who(security)
  const reason = calls.length > 0 ? serverReason(theCase, calls[0]!) : []
  const found = verdict(refusal, reason, good)
  return {
    severity: 'error',
    confidence: theCase.confidenceOn(connection, confidenceIn(found, security.level)),
    title: `${serverText(connection)} ${whatItDid(found, name)}`,
    explanation: [
      `${clientText(connection)} authenticated as ${name} (${packageName(security)}, level ${levelName(security.level)}).`,
      refusedWhere(theCase, refusal, found),
      meaningOf(refusal, found),
      theCase.isIncomplete(connection)
        ? 'Not all of this connection is in the capture: should a call under this logon have succeeded unseen, it was good, and this message failed its check.'
        : '',
      serverReasonText(theCase, reason),
      found.at === 'right' ? '' : accountRemark(connection, security),
      closed ? `The server then closed the connection (frame ${frameNumber(closed.frame!)}).` : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    identities: [{ role: 'refused', name }],
    layers: [
      ...serverReasonLayers(theCase, reason),
      ...faultLayers(theCase.names, statuses[0]!),
      eventLayer(...EVENTS[found.at]),
    ],
    evidence: [
      ...(found.at === 'right' ? evidence(found.frame, `the server takes the logon of ${name} elsewhere`) : []),
      ...refusalEvidence(theCase, refusal),
    ].sort((a, b) => a.frame - b.frame),
    advice: advice(theCase, refusal, found),
    references: [references.rpceSecurityContexts, references.eerrLocations, references.nlmp],
    streams: [connection.stream],
    executed: 'no',
    filter: `tcp.stream == ${connection.stream} && (ntlmssp || kerberos || dcerpc.pkt_type == 3)`,
    ...(reason.length === 0 && {
      wouldHelp:
        'Extended error information on the server (Group Policy: System, Remote Procedure Call, "Propagation of extended error information") puts the exact reason into the fault.',
    }),
    fold: `${connection.server.text}|${name}|${statuses[0]}|${found.at}`,
  }
}

const EVENTS: Record<Verdict['at'], [code: string, text: string]> = {
  logon: ['4625', 'Security log of the server: logon failure, with the reason in its sub-status'],
  right: ['4624', 'Security log of the server: the logon itself was good'],
  either: [
    '4625 or 4624',
    'Security log of the server: 4625 where the logon failed, with the reason in its sub-status; 4624 where it was good',
  ],
}

function confidenceIn(found: Verdict, level: number): Confidence {
  switch (found.at) {
    case 'logon':
      return found.certain ? 'high' : 'medium'
    case 'right':
      return found.because === 'server' ? 'high' : found.because === 'elsewhere' ? 'medium' : 'low'
    case 'either':
      return level === AuthLevel.Connect ? 'low' : 'medium'
  }
}

function whatItDid(found: Verdict, name: string): string {
  switch (found.at) {
    case 'logon':
      return `refused the logon of ${name}`
    case 'right':
      return {
        completed: `completed the logon of ${name}, and refused its first call`,
        elsewhere: `denied ${name} the first call, and takes the same user elsewhere: most likely a right is missing`,
        server: `denied ${name} the first call: the logon is good, a right is missing`,
      }[found.because]
    case 'either':
      return `denied ${name} the first call: the logon failed, or a right is missing`
  }
}

const RIGHTS =
  'the user lacks the right to call (Component Services, dcomcnfg, COM Security), the interface demands a higher level (try packet privacy), or UAC filters the token of a local administrator.'
const ACTIVATION_RIGHT =
  'For an activation the user needs remote launch and activation: the group Distributed COM Users, and the permissions of the application itself in dcomcnfg.'
const STALE =
  'A stored password may be stale: services, scheduled tasks, DCOM "run as" identities and the Windows credential manager keep copies.'

function advice(theCase: Examination, { security, statuses, calls }: Refusal, found: Verdict): string[] {
  const name = who(security)
  const activation = isActivation(theCase, calls) ? [ACTIVATION_RIGHT] : []
  switch (found.at) {
    case 'logon':
      return [
        `Check user name, password and domain of ${name}; look for event 4625 in the server’s Security log at that time: its sub-status says which of them was wrong.`,
        STALE,
        statuses[0] === PROTOCOL_ERROR
          ? 'A Samba server names the reason in its log when "log level" holds auth_audit:3.'
          : `If the event says the logon succeeded, ${RIGHTS}`,
      ]
    case 'right':
      return [`Look at what ${name} may do on the server: ${RIGHTS}`, ...activation]
    case 'either':
      return [
        `Look into the Security log of the server at that time: event 4625 says that the logon of ${name} failed, and by its sub-status why; event 4624 says that it was good.`,
        `Where it failed, check user name, password and domain. ${STALE}`,
        `Where it was good, ${RIGHTS}`,
        ...activation,
      ]
  }
}

/** Which message was refused: the first call, or the handshake's last one where that has an answer. */
function refusedWhere(theCase: Examination, refusal: Refusal, found: Verdict): string {
  const { security, statuses, methods, calls } = refusal
  const codes = list(
    statuses.map((status) => statusText(theCase, status)),
    'then',
  )
  const frame = frameNumber(security.failedFrame!)
  return calls.length === 0
    ? `The server answered the handshake’s last message with a fault in frame ${frame}: ${codes}. Nothing ever succeeded under this logon.`
    : (found.at === 'right' && found.because === 'completed'
        ? ''
        : 'The last message of the handshake has no answer in RPC; whether the server believed it shows at the first call. ') +
        `The first call, ${methods[0] ?? 'to the server'}, was refused with ${codes} in frame ${frame}, and nothing ever succeeded under this logon.`
}

/** What the refusal says about the logon. */
function meaningOf({ statuses, calls, security: { level } }: Refusal, found: Verdict): string {
  if (found.at === 'right') return goodBecause(found)
  if (statuses.includes(0x721)) return 'Status 0x721 right after the handshake means that the logon itself failed.'
  if (statuses[0] === PROTOCOL_ERROR)
    return (
      'A protocol error on the very first call after the handshake means that for the server the handshake is not over: it did not take ' +
      'its last message. Samba answers a wrong user name or password and a locked or disabled account in this way.'
    )
  if (calls.length === 0)
    return 'Access denied in this place means that the server did not take the user name, the password or the domain.'
  if (found.at === 'logon') return 'The logon itself failed.'
  return (
    'Access denied on the very first call means either that the logon failed or that this user may do nothing here; the capture alone cannot tell these apart for certain.' +
    (level === AuthLevel.Connect
      ? ' The level, connect, may be the reason as well: it neither signs nor seals, and servers that demand signing deny such calls whoever makes them (Samba does unless "allow dcerpc auth level connect" says otherwise).'
      : '')
  )
}

function goodBecause({ because, frame }: Extract<Verdict, { at: 'right' }>): string {
  switch (because) {
    case 'server':
      return 'The server says that the interface’s own security check refused the user: the logon was good.'
    case 'completed':
      return 'The server had ended the handshake with "accept-completed", so the logon itself was most likely good, and this user may do nothing here.'
    case 'elsewhere':
      return `The server did take the same user from this client elsewhere (frame ${frameNumber(frame!)}), so the logon itself is most likely good here as well, and the user lacks a right for this call.`
  }
}

/** Compares the domain that the user gave with what the server calls itself. */
function accountRemark({ server }: Connection, { domain, target }: SecurityContext): string {
  if (domain === undefined || !target) return ''
  const given = domain.toLowerCase()
  const own = [target.netbiosComputer, target.dnsComputer].map((name) => name?.toLowerCase())
  const domains = [target.netbiosDomain, target.dnsDomain].map((name) => name?.toLowerCase())
  if (own.includes(given))
    return `The domain given is the server's own name, so a local account of ${target.netbiosComputer} is meant.`
  if (domains.includes(given)) return ''
  if (given === server.text || given === '' || given === '.')
    return `The domain given ("${domain}") is no domain but ${given === server.text ? 'the server’s address' : 'empty'}: the server takes the user for a local account.`
  const known = target.netbiosDomain ?? target.dnsDomain
  return known
    ? `The server introduced itself as ${target.netbiosComputer ?? 'a host'} of ${known}; the user claims the domain ${domain}. Unless ${known} trusts it, the server looks for a local account of that name.`
    : ''
}
