// What happened next: the logons by which a client did get into a server, so that a rejection that was overcome is distinguished
// from one that ended the attempt. One view for all rules about identity.
import { AuthType } from '../../../../asm/layout'
import { Call, type Connection, Outcome, type SecurityContext, type SmbLogon } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { firstOfEachKind } from '../../look-up'
import { perCase } from '../../per-case'
import { streamEnds } from '../../text/wording'
import { connectionTraits } from '../connection-traits'
import { FrameIndex } from '../frame-index'
import { who } from '../../text/identities'

/** Another user's success this soon after a rejection answers it: the caller tried other credentials. */
const OTHER_CREDENTIALS_SECONDS = 30

/** A logon that a server accepted, by a call that it answered or by a session of SMB. */
export interface GoodLogon {
  /** Row of the frame that shows it. */
  frame: number
  /** `domain\user` in lower case without a DNS suffix; undefined for a logon without a readable name. */
  user?: string | undefined
  /** The name for a sentence. */
  name: string
  anonymous: boolean
  isKerberos: boolean
  protocol: 'RPC' | 'SMB'
}

/** Good logons, looked up in the ways in which rules ask for them. */
export interface GoodLogons {
  /** By `client server`, `client`, `server` and `account`. */
  byPair: FrameIndex<GoodLogon>
  byClient: FrameIndex<GoodLogon>
  byServer: FrameIndex<GoodLogon>
  byAccount: FrameIndex<GoodLogon>
  /** By `client server account`. */
  byPairAndAccount: FrameIndex<GoodLogon>
  /** The first logon of each user, by `client server`. */
  newcomers: FrameIndex<GoodLogon>
}

/** Every good logon of the capture. */
export const goodLogons = perCase((theCase: Examination): GoodLogons => {
  const index = (): FrameIndex<GoodLogon> => new FrameIndex()
  const found: GoodLogons = {
    byPair: index(),
    byClient: index(),
    byServer: index(),
    byAccount: index(),
    byPairAndAccount: index(),
    newcomers: index(),
  }
  const all = collect(theCase).sort((one, other) => one.good.frame - other.good.frame)
  const seen = new Set<string>()
  for (const { client, server, good } of all) {
    const pair = theCase.pairOf(client, server)
    const account = accountOf(good.user)
    found.byPair.add(pair, good)
    found.byClient.add(client, good)
    found.byServer.add(server, good)
    if (account !== undefined) {
      found.byAccount.add(account, good)
      found.byPairAndAccount.add(`${pair} ${account}`, good)
    }
    const user = `${pair} ${good.user ?? ''} ${good.anonymous}`
    if (!seen.has(user)) found.newcomers.add(pair, good)
    seen.add(user)
  }
  return found
})

interface Collected {
  client: string
  server: string
  good: GoodLogon
}

function collect(theCase: Examination): Collected[] {
  const all: Collected[] = []
  const add = (client: string, server: string, frame: number, logon: SecurityContext | SmbLogon, isSmb: boolean) => {
    const good: GoodLogon = {
      frame,
      name: who(logon),
      anonymous: logon.anonymous === true,
      isKerberos: logon.mechanism === 'kerberos' || ('type' in logon && logon.type === Number(AuthType.Kerberos)),
      protocol: isSmb ? 'SMB' : 'RPC',
    }
    const user = userKey(logon)
    if (user !== undefined) good.user = user
    all.push({ client, server, good })
  }
  const { connections } = theCase.conversation
  for (const { client, server, security } of connectionTraits(theCase).hasProvenLogon ? connections : [])
    for (const context of security)
      if (context.provenFrame !== undefined) add(client.text, server.text, context.provenFrame, context, false)
  for (const logon of theCase.conversation.smbLogons) {
    if (logon.status !== 0 || logon.guest) continue
    const { client, server } = streamEnds(theCase, logon.stream)
    add(client, server, logon.lastFrame, logon, true)
  }
  return all
}

/** One spelling of a user's name, for comparison; undefined where the logon has none. */
export function userKey({ user, domain, anonymous }: SecurityContext | SmbLogon): string | undefined {
  if (!user || anonymous) return undefined
  const lower = user.toLowerCase()
  const at = lower.indexOf('@')
  const realm = at < 0 ? (domain ?? '').toLowerCase() : lower.slice(at + 1)
  const dot = realm.indexOf('.')
  return `${dot < 0 ? realm : realm.slice(0, dot)}\\${at < 0 ? lower : lower.slice(0, at)}`
}

/** Account name without its domain: the same user may be spelt with the domain's other name, or without one. */
export function accountOf(user: string | undefined): string | undefined {
  return user?.slice(user.indexOf('\\') + 1)
}

