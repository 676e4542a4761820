// What happened next: the logons by which a client did get into a server, so that a rejection that was overcome is told apart
// from one that ended the attempt. One view for all rules about identity.
import { Stream } from '../../../asm/layout'
import { addressText } from '../../capture/text'
import { Call, type Connection, Outcome, type SecurityContext, type SmbLogon } from '../../conversation/model'
import { secondsBetween } from '../../conversation/time'
import type { Examination } from '../examination'
import { perCase } from '../per-case'
import { who } from '../text/identities'

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
  protocol: 'RPC' | 'SMB'
}

/** Good logons of a client on a server, in order of their frames. */
export function goodLogonsOf(theCase: Examination, client: string, server: string): readonly GoodLogon[] {
  return goodLogons(theCase).get(`${client} ${server}`) ?? []
}

/** Good logons by client and server. */
const goodLogons = perCase((theCase: Examination): ReadonlyMap<string, GoodLogon[]> => collect(theCase))

function collect(theCase: Examination): Map<string, GoodLogon[]> {
  const all = new Map<string, GoodLogon[]>()
  const add = (client: string, server: string, frame: number, logon: SecurityContext | SmbLogon, isSmb: boolean) => {
    const key = `${client} ${server}`
    const good: GoodLogon = {
      frame,
      name: who(logon),
      anonymous: logon.anonymous === true,
      protocol: isSmb ? 'SMB' : 'RPC',
    }
    const user = userKey(logon)
    if (user !== undefined) good.user = user
    const known = all.get(key)
    if (known) known.push(good)
    else all.set(key, [good])
  }
  for (const { client, server, security } of theCase.conversation.connections)
    for (const context of security)
      if (context.provenFrame !== undefined) add(client.text, server.text, context.provenFrame, context, false)
  const { addresses } = theCase.capture
  const text = (column: Stream, stream: number) => addressText(addresses, theCase.streamValue(column, stream))
  for (const logon of theCase.conversation.smbLogons)
    if (logon.status === 0 && !logon.guest)
      add(text(Stream.AddressA, logon.stream), text(Stream.AddressB, logon.stream), logon.lastFrame, logon, true)
  for (const logons of all.values()) logons.sort((one, other) => one.frame - other.frame)
  return all
}

/** One spelling of a user's name, for comparison; undefined where the logon has none. */
export function userKey({ user, domain, anonymous }: SecurityContext | SmbLogon): string | undefined {
  if (!user || anonymous) return undefined
  const [name, realm] = user.toLowerCase().split('@')
  return `${(realm ?? domain ?? '').split('.')[0]!.toLowerCase()}\\${name}`
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
  /** Frame of the first such rejection, where there were several. */
  since?: number | undefined
}

/**
 * The logon that overcame a rejection: the same user later got in; or, soon after it, somebody did who had not been in before,
 * so that other credentials were tried. An anonymous logon overcomes only an anonymous rejection.
 */
export function overcomeBy(theCase: Examination, attempt: Attempted): GoodLogon | undefined {
  const good = goodLogonsOf(theCase, attempt.client, attempt.server)
  const account = accountOf(attempt.user)
  const start = firstAfter(good, attempt.frame)
  for (let at = start; at < good.length; at++) {
    const later = good[at]!
    if (account !== undefined && accountOf(later.user) === account) return later
  }
  const before = new Set<string | undefined>()
  for (const one of good) {
    if (one.frame >= (attempt.since ?? attempt.frame)) break
    before.add(one.user)
  }
  for (let at = start; at < good.length; at++) {
    const later = good[at]!
    if (secondsBetween(theCase.capture.frames, attempt.frame, later.frame) > OTHER_CREDENTIALS_SECONDS) break
    if (later.anonymous && attempt.anonymous !== true) continue
    if (!before.has(later.user)) return later
  }
  return undefined
}

/** Index of the first logon after a frame, by halving. */
function firstAfter(good: readonly GoodLogon[], frame: number): number {
  let [from, to] = [0, good.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (good[middle]!.frame <= frame) from = middle + 1
    else to = middle
  }
  return from
}

/** The last answered call of each method, by client, server, interface and operation. */
const lastAnswered = perCase((theCase: Examination): ReadonlyMap<string, number> => {
  const { calls } = theCase.conversation
  const last = new Map<string, number>()
  for (let call = 0; call < calls.rows; call++)
    if (calls.get(Call.Outcome, call) === Outcome.Response && !theCase.hasFailed(call))
      last.set(methodKey(theCase, call), call)
  return last
})

function methodKey(theCase: Examination, call: number): string {
  const { calls } = theCase.conversation
  const { client, server } = theCase.connectionOf(call)
  return `${client.text} ${server.text} ${calls.get(Call.Interface, call)} ${calls.get(Call.Opnum, call)}`
}

/** A later call of the same method by the same client to the same server that succeeded, whoever it was made as. */
export function succeededAfter(theCase: Examination, call: number): number | undefined {
  const later = lastAnswered(theCase).get(methodKey(theCase, call))
  return later !== undefined && later > call ? later : undefined
}

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
  const { calls, connections } = theCase.conversation
  for (const connection of connections) {
    if (connection.firstFrame <= frame) continue
    if (connection.client.text !== client.text || connection.server.text !== server.text) continue
    const answered = connection.calls.find(
      (call) => calls.get(Call.Outcome, call) === Outcome.Response && interfaces.has(theCase.interfaceOf(call) ?? ''),
    )
    if (answered !== undefined) return answered
  }
  return undefined
}

/** `client server` of which the capture shows RPC, or an accepted logon. */
export const clientsThatTalk = perCase(
  (theCase: Examination): ReadonlySet<string> =>
    new Set([
      ...goodLogons(theCase).keys(),
      ...theCase.conversation.connections.map(({ client, server }) => `${client.text} ${server.text}`),
    ]),
)
