// The server refused the connection's bind. C706 12.6.4.5, MS-RPCE 2.2.2.5.
import type { Connection, SecurityContext } from '../../../conversation/model'
import { DETECTION_LOCATIONS } from '../../../dissect/rpc/eerr'
import { LEG_FAILED } from '../../signs/logon-verdict'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { clientText, evidence, frameNumber, interfaceName, list, serverText } from '../../text/wording'
import { bindRefusalReason, serverReasonLayers, serverReasonText } from '../../signs/server-reason'
import { hresultLayer, win32Layer } from '../../text/layers'

interface Reason {
  text: string
  advice: string
  win32: number
}

const UNKNOWN: Reason = {
  text: 'a reason without a public name',
  advice: 'Look for the reason in the server’s logs.',
  win32: 1728,
}
const REASONS: Record<number, Reason> = {
  0: {
    text: 'no reason given',
    advice:
      'Newer servers answer 4 where older ones answered 0: suspect a malformed bind, or an association group that the server does not know.',
    win32: 1728,
  },
  1: {
    text: 'temporary congestion',
    advice: 'The server is short of resources; try later and look at its load.',
    win32: 1723,
  },
  2: {
    text: 'the server is out of resources',
    advice: 'Look at the number of connections, at memory and handles of the server process.',
    win32: 1723,
  },
  4: {
    text: 'the bind breaks the protocol, or its version is not supported',
    advice:
      'One of the two implementations is wrong: servers since 2022 refuse, for instance, padding in the bind’s verifier.',
    win32: 1728,
  },
  8: {
    text: 'the security package is not known to the server',
    advice:
      'Offer a package that the server has: Negotiate, NTLM or Kerberos. NTLM may be switched off by policy ("Restrict NTLM").',
    win32: 1747,
  },
  9: {
    text: 'the security package failed beyond recovery',
    advice:
      'Usually Kerberos: a ticket for another server (wrong or doubled SPN, stale DNS) or a clock that is off. It also happens when the package cannot give the level asked for.',
    win32: 1825,
  },
}

/** Detection location of an association group that the server does not know. */
const UNKNOWN_GROUP = 80

export const bindRefused: Rule = {
  id: 'bind-refused',
  title: 'The server refused the bind',
  meaning:
    'A bind_nak ends a connection before any call. Its reason says whether resources, the protocol or the security package is at fault.',
  covers: ['R31', 'R11', 'R32'],
  *find(theCase) {
    for (const connection of theCase.conversation.connections) {
      const { nak, contexts, associationGroup } = connection
      if (!nak) continue
      const reason = REASONS[nak.reason] ?? UNKNOWN
      const wanted = [...new Set(contexts.map((context) => interfaceName(theCase, context.interface)))]
      theCase.explainEnd(connection.stream, bindRefused.id)
      const records = bindRefusalReason(theCase, connection)
      const places = records.flatMap(({ detectionLocation }) => detectionLocation ?? [])
      // What the server says itself needs no guess.
      const says = places.map((place) => DETECTION_LOCATIONS[place]).find((text) => text !== undefined)
      const isSaid = places.includes(UNKNOWN_GROUP)
      const group = associationGroup !== undefined && (isSaid || (nak.reason === 0 && says === undefined))
      const ticket =
        (says === undefined || places.some((place) => LEG_FAILED.has(place))) &&
        (nak.reason === 9 || (nak.reason === 0 && !group))
          ? ticketOf(connection, nak.frame)
          : undefined
      yield {
        severity: 'error',
        confidence: ticket || (group && !isSaid) ? 'medium' : 'high',
        title: `${serverText(connection)} refused the bind: ${says ?? reason.text}${group && !isSaid ? `, most likely because it does not know association group ${associationGroup}` : ''}${ticket ? `, most likely because of its Kerberos ticket${nameOf(ticket)}` : ''}`,
        explanation:
          `${clientText(connection)} asked for ${list(wanted) || 'an interface'}, and the server answered with bind_nak, reason ${nak.reason} (${reason.text}), in frame ${frameNumber(nak.frame)}. The connection is of no use after that.` +
          (group && !isSaid
            ? ` The bind names association group ${associationGroup}: a server that does not know it (restarted, or another one behind a load balancer) refuses in just this way.`
            : '') +
          (ticket
            ? ` The bind carried a Kerberos ticket${nameOf(ticket)}: a server that cannot decrypt it or does not take it, Samba for one, refuses the bind${nak.reason === 0 ? ' without a reason' : ' in this way'}.`
            : '') +
          (records.length > 0 ? ` ${serverReasonText(theCase, records)}` : ''),
        layers: [
          ...serverReasonLayers(theCase, records),
          { layer: 'wire (bind_nak)', code: String(nak.reason), text: reason.text },
          win32Layer(theCase.names, reason.win32),
          hresultLayer(theCase.names, (0x80070000 | reason.win32) >>> 0, 'COM client'),
        ],
        evidence: [
          ...evidence(contexts.at(-1)?.offeredFrame, `the client asks for ${list(wanted)}`),
          ...evidence(nak.frame, `bind_nak, reason ${nak.reason}: ${reason.text}`),
        ],
        advice: [
          ticket
            ? 'Look which account has that SPN ("setspn -Q"; on Samba "samba-tool spn list") and whether it is the one the server runs under; check DNS and both clocks.'
            : reason.advice,
          ...(group
            ? ['If a load balancer stands before the server, let all connections of one client go to the same host.']
            : []),
        ],
        references: [references.rpceBindNak, references.eerrLocations],
        streams: [connection.stream],
        filter: 'dcerpc.pkt_type == 13',
        ...(records.length === 0 && {
          wouldHelp:
            'Extended error information on the server (Group Policy: System, Remote Procedure Call, "Propagation of extended error information") puts the exact reason into the bind_nak.',
        }),
        fold: `${connection.server.text}|${nak.reason}|${says ?? ''}|${wanted.join()}`,
      }
    }
  },
}

/** The logon that began with a Kerberos ticket and that nothing but the refusal answered. */
function ticketOf({ security }: Connection, frame: number): SecurityContext | undefined {
  return security.find(
    ({ mechanism, state, tokenFrames, target }) =>
      mechanism === 'kerberos' && state === 'offered' && target?.spn !== undefined && tokenFrames[0]! < frame,
  )
}

function nameOf({ target }: SecurityContext): string {
  return ` for ${target!.spn}`
}