/** A rejected attempt: who, from where, to where, and the frame of the rejection. */
export interface Attempted {
  client: string
  server: string
  /** As userKey() gives it. */
  user?: string | undefined
  anonymous?: boolean | undefined
  frame: number
}

/**
 * The logon that overcame a rejection: the same user later got in; or, soon after it, a user did who had not been in before,
 * so that other credentials were tried. An anonymous logon overcomes only an anonymous rejection.
 */
export function overcomeBy(theCase: Examination, attempt: Attempted): GoodLogon | undefined {
  const { byPairAndAccount, newcomers } = goodLogons(theCase)
  const pair = theCase.pairOf(attempt.client, attempt.server)
  if (newcomers.all(pair).length === 0) return undefined
  const account = accountOf(attempt.user)
  const own = account === undefined ? undefined : byPairAndAccount.after(`${pair} ${account}`, attempt.frame)
  if (own) return own
  for (const later of newcomers.allAfter(pair, attempt.frame)) {
    if (secondsBetween(theCase.capture.frames, attempt.frame, later.frame) > OTHER_CREDENTIALS_SECONDS) break
    if (!later.anonymous || attempt.anonymous === true) return later
  }
  return undefined
}

/** The last well answered call of each method between two hosts, as far as it was asked for, by connections between them. */
const lastAnswered = perCase((_: Examination): Map<readonly Connection[], ReadonlyMap<number, number>> => new Map())

function lastAnsweredOf(theCase: Examination, connections: readonly Connection[]): ReadonlyMap<number, number> {
  const { calls } = theCase.conversation
  const last = new Map<number, number>()
  for (const connection of connections)
    for (const call of connection.calls) {
      if (calls.get(Call.Outcome, call) !== Outcome.Response || theCase.hasFailed(call)) continue
      const method = methodKey(theCase, call)
      if (call > (last.get(method) ?? -1)) last.set(method, call)
    }
  return last
}

/** A number for a method: its interface's index and its operation. */
function methodKey(theCase: Examination, call: number): number {
  const { calls } = theCase.conversation
  return calls.get(Call.Interface, call) * 2 ** 16 + (calls.get(Call.Opnum, call) & 0xffff)
}

/** A later call of the same method by the same client to the same server that succeeded, as any user. */
export function succeededAfter(theCase: Examination, call: number): number | undefined {
  const connections = theCase.connectionsBetween(theCase.connectionOf(call))
  const known = lastAnswered(theCase)
  let last = known.get(connections)
  if (!last) known.set(connections, (last = lastAnsweredOf(theCase, connections)))
  const later = last.get(methodKey(theCase, call))
  return later !== undefined && later > call ? later : undefined
}

/** First answered calls of connections, by `client server interface`, in the frames in which the connections begin. */
const reached = perCase((theCase: Examination): FrameIndex<{ frame: number; call: number }> => {
  const { calls, connections } = theCase.conversation
  const found = new FrameIndex<{ frame: number; call: number }>()
  const answered = (call: number) =>
    calls.get(Call.Outcome, call) === Outcome.Response ? calls.get(Call.Interface, call) : undefined
  for (const { client, server, firstFrame, calls: own } of connections)
    for (const call of firstOfEachKind(own, answered)) {
      const uuid = theCase.interfaceOf(call)
      if (uuid !== undefined) found.add(`${client.text} ${server.text} ${uuid}`, { frame: firstFrame, call })
    }
  return found
})

/**
 * The first answered call to one of these interfaces by the client of a connection on the same server, on a connection that began
 * after a frame: the way in that was found instead.
 */
export function reachedAfter(
  theCase: Examination,
  { client, server }: Connection,
  interfaces: ReadonlySet<string>,
  frame: number,
): number | undefined {
  const found = [...interfaces].flatMap(
    (uuid) => reached(theCase).after(`${client.text} ${server.text} ${uuid}`, frame) ?? [],
  )
  return found.sort((one, other) => one.frame - other.frame)[0]?.call
}

/** `client server` of which the capture shows RPC. */
export const pairsOfRpc = perCase(
  (theCase: Examination): ReadonlySet<string> =>
    new Set(theCase.conversation.connections.map(({ client, server }) => theCase.pairOf(client.text, server.text))),
)

/** `client server` of which the capture shows RPC, or an accepted logon. */
export const clientsThatTalk = perCase(
  (theCase: Examination): ReadonlySet<string> => new Set([...goodLogons(theCase).byPair.keys, ...pairsOfRpc(theCase)]),
)
