// Differences in who acts, how servers take it, and how connections end.
import type { Connection } from '../conversation/model'
import type { Evidence } from '../diagnosis/finding'
import { closeNote, type Rejection } from '../diagnosis/signs/call/rejection'
import { frameNumber, levelName, list, packageName, statusText } from '../diagnosis/text/wording'
import { who } from '../diagnosis/text/identities'
import type { Difference } from './difference'
import type { Side } from './side'

/** The same refusal, and another reaction of the server to it. */
export function reactionDifferences(a: Side, b: Side): Difference[] {
  const one = a.rejections[0]
  const other = b.rejections.find(({ statuses }) => one !== undefined && statuses[0] === one.statuses[0])
  if (!one || !other) return []
  const closedA = a.rejections.find(({ closed }) => closed)
  const closedB = b.rejections.find(({ closed }) => closed)
  if ((closedA === undefined) === (closedB === undefined)) return []
  const fault = statusText(a.theCase, one.statuses[0]!)
  const [kept, closed] = closedA ? ['second', 'first'] : ['first', 'second']
  const shown = (closedA ?? closedB)!
  return [
    {
      kind: 'reaction',
      text: `The ${kept} server kept the connection after the same fault, ${fault}; the ${closed} one closed it in frame ${frameNumber(shown.closed!.frame!)}.`,
      a: reaction(closedA ?? one),
      b: reaction(closedB ?? other),
    },
  ]
}

function reaction({ security, closed, connection, lastFrame }: Rejection): Evidence[] {
  return [
    { frame: security.tokenFrames[0] ?? lastFrame, note: `${who(security)} is introduced` },
    { frame: lastFrame, note: `the call as ${who(security)} is refused` },
    ...(closed ? [{ frame: closed.frame!, note: closeNote(closed, connection) }] : []),
  ]
}

/** A refused identity that only one capture has, and other ways of logging on. */
export function identityDifferences(a: Side, b: Side): Difference[] {
  return [...refusedOnlyIn(a, b, true), ...refusedOnlyIn(b, a, false), ...logonDifferences(a, b)]
}

function refusedOnlyIn(one: Side, other: Side, inA: boolean): Difference[] {
  if (one.rejections.length === 0 || other.rejections.length > 0) return []
  const names = [...new Set(one.rejections.map(({ security }) => who(security)))]
  const asked = [...new Set(one.rejections.flatMap((rejection) => rejection.asked))]
  const [here, there] = inA ? ['first', 'second'] : ['second', 'first']
  const questions =
    asked.length > 0
      ? `${list(asked)} ${asked.length > 1 ? 'are' : 'is'} ${inA ? 'no longer' : 'not'} asked for in the ${there} capture, and there`
      : `In the ${there} capture there`
  const evidence = one.rejections.slice(0, 3).map((rejection) => ({
    frame: rejection.security.tokenFrames[0] ?? rejection.lastFrame,
    note: `${who(rejection.security)} is introduced and refused`,
  }))
  const text = `${questions} is no second identity: ${list(names)} appears in the ${here} capture only.`
  return [{ kind: 'identity', text, a: inA ? evidence : [], b: inA ? [] : evidence }]
}

/** Package and level by which the connections of a capture were opened. */
function logonDifferences(a: Side, b: Side): Difference[] {
  const waysA = logons(a)
  const waysB = logons(b)
  const difference = (way: string, frame: number, inA: boolean): Difference => ({
    kind: 'identity',
    text: `Logons with ${way} are in the ${inA ? 'first' : 'second'} capture only.`,
    a: inA ? [{ frame, note: `logon with ${way}` }] : [],
    b: inA ? [] : [{ frame, note: `logon with ${way}` }],
  })
  return [
    ...[...waysA].flatMap(([way, frame]) => (waysB.has(way) ? [] : [difference(way, frame, true)])),
    ...[...waysB].flatMap(([way, frame]) => (waysA.has(way) ? [] : [difference(way, frame, false)])),
  ]
}

/** Good logons by package and level, and the frame of the first of each. */
function logons({ theCase }: Side): Map<string, number> {
  const ways = new Map<string, number>()
  for (const { security } of theCase.conversation.connections)
    for (const context of security) {
      const frame = context.tokenFrames[0]
      if (frame === undefined || context.provenFrame === undefined) continue
      const way = `${packageName(context)} at level ${levelName(context.level)}`
      if (!ways.has(way)) ways.set(way, frame)
    }
  return ways
}

/** How many connections there were, and by whom they were closed. */
export function closeDifferences(a: Side, b: Side): Difference[] {
  const [one, other] = [closesByServer(a), closesByServer(b)]
  if (one.length === other.length) return []
  const count = (connections: readonly Connection[]) => (connections.length === 0 ? 'none' : String(connections.length))
  return [
    {
      kind: 'close',
      text: `The server closed ${count(one)} of ${a.theCase.conversation.connections.length} connections in the first capture and ${count(other)} of ${b.theCase.conversation.connections.length} in the second.`,
      a: one
        .slice(0, 3)
        .map((connection) => ({ frame: connection.close.frame!, note: closeNote(connection.close, connection) })),
      b: other
        .slice(0, 3)
        .map((connection) => ({ frame: connection.close.frame!, note: closeNote(connection.close, connection) })),
    },
  ]
}

function closesByServer({ theCase }: Side): Connection[] {
  return theCase.conversation.connections.filter(({ close }) => close.by === 'server' && close.frame !== undefined)
}
