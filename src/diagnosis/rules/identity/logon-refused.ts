// The third leg of a logon has no answer: that it failed shows at the first call. MS-RPCE 3.3.1.5.2.
import { NCA_PROTOCOL_ERROR, RPC_S_SEC_PKG_ERROR } from '../../../names/statuses'
import { AuthLevel } from '../../../../asm/layout'
import { IACTIVATION, ISYSTEM_ACTIVATOR } from '../../../names/well-known'
import { Call, type Connection, type SecurityContext } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { eventLayer, faultLayers, win32Symptom } from '../../text/layers'
import { references } from '../../text/references'
import { type GoodLogons, goodLogons, verdict, type Verdict } from '../../signs/logon/logon-verdict'
import { accountOf, overcomeBy, reachedAfter, userKey } from '../../signs/call/afterwards'
import { refusedByKdcBefore } from '../../signs/logon/kerberos-corrections'
import { isSprayed } from '../../signs/logon/rejected-logons'
import { explainedByRejection, rejectionEvidence, type Rejection, rejections } from '../../signs/call/rejection'
import type { Confidence, FixStep } from '../../finding'
import type { Outlined, Rule, Wording } from '../../rule'
import type { ErrorRecord } from '../../../dissect/rpc/eerr'
import { otherUsers } from '../../signs/call/other-users'
import { serverReason, serverReasonLayers, serverReasonText } from '../../signs/call/server-reason'
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
import { shortName, who } from '../../text/identities'
import { EXTENDED_ERRORS, LOGON_EVENTS, OLD_PASSWORDS } from '../../text/steps'

/** Interfaces that activate objects: a level below integrity is reason enough for their refusal. */
const ACTIVATION = new Set([ISYSTEM_ACTIVATOR, IACTIVATION])
/** RPC_S_SEC_PKG_ERROR. */
/** negState of SPNEGO. RFC 4178 4.2.2. */
const ACCEPT_COMPLETED = 0
/** Bytes of an NTLMv1 response. */
const VERSION_1_BYTES = 24

export const logonRefused: Rule = {
  id: 'logon-refused',
  title: 'The server refused the logon, or the first call under it',
  meaning:
    'The handshake went through all its messages, and the first call under it was refused. RPC has no answer for the last message of a ' +
    'handshake, so a refused logon travels with the first call; where that is access denied, the logon may have succeeded and a right be ' +
    'missing. An error when the client did not get in afterwards, a note when it did. When a call under the same logon had worked before, another rule reports it.',
  *find(theCase) {
    const good = goodLogons(theCase)
    for (const rejection of rejections(theCase)) {
      const { security, calls, connection } = rejection
      if (calls.some((call) => theCase.explainedBy(call) !== undefined) || brokeProtocol(theCase, rejection)) continue
      // Where not even the client's part of the handshake was captured, a message that failed verification is as likely.
      if (
        security.anonymous ||
        (security.thirdLegFrame === undefined && security.user === undefined) ||
        tooLowForActivation(theCase, rejection) ||
        failedAfterAccepted(rejection) ||
        isSprayed(theCase, connection.client.text, rejection.user)
      )
        continue
      yield outlined(theCase, rejection, factsOf(theCase, rejection, good))
    }
  },
}

/** Negotiate had accepted the logon, so 0x721 is about the message that carries the call. */
function failedAfterAccepted({ security, statuses, calls }: Rejection): boolean {
  return security.negotiationState === ACCEPT_COMPLETED && statuses[0] === RPC_S_SEC_PKG_ERROR && calls.length > 0
}

/** A protocol error while an earlier call under the same logon is open is no word on the logon: two calls were sent at once. */
function brokeProtocol(theCase: Examination, { connection, index, statuses, calls }: Rejection): boolean {
  return statuses[0] === NCA_PROTOCOL_ERROR && theCase.firstCallUnder(connection, index)! < calls[0]!
}

function tooLowForActivation(theCase: Examination, { security, calls }: Rejection): boolean {
  return security.level < AuthLevel.Integrity && isActivation(theCase, calls)
}

function isActivation(theCase: Examination, calls: readonly number[]): boolean {
  return calls.some((call) => ACTIVATION.has(theCase.interfaceOf(call) ?? ''))
}

interface Facts {
  reason: ErrorRecord[]
  found: Verdict
  overcome: number | undefined
  /** Refusals with the same are one finding. */
  fold: string
}

function factsOf(theCase: Examination, rejection: Rejection, good: GoodLogons): Facts {
  const { connection, security, statuses, calls } = rejection
  const reason = calls.length > 0 ? serverReason(theCase, calls[0]!) : []
  const found = verdict(rejection, reason, good)
  const overcome = overcomeIn(theCase, rejection, found)
  const fold = `${connection.client.text}|${connection.server.text}|${who(security)}|${statuses[0]}|${found.at}|${overcome !== undefined}`
  return { reason, found, overcome, fold }
}

