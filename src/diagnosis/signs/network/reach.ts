// How bad it is that a server could not be reached, and what the client did next: one judgement for refused, unanswered and unreachable ports.
import { attempts } from './attempts'
import { type FailedPort } from './failed-ports'
import type { Examination } from '../../examination'
import { isRpcPort, isSmbPort, rpcAsked } from './ports'
import type { Severity } from '../../finding'
import { frameNumber } from '../../text/wording'

/** Servers whose SMB one client may miss before it is more likely at work on something else. */
const MOST_SMB_SERVERS = 3
/** Ports of a domain: DNS, Kerberos, LDAP and its global catalogue. A client asks there on its way to RPC. */
const DOMAIN_PORTS = new Set([53, 88, 389, 464, 636, 3268, 3269])

/** What the severity of all failed ports is judged by, gathered once. */
export interface Reach {
  /** Client and server pairs of which the client asked the server for RPC, or spoke it through a pipe. */
  asked: ReadonlySet<string>
  /** Servers that a client missed over SMB. */
  missedSmb: ReadonlyMap<string, ReadonlySet<string>>
  /** Clients that also do what has nothing to do with RPC, SMB or a domain. */
  busy: ReadonlySet<string>
  hasRpc: boolean
}

export function reachOf(theCase: Examination): Reach {
  const missedSmb = new Map<string, Set<string>>()
  const busy = new Set<string>()
  for (const { client, server, port, outcome } of attempts(theCase)) {
    if (isSmbPort(port)) {
      if (outcome === 'open') continue
      const known = missedSmb.get(client)
      if (known) known.add(server)
      else missedSmb.set(client, new Set([server]))
    } else if (!isRpcPort(theCase, server, port) && !DOMAIN_PORTS.has(port)) busy.add(client)
  }
  return {
    asked: new Set([...rpcAsked(theCase), ...pairsByPipe(theCase)]),
    missedSmb,
    busy,
    hasRpc: theCase.conversation.connections.length > 0,
  }
}

/** Client and server pairs whose RPC goes through pipes: it needs SMB. */
function pairsByPipe(theCase: Examination): string[] {
  return theCase.conversation.connections.flatMap(({ pipe, client, server }) =>
    pipe === undefined ? [] : [`${client.text} ${server.text}`],
  )
}

/**
 * `note` where the client got through later or at another address. An RPC port that stays out of reach is an error. SMB matters
 * to RPC where the client also asked that server for RPC, or where the capture shows nothing else that it wanted.
 */
export function reachSeverity(theCase: Examination, reach: Reach, group: FailedPort): Severity {
  const { client, server, port, after, instead } = group
  if (after ?? instead) return 'note'
  if (isRpcPort(theCase, server, port)) return 'error'
  if (!isSmbPort(port)) return 'note'
  if (reach.asked.has(`${client} ${server}`)) return 'error'
  const missed = reach.missedSmb.get(client)?.size ?? 0
  return !reach.hasRpc && !reach.busy.has(client) && missed <= MOST_SMB_SERVERS ? 'error' : 'note'
}

/** What happened after a failure that was overcome, as a sentence. */
export function wentOnText({ after, instead, port }: FailedPort): string {
  if (after) return `A later attempt succeeded (frame ${frameNumber(after.answerFrame!)}).`
  if (instead)
    return `The client then reached port ${port} at ${instead.server} (frame ${frameNumber(instead.answerFrame ?? instead.synFrame)}), most likely the same server.`
  return ''
}
