// The third leg of a logon has no answer: that it failed shows at the first call. MS-RPCE 3.3.1.5.2.
import type { Connection, SecurityContext } from '../../conversation/model'
import { PROTOCOL_ERROR } from '../../conversation/security'
import type { Examination } from '../examination'
import { eventLayer, faultLayers } from '../layers'
import { references } from '../references'
import { explain, refusalEvidence, type Refusal } from '../refusal'
import type { Occurrence, Rule } from '../rule'
import { serverReason, serverReasonLayers, serverReasonText } from '../server-reason'
import { clientText, frameNumber, levelName, list, packageName, serverText, statusText, who } from '../wording'

const LEVEL_CONNECT = 2
/** negState of SPNEGO. RFC 4178 4.2.2. */
const ACCEPT_COMPLETED = 0
const LEVEL_INTEGRITY = 5
/** Interfaces that activate objects: a level below integrity is reason enough for their refusal. */
const ACTIVATION = new Set(['000001a0-0000-0000-c000-000000000046', '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57'])

export const logonRefused: Rule = {
  id: 'logon-refused',
  title: 'The server refused the logon; it shows only at the next call',
  meaning:
    'The handshake went through all its messages, and the first call under it was refused: the server does not take that user name, ' +
    'password or domain. RPC has no answer for the last message of a handshake, so the refusal travels with the first call. ' +
    'When a call under the same logon had worked before, it is another rule’s matter.',
  covers: ['R02'],
  *find(theCase) {
    for (const refusal of theCase.refused) {
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
      yield tell(theCase, refusal)
    }
  },
}

/** A protocol error while an earlier call under the same logon is open is no word on the logon: two calls were sent at once. */
function brokeProtocol(theCase: Examination, { connection, index, statuses, calls }: Refusal): boolean {
  return statuses[0] === PROTOCOL_ERROR && theCase.firstCallUnder(connection, index)! < calls[0]!
}

function tooLowForActivation(theCase: Examination, { security, calls }: Refusal): boolean {
  return security.level < LEVEL_INTEGRITY && calls.some((call) => ACTIVATION.has(theCase.interfaceOf(call) ?? ''))
}

/** In Negotiate the server does answer the last message, and "completed" says that it took the logon. */
function isAccepted({ security, statuses, calls }: Refusal): boolean {
  return (
    security.negotiationState === ACCEPT_COMPLETED &&
    calls.length > 0 &&
    statuses.every((status) => status !== 0x721 && status !== PROTOCOL_ERROR)
  )
}

function tell(theCase: Examination, refusal: Refusal): Occurrence {
  const { connection, security, statuses, calls, closed } = refusal
  const name = who(security)
  const reason = calls.length > 0 ? serverReason(theCase, calls[0]!) : []
  const certain = statuses.includes(0x721)
  const unfinished = statuses[0] === PROTOCOL_ERROR
  const accepted = isAccepted(refusal)
  return {
    severity: 'error',
    confidence: theCase.confidenceOn(
      connection,
      certain ? 'high' : accepted || security.level === LEVEL_CONNECT ? 'low' : 'medium',
    ),
    title: accepted
      ? `${serverText(connection)} completed the logon of ${name}, and refused its first call`
      : `${serverText(connection)} refused the logon of ${name}`,
    explanation: [
      `${clientText(connection)} authenticated as ${name} (${packageName(security)}, level ${levelName(security.level)}).`,
      refusedWhere(theCase, refusal),
      accepted
        ? 'The server had ended the handshake with "accept-completed", so the logon itself was most likely good, and this user may do nothing here.'
        : meaningOf(refusal),
      theCase.isIncomplete(connection)
        ? 'Not all of this connection is in the capture: should a call under this logon have succeeded unseen, it was good, and this message failed its check.'
        : '',
      serverReasonText(theCase, reason),
      accountRemark(connection, security),
      closed ? `The server then closed the connection (frame ${frameNumber(closed.frame!)}).` : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    identities: [{ role: 'refused', name }],
    layers: [
      ...serverReasonLayers(theCase, reason),
      ...faultLayers(theCase.names, statuses[0]!),
      eventLayer('4625', 'Security log of the server: logon failure, with the reason in its sub-status'),
    ],
    evidence: refusalEvidence(theCase, refusal),
    advice: [
      `Check user name, password and domain of ${name}; look for event 4625 in the server’s Security log at that time: its sub-status says which of them was wrong.`,
      'A stored password may be stale: services, scheduled tasks, DCOM "run as" identities and the Windows credential manager keep copies.',
      unfinished
        ? 'A Samba server names the reason in its log when "log level" holds auth_audit:3.'
        : 'If the event says the logon succeeded, the user lacks the right to call: see Component Services (dcomcnfg), COM Security.',
    ],
    references: [references.rpceSecurityContexts, references.eerrLocations, references.nlmp],
    streams: [connection.stream],
    executed: 'no',
    filter: `tcp.stream == ${connection.stream} && (ntlmssp || kerberos || dcerpc.pkt_type == 3)`,
    wouldHelp:
      'Extended error information on the server (Group Policy: System, Remote Procedure Call, "Propagation of extended error information") puts the exact reason into the fault.',
    fold: `${connection.server.text}|${name}|${statuses[0]}`,
  }
}

/** Which message was refused: the first call, or the handshake's last one where that has an answer. */
function refusedWhere(theCase: Examination, refusal: Refusal): string {
  const { security, statuses, methods, calls } = refusal
  const codes = list(
    statuses.map((status) => statusText(theCase, status)),
    'then',
  )
  const frame = frameNumber(security.failedFrame!)
  return calls.length === 0
    ? `The server answered the handshake’s last message with a fault in frame ${frame}: ${codes}. Nothing ever succeeded under this logon.`
    : (isAccepted(refusal)
        ? ''
        : 'The last message of the handshake has no answer in RPC; whether the server believed it shows at the first call. ') +
        `The first call, ${methods[0] ?? 'to the server'}, was refused with ${codes} in frame ${frame}, and nothing ever succeeded under this logon.`
}

/** What the status of the first fault says about the logon. */
function meaningOf({ statuses, calls, security: { level } }: Refusal): string {
  if (statuses.includes(0x721)) return 'Status 0x721 right after the handshake means that the logon itself failed.'
  if (statuses[0] === PROTOCOL_ERROR)
    return (
      'A protocol error on the very first call after the handshake means that for the server the handshake is not over: it did not take ' +
      'its last message. Samba answers a wrong user name or password and a locked or disabled account in this way.'
    )
  if (calls.length === 0)
    return 'Access denied in this place means that the server did not take the user name, the password or the domain.'
  return (
    'Access denied on the very first call means either that the logon failed or that this user may do nothing here; the capture alone cannot tell these apart for certain.' +
    (level === LEVEL_CONNECT
      ? ' The level, connect, may be the reason as well: it neither signs nor seals, and servers that demand signing deny such calls whoever makes them (Samba does unless "allow dcerpc auth level connect" says otherwise).'
      : '')
  )
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