function outlined(theCase: Examination, rejection: Rejection, facts: Facts): Outlined {
  const { connection, security } = rejection
  const { found, overcome, fold } = facts
  const isByKdc = refusedByKdcBefore(theCase, accountOf(rejection.user), security.failedFrame!)
  return {
    severity: overcome === undefined ? 'error' : 'note',
    confidence: theCase.confidenceOn(connection, confidenceIn(found, security.level)),
    streams: [connection.stream],
    explains: explainedByRejection(theCase, rejection),
    ...(isByKdc && overcome === undefined && { mutedBy: 'kerberos-refusal' }),
    fold,
    describe: () => describe(theCase, rejection, facts),
  }
}

function describe(theCase: Examination, rejection: Rejection, { reason, found, overcome }: Facts): Wording {
  const { connection, security, statuses, closed } = rejection
  const name = who(security)
  const others = rejection.calls.length === 0 ? [] : otherUsers(theCase, rejection.calls[0]!, statuses[0]!)
  return {
    title: titleOf(found, rejection, overcome !== undefined),
    symptom: win32Symptom(theCase.names, found.at === 'logon' && statuses.includes(RPC_S_SEC_PKG_ERROR) ? 1825 : 5),
    atFault: {
      party: found.at === 'right' ? 'configuration' : 'account',
      text: {
        logon: `the user name, the password or the domain of ${shortName(name)}`,
        right: `a missing right of ${shortName(name)} on the server`,
        either: `the logon of ${shortName(name)}, or a missing right; the capture does not show which`,
      }[found.at],
    },
    effect: overcome === undefined ? 'The refused calls did not run.' : 'None that lasted: the client got in.',
    explanation: [
      `${clientText(connection)} authenticated to ${serverText(connection)} as ${name} (${packageName(security)}, level ${levelName(security.level)}).`,
      refusedWhere(theCase, rejection, found),
      meaningOf(rejection, found),
      theCase.isIncomplete(connection)
        ? 'Not all of this connection is in the capture: should a call under this logon have succeeded unseen, it was good, and this message failed its check.'
        : '',
      ...others.map(({ text }) => text),
      serverReasonText(theCase, reason),
      found.at === 'right' ? '' : accountRemark(connection, security),
      found.at !== 'right' && security.ntResponseLength === VERSION_1_BYTES
        ? 'The client answered with NTLMv1 (24 bytes); a server that accepts NTLMv2 only refuses it in this way.'
        : '',
      closed ? `The server then closed the connection (frame ${frameNumber(closed.frame!)}).` : '',
      overcome === undefined ? '' : `In frame ${frameNumber(overcome)} the client got in.`,
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    identities: [{ role: 'refused', name }, ...others.map((one) => ({ role: one.role, name: one.name }))],
    layers: [
      ...serverReasonLayers(theCase, reason),
      ...faultLayers(theCase.names, statuses[0]!),
      eventLayer(...EVENTS[found.at]),
    ],
    evidence: [
      ...(found.at === 'right' ? evidence(found.frame, `the server accepts the logon of ${name} elsewhere`) : []),
      ...rejectionEvidence(theCase, rejection),
      ...others.flatMap((one) => one.evidence),
      ...evidence(overcome, 'the client gets in'),
    ].sort((a, b) => a.frame - b.frame),
    fix: stepsFor(theCase, rejection, found),
    references: [references.rpceSecurityContexts, references.eerrLocations, references.nlmp],
    executed: 'no',
    filter: `tcp.stream == ${connection.stream}`,
    ...(reason.length === 0 && { wouldHelp: EXTENDED_ERRORS }),
  }
}

/** The frame in which the client did get in: the same user, other credentials right after, or the same interface in another way. */
function overcomeIn(theCase: Examination, rejection: Rejection, found: Verdict): number | undefined {
  const { connection, calls, lastFrame, user } = rejection
  const { client, server } = connection
  const logon = overcomeBy(theCase, { client: client.text, server: server.text, user, frame: lastFrame })
  if (found.at === 'logon') return logon?.frame
  const interfaces = new Set(calls.flatMap((call) => theCase.interfaceOf(call) ?? []))
  const reached = reachedAfter(theCase, connection, interfaces, lastFrame)
  if (reached === undefined) return undefined
  const isSameUser = userKeyOf(theCase.securityOf(reached)) === user && user !== undefined
  const frame = theCase.conversation.calls.get(Call.ResponseFrame, reached)
  return isSameUser || (logon && logon.frame <= frame) ? frame : undefined
}

function userKeyOf(security: SecurityContext | undefined): string | undefined {
  return security && userKey(security)
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
      return level === Number(AuthLevel.Connect) ? 'low' : 'medium'
  }
}

