// The KDC refused a logon or a ticket; what needs it does not come about. RFC 4120 7.5.9.
import { endpointText } from '../../../capture/text'
import { type Attempt, attempts } from '../../signs/network/attempts'
import { win32Layer, win32Symptom } from '../../text/layers'
import { failedLogonAfter, givenUpAfter } from '../../signs/logon/kerberos-consequences'
import { isTicketGranting, type KerberosError, kerberosErrors } from '../../signs/logon/kerberos-errors'
import { type Correction, correctedBy, localLogonAfter } from '../../signs/logon/kerberos-corrections'
import { isSprayed } from '../../signs/logon/rejected-logons'
import { KERBEROS_CODES, otherKerberosCode } from '../../text/kerberos-codes'
import type { KerberosCode, KerberosNames } from '../../text/kerberos-codes'
import { refusedOption, specialRequest } from '../../text/kerberos-options'
import { LOGON_STATUSES } from '../../text/logon-statuses'
import { references } from '../../text/references'
import type { Examination } from '../../examination'
import type { FixStep, Severity } from '../../finding'
import { perCase } from '../../per-case'
import type { Outlined, Rule, Wording } from '../../rule'
import { evidence, frameNumber, statusText } from '../../text/wording'
import { shortName, shortService, who } from '../../text/identities'

const KDC_PORT = 88
const TOO_BIG = 52
const NO_COMMON_TYPE = 14
/** Steps of an exchange, and what other rules report: asks for pre-authentication, clock skew, more pre-authentication. RFC 4120 7.5.9, RFC 6113. */
const NO_REFUSALS = new Set([25, 37, 90, 91])
/** Errors whose NTSTATUS is more exact than their own code. MS-KILE 2.2.2. */
const DETAILED = new Set([12, 18, 23])

export const kerberosRefusal: Rule = {
  id: 'kerberos-refusal',
  title: 'The domain controller refused a Kerberos ticket',
  meaning:
    'Before a logon with Kerberos the client asks the KDC for a ticket. The KDC refused, and its answer says why. An error when the refused user never logs on ' +
    'afterwards, when a logon fails after it, or when the client gives up; a warning when no consequence is visible; a note when the client got the ticket after all ' +
    'or went on with NTLM, also where an unknown user then tried an account of a server that is in no domain.',
  *find(theCase) {
    for (const judged of judge(theCase)) yield outlined(theCase, judged)
  },
}

interface Judged {
  error: KerberosError
  code: KerberosCode
  severity: Severity
  correction?: Correction | undefined
  failed?: ReturnType<typeof failedLogonAfter> | undefined
  left?: ReturnType<typeof givenUpAfter> | undefined
  /** The logon that the user tried next, with an account of a server that is in no domain. */
  local?: ReturnType<typeof localLogonAfter> | undefined
  /** The attempt over TCP that failed after the KDC had asked for it. */
  tcp?: Attempt | undefined
}

function* judge(theCase: Examination): Generator<Judged> {
  for (const error of kerberosErrors(theCase)) {
    const code = codeOf(theCase, error)
    if (!code || error.inLogon) continue
    if (
      error.exchange === 'AS' &&
      error.client !== undefined &&
      isSprayed(theCase, error.to, `\\${error.client.toLowerCase().split('@')[0]!}`)
    )
      continue
    if (error.code === TOO_BIG) {
      const tcp = error.isDatagram ? failedOverTcp(theCase, error) : undefined
      if (tcp) yield { error, code, severity: 'error', tcp }
      continue
    }
    const correction = correctedBy(theCase, error)
    if (correction) {
      // A referral or a ticket by another way is the ordinary course; only a refusal that names a cause is worth a line.
      yield { error, code, severity: 'note', correction }
      continue
    }
    const local = localLogonAfter(theCase, error)
    if (local) {
      yield { error, code, severity: 'note', local }
      continue
    }
    const failed = failedLogonAfter(theCase, error)
    const left = failed ? undefined : givenUpAfter(theCase, error)
    yield {
      error,
      code,
      severity: failed || left || isLogon(error) ? 'error' : code.alone,
      ...(failed && { failed }),
      ...(left && { left }),
    }
  }
}

