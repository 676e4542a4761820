// Rejected session setups and tree connects of SMB, put together by who tried, from where, to where. MS-SMB2 3.3.5.5, 3.3.5.7.
import { SESSION_GONE } from '../../../names/statuses'
import type { SmbLogon } from '../../../conversation/model'
import { accountOf, type GoodLogon, overcomeBy, userKey } from '../call/afterwards'
import type { Examination } from '../../examination'
import { type SmbRejection, smbRejections } from './smb-rejections'
import { who } from '../../text/identities'
import { streamEnds } from '../../text/wording'
import { FrameIndex } from '../frame-index'
import { perCase } from '../../per-case'

export interface SessionRejection extends SmbRejection {
  /** The logon that was rejected, or that the tree connect belongs to. */
  logon?: SmbLogon | undefined
}

/** All rejections of one user (or of a client without a readable name) by one server, in order. */
export interface RejectedSession {
  client: string
  server: string
  port: number
  command: 'session setup' | 'tree connect'
  /** As userKey() gives it. */
  user?: string | undefined
  /** Name for a sentence; undefined where none is readable. */
  name?: string | undefined
  anonymous: boolean
  all: SessionRejection[]
  /** The logon by which the client got in afterwards, or the frame in which RPC began on the same connection. */
  overcome?: GoodLogon | { frame: number }
}

/** Groups in order of their first rejections. */
export const rejectedSessions = perCase((theCase: Examination): readonly RejectedSession[] => collect(theCase))

function collect(theCase: Examination): RejectedSession[] {
  const logons = logonsByEnd(theCase)
  const groups = new Map<string, RejectedSession>()
  for (const rejection of smbRejections(theCase)) {
    const { command, frame, stream, status } = rejection
    if ((command !== 'session setup' && command !== 'tree connect') || SESSION_GONE.has(status)) continue
    const own = logons.get(stream) ?? []
    const logon = command === 'tree connect' ? goodBefore(own, frame) : endingAt(own, frame)
    const { client, server, port } = streamEnds(theCase, stream)
    const user = logon && userKey(logon)
    const anonymous = logon?.anonymous === true
    const whose = user ?? (anonymous ? 'anonymous' : `session of ${logon?.target?.spn ?? ''}`)
    const key = `${client} ${server} ${command} ${command === 'tree connect' ? rejection.share : ''} ${whose}`
    let group = groups.get(key)
    if (!group) groups.set(key, (group = { client, server, port, command, anonymous, all: [] }))
    if (user !== undefined) group.user = user
    if (logon && (anonymous || logon.user !== undefined)) group.name = who(logon)
    group.all.push({ ...rejection, ...(logon && { logon }) })
  }
  const found = [...groups.values()]
  for (const group of found) {
    const overcome = overcomeOf(theCase, group)
    if (overcome) group.overcome = overcome
  }
  return found
}

function overcomeOf(theCase: Examination, group: RejectedSession): RejectedSession['overcome'] {
  const { client, server, user, anonymous, all, command } = group
  const last = all.at(-1)!
  const later = theCase.connectionsOn(last.stream).find(({ firstFrame }) => firstFrame > last.frame)
  if (later) return { frame: later.firstFrame }
  // A share stays refused to a user who can log on: only RPC through a pipe shows that IPC$ was reached after all.
  if (command === 'tree connect') {
    const reached = [...openedPipes(theCase).allAfter(`${client} ${server}`, last.frame)].find(
      ({ account }) => account === undefined || account === accountOf(user),
    )
    return reached && { frame: reached.frame }
  }
  return overcomeBy(theCase, { client, server, user, anonymous, frame: last.frame })
}

/** Connections through pipes by `client server`, in the frames in which they begin. */
const openedPipes = perCase((theCase: Examination) => {
  const found = new FrameIndex<{ frame: number; account: string | undefined }>()
  for (const { pipe, client, server, firstFrame, smbLogon } of theCase.conversation.connections)
    if (pipe !== undefined)
      found.add(`${client.text} ${server.text}`, {
        frame: firstFrame,
        account: smbLogon && accountOf(userKey(smbLogon)),
      })
  return found
})

/** Logons of each stream, in order of their last frames. */
function logonsByEnd(theCase: Examination): Map<number, SmbLogon[]> {
  const byStream = new Map<number, SmbLogon[]>()
  for (const logon of theCase.conversation.smbLogons) {
    const known = byStream.get(logon.stream)
    if (known) known.push(logon)
    else byStream.set(logon.stream, [logon])
  }
  for (const logons of byStream.values()) logons.sort((a, b) => a.lastFrame - b.lastFrame)
  return byStream
}

/** The logon that was answered in a frame, by halving: a flood of refusals has as many logons. */
function endingAt(logons: readonly SmbLogon[], frame: number): SmbLogon | undefined {
  const at = firstFrom(logons, frame)
  return logons[at]?.lastFrame === frame ? logons[at] : undefined
}

/** The last logon before a frame, where it went well. */
function goodBefore(logons: readonly SmbLogon[], frame: number): SmbLogon | undefined {
  const last = logons[firstFrom(logons, frame) - 1]
  return last?.status === 0 ? last : undefined
}

/** Index of the first logon whose last frame is not before a frame. */
function firstFrom(logons: readonly SmbLogon[], frame: number): number {
  let [from, to] = [0, logons.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (logons[middle]!.lastFrame < frame) from = middle + 1
    else to = middle
  }
  return from
}