function titleOf(found: Verdict, { security, statuses }: Rejection, isOvercome: boolean): string {
  const name = shortName(who(security))
  if (isOvercome) return `The server refused ${name} at first; the client then got in`
  switch (found.at) {
    case 'logon':
      return `The server ${statuses[0] === NCA_PROTOCOL_ERROR ? 'likely ' : ''}refused the logon of ${name}`
    case 'right':
      return {
        completed: `The server completed the logon of ${name}, and denied the first call`,
        elsewhere: `${name} is known to the server and likely has no right here`,
        server: `The logon of ${name} is good; a right is missing`,
      }[found.because]
    case 'either':
      return `The first call of ${name} was denied: logon failed or right missing`
  }
}

const LEVEL_STEP: FixStep = {
  text: 'Check that the interface does not demand a higher level: try packet privacy.',
}
const RIGHTS: FixStep[] = [
  {
    text: 'Give the user the right to call: for COM objects Component Services (dcomcnfg), COM Security, Access Permissions; for services their own permissions.',
    copy: 'dcomcnfg',
  },
  {
    text: 'If it is a local administrator account, User Account Control filters its token over the network: use a domain account or LocalAccountTokenFilterPolicy (KB951016).',
  },
]
const ACTIVATION_RIGHT: FixStep = {
  text: 'For an activation the user needs remote launch and activation: the group Distributed COM Users, and the permissions of the application itself in dcomcnfg.',
}

function stepsFor(theCase: Examination, { security, statuses, calls }: Rejection, found: Verdict): FixStep[] {
  const level = security.level < Number(AuthLevel.Privacy) ? [LEVEL_STEP] : []
  const rights = [...RIGHTS, ...level, ...(isActivation(theCase, calls) ? [ACTIVATION_RIGHT] : [])]
  const name = shortName(who(security))
  switch (found.at) {
    case 'logon':
      return [
        LOGON_EVENTS,
        { text: `Correct user name, password and domain of ${name}.` },
        OLD_PASSWORDS,
        ...(statuses[0] === NCA_PROTOCOL_ERROR ? [] : rights.slice(0, 1)),
      ]
    case 'right':
      return rights
    case 'either':
      return [
        LOGON_EVENTS,
        { text: `Where event 4625 shows that it failed, correct user name, password and domain of ${name}.` },
        OLD_PASSWORDS,
        ...rights,
      ]
  }
}

/** Which message was refused: the first call, or the handshake's last one where that has an answer. */
function refusedWhere(theCase: Examination, rejection: Rejection, found: Verdict): string {
  const { security, statuses, methods, calls } = rejection
  const codes = list(
    statuses.map((status) => statusText(theCase, status)),
    'then',
  )
  const frame = frameNumber(security.failedFrame!)
  return calls.length === 0
    ? `The server answered the handshake’s last message with a fault in frame ${frame}: ${codes}. Nothing ever succeeded under this logon.`
    : (found.at === 'right' && found.because === 'completed'
        ? ''
        : 'The last message of the handshake has no answer in RPC; the first call shows if the server accepted it. ') +
        `The first call, ${methods[0] ?? 'to the server'}, was refused with ${codes} in frame ${frame}, and nothing ever succeeded under this logon.`
}

/** What the refusal says about the logon. */
function meaningOf({ statuses, calls, security: { level } }: Rejection, found: Verdict): string {
  if (found.at === 'right') return goodBecause(found)
  if (statuses.includes(RPC_S_SEC_PKG_ERROR))
    return 'Status 0x721 right after the handshake means that the logon itself failed.'
  if (statuses[0] === NCA_PROTOCOL_ERROR)
    return (
      'A protocol error on the very first call after the handshake means that for the server the handshake is not over: it did not accept ' +
      'its last message. Samba answers in this way a wrong user name or password and an account that may not log on: locked, disabled, expired, or restricted (hours, computers, Protected Users).'
    )
  if (calls.length === 0)
    return 'Access denied in this place means that the server did not accept the user name, the password or the domain.'
  if (found.at === 'logon') return 'The logon itself failed.'
  return (
    'Access denied on the very first call means either that the logon failed or that this user may do nothing here; the capture alone cannot tell these apart for certain.' +
    (level === AuthLevel.Connect
      ? ' The level, connect, may be the reason as well: it neither signs nor seals, and servers that demand signing deny such calls to every caller (Samba does unless "allow dcerpc auth level connect" says otherwise).'
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
      return `The server accepted the same user from this client elsewhere (frame ${frameNumber(frame!)}), so the logon itself is most likely good here as well, and a right for this call is missing.`
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