function codeOf({ names }: Examination, error: KerberosError): KerberosCode | undefined {
  const { code, inLogon, options, ntStatus } = error
  const known = KERBEROS_CODES[code]
  const special = known?.meansOptions && ntStatus === undefined ? specialRequest(options) : undefined
  if (known && special) return refusedOption(known, special)
  if (known || inLogon || NO_REFUSALS.has(code)) return known
  const name = names.kerberosError(code)
  return name && otherKerberosCode(name)
}

/** The AS exchange: without its ticket the user has none at all. */
function isLogon({ exchange, service, client }: KerberosError): boolean {
  return client !== undefined && (exchange === 'AS' || (exchange === undefined && isTicketGranting(service)))
}

/** The first attempt over TCP after the KDC had asked for it, where the client reached no KDC in this way. */
function failedOverTcp(theCase: Examination, error: KerberosError): Attempt | undefined {
  const tried = tries(theCase).get(error.to)
  if (!tried || tried.lastReached > error.frame) return undefined
  return triedAfter(theCase, error)[0]
}

/** The connections to KDCs that the client tried after an error. */
function triedAfter(theCase: Examination, error: KerberosError): Attempt[] {
  return (tries(theCase).get(error.to)?.attempts ?? []).filter(({ lastFrame }) => lastFrame > error.frame)
}

/** By client, its connections to KDCs, and the last frame of those that were not refused or left without an answer. */
const tries = perCase((theCase: Examination) => {
  const known = new Map<string, { attempts: Attempt[]; lastReached: number }>()
  for (const attempt of attempts(theCase)) {
    const { client, port, lastFrame, outcome } = attempt
    if (port !== KDC_PORT) continue
    let tried = known.get(client)
    if (!tried) known.set(client, (tried = { attempts: [], lastReached: -1 }))
    tried.attempts.push(attempt)
    const isReached = outcome !== 'refused' && outcome !== 'unanswered'
    if (isReached) tried.lastReached = Math.max(tried.lastReached, lastFrame)
  }
  return known
})

/** AES of RFC 3962 and RFC 8009. */
const AES_TYPES = new Set([17, 18, 19, 20])

function namesOf({ client, realm, service, etypes }: KerberosError): KerberosNames {
  const user = client === undefined ? 'of the client' : client.includes('@') || !realm ? client : `${client}@${realm}`
  const offersNoAes = etypes && !etypes.some((type) => AES_TYPES.has(type))
  return { user, service: service ?? 'of the server', ...(offersNoAes !== undefined && { offersNoAes }) }
}

/** A text in which a name that is not in the capture is in words: "for of the server" is "for the server". */
function wellFormed(text: string): string {
  return text.replace(/\b(of|for|to) of the /, '$1 the ')
}

function outlined(theCase: Examination, judged: Judged): Outlined {
  const { error, code, severity, failed, left, tcp } = judged
  const isInferred = failed !== undefined || left !== undefined
  return {
    severity,
    confidence: (isInferred && !isLogon(error)) || error.code === NO_COMMON_TYPE || code.isInferred ? 'medium' : 'high',
    streams: [error.stream, ...(failed ? [failed.stream] : left ? [left.attempt.stream] : [])],
    ...(left && { explains: { streams: [left.attempt.stream] } }),
    ...(tcp && { explains: { streams: triedAfter(theCase, error).map(({ stream }) => stream) } }),
    fold: `${severity}|${error.to}|${error.code}|${error.service ?? ''}|${error.client ?? ''}|${error.ntStatus ?? ''}`,
    describe: () => describe(theCase, judged),
  }
}

function describe(theCase: Examination, { error, code, correction, failed, left, local, tcp }: Judged): Wording {
  const names = namesOf(error)
  const detail =
    DETAILED.has(error.code) && error.ntStatus !== undefined ? LOGON_STATUSES.get(error.ntStatus) : undefined
  const short = { ...names, user: shortName(names.user, 'of the client'), service: shortService(names.service) }
  const headline = wellFormed(detail ? detail.headline(short.user) : code.headline(short, error.exchange))
  const about = wellFormed(isLogon(error) ? `a logon of ${names.user}` : `a ticket for ${names.service}`)
  return {
    title: correction ? `${headline}; later overcome` : headline,
    symptom: win32Symptom(theCase.names, code.win32),
    atFault: detail ? { party: detail.atFault, text: detail.at } : { party: code.party, text: code.at },
    effect: effectOf(error, (correction ?? local) !== undefined, failed, left),
    explanation: [
      `${error.isRelayed ? `${error.to} asked a KDC through the server ${error.from} (IAKERB)` : `${error.to} asked the KDC ${error.from}`} for ${about}; ${error.isRelayed ? 'the answer is' : 'the KDC answered'} ${code.symbol} (${error.code}) in frame ${frameNumber(error.frame)}${error.ntStatus === undefined ? '' : ` with ${statusText(theCase, error.ntStatus)}`}.`,
      detail ? detail.cause : code.cause,
      correction
        ? `It did no lasting harm: in frame ${frameNumber(correction.frame)} ${correction.note}.`
        : local
          ? `The client went on with NTLM as ${who(local)} at a server that is in no domain (frame ${frameNumber(local.frame)}): that is an account of the server itself, which the domain need not know.`
          : failed
            ? `Within seconds a logon of ${error.to} over RPC failed (frame ${frameNumber(failed.frame)}).`
            : left
              ? `The client had reached ${endpointText(left.attempt.server, left.attempt.port)} and left in frame ${frameNumber(left.frame)} without a logon. Clients usually try NTLM now; that this one did not suggests that it insists on Kerberos, or that NTLM is blocked.`
              : isLogon(error)
                ? 'No later logon of this user succeeds in the capture.'
                : 'What the client wanted the ticket for is not in the capture.',
    ].join(' '),
    layers: [
      { layer: 'wire (Kerberos)', code: String(error.code), text: `${code.symbol}: ${headline}` },
      win32Layer(theCase.names, code.win32),
    ],
    evidence: [
      ...evidence(error.requestFrame, `the client asks for ${about}`),
      ...evidence(error.frame, code.symbol),
      ...evidence(tcp?.synFrame, `TCP port 88 of ${tcp?.server}: ${tcp?.outcome}`),
      ...evidence(failed?.frame, 'the RPC logon that failed after it'),
      ...evidence(left?.frame, 'the client leaves without a logon'),
      ...evidence(correction?.frame, correction?.note ?? ''),
      ...evidence(local?.frame, 'the logon with an account of the server'),
    ],
    fix: [...(detail ? detail.fix.map((text): FixStep => ({ text })) : code.fix), ...(left ? [NTLM_STEP] : [])],
    references: [references.rfc4120],
    filter: `kerberos.error_code == ${error.code}`,
    ...(error.client !== undefined && { identities: [{ role: 'refused', name: names.user }] }),
    label: about,
  }
}

const NTLM_STEP: FixStep = {
  text: 'Or let the client use NTLM for this server: event 4001 in Microsoft-Windows-NTLM/Operational names what blocks it ("Network security: Restrict NTLM: Outgoing NTLM traffic to remote servers"); members of Protected Users cannot use NTLM.',
}

function effectOf(error: KerberosError, wentOn: boolean, failed: unknown, left: Judged['left']): string {
  if (wentOn) return 'None that lasted: the client went on.'
  if (failed) return 'The logon over RPC failed as well; its calls did not run.'
  if (left) return 'The client left the server without a logon; no call was made.'
  return isLogon(error)
    ? 'The user got no ticket, so no service can be used with Kerberos.'
    : 'The client got no ticket for this service.'
}
