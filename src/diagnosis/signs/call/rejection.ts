// What several rules ask about an identity that a server did not take: which calls failed under it, and what came after.
import { NONE } from '../../../capture/table'
import { Call, type Close, type Connection, type SecurityContext } from '../../../conversation/model'
import { isSecurityStatus } from '../../../conversation/build/security'
import { secondsBetween } from '../../../conversation/time'
import { userKey } from './afterwards'
import { askedInterfaces } from './asked'
import type { Explained } from '../../claims'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import type { Evidence } from '../../finding'
import { evidence, methodName, statusText } from '../../text/wording'
import { who } from '../../text/identities'

/** A close this soon after the refusal is its consequence. */
const CONSEQUENCE_SECONDS = 5

/** A security context that no call succeeded under, and what became of it. */
export class Rejection {
  #user?: { key: string | undefined }

  constructor(
    private readonly theCase: Examination,
    readonly connection: Connection,
    readonly index: number,
    readonly security: SecurityContext,
    /** Rows of calls that faulted with a security status under it. */
    readonly calls: readonly number[],
    /** Their statuses, in order, each once. */
    readonly statuses: readonly number[],
    /** The last fault. */
    readonly lastFrame: number,
    /** The close by the server that followed, if it did. */
    readonly closed: Close | undefined,
  ) {}

  /** The user as userKey() gives it. */
  get user(): string | undefined {
    return (this.#user ??= { key: userKey(this.security) }).key
  }

  get methods(): string[] {
    return [...new Set(this.calls.map((call) => methodName(this.theCase, call)))]
  }

  /** Names of interfaces that RemQueryInterface asked for, where readable. */
  get asked(): string[] {
    return [...new Set(this.calls.flatMap((call) => askedInterfaces(this.theCase, call)))]
  }
}

/** Every security context of the capture that was rejected: it failed, and nothing ever worked under it. */
export const rejections = perCase((theCase: Examination): readonly Rejection[] => rejectionsOf(theCase))

function rejectionsOf(theCase: Examination): Rejection[] {
  const { calls, connections } = theCase.conversation
  const found: Rejection[] = []
  for (const connection of connections)
    for (let index = 0; index < connection.security.length; index++) {
      const security = connection.security[index]!
      if (security.failedFrame === undefined || security.provenFrame !== undefined) continue
      const under = theCase.faultsUnder(connection, index)
      const isRefused = (call: number) => isRejection(calls.get(Call.Status, call), security)
      const faults = under.every(isRefused) ? under : under.filter(isRefused)
      const statuses = distinct(faults, (call) => calls.get(Call.Status, call))
      let last = -1
      for (const call of faults) last = Math.max(last, calls.get(Call.ResponseFrame, call))
      if (statuses.length === 0) statuses.push(security.failedStatus ?? 5)
      if (last < 0) last = security.failedFrame
      const closed = closeAfter(theCase, connection, last)
      found.push(new Rejection(theCase, connection, index, security, faults, statuses, last, closed))
    }
  return found
}

function distinct(calls: readonly number[], valueOf: (call: number) => number): number[] {
  return calls.length === 1 ? [valueOf(calls[0]!)] : [...new Set(calls.map(valueOf))]
}

/** True if a fault's status tells of a refused logon: by itself, or because the context failed by it. */
function isRejection(status: number, { failedStatus }: SecurityContext): boolean {
  return isSecurityStatus(status) || status === failedStatus
}

/** The server's own close shortly after a frame. */
function closeAfter(theCase: Examination, connection: Connection, frame: number): Close | undefined {
  const { close } = connection
  if (close.by !== 'server' || close.frame === undefined || close.frame < frame) return undefined
  return secondsBetween(theCase.capture.frames, frame, close.frame) <= CONSEQUENCE_SECONDS ? close : undefined
}

/** The refused identity's frames: its tokens, its calls and their faults, the close. */
export function rejectionEvidence(theCase: Examination, rejection: Rejection): Evidence[] {
  const { connection, security, calls, closed } = rejection
  const name = who(security)
  const table = theCase.conversation.calls
  const [opened, ...later] = security.tokenFrames
  const token = (frame: number): string => {
    if (frame === security.thirdLegFrame) return `the client logs on as ${name}`
    if (theCase.endsOf(frame).source === connection.client.text) return 'the client goes on with the handshake'
    return security.thirdLegFrame !== undefined && frame > security.thirdLegFrame
      ? 'the server ends the handshake'
      : 'the server answers with its challenge'
  }
  return [
    ...evidence(opened, `${name} is introduced: security context ${security.id}`),
    ...later.flatMap((frame) => evidence(frame, token(frame))),
    ...calls.flatMap((call) => [
      ...evidence(table.get(Call.RequestFrame, call), `${methodName(theCase, call)}${asking(theCase, call)}`),
      ...evidence(table.get(Call.ResponseFrame, call), `fault ${statusText(theCase, table.get(Call.Status, call))}`),
    ]),
    ...(calls.length === 0
      ? evidence(security.failedFrame, `fault ${statusText(theCase, security.failedStatus ?? 5)}`)
      : []),
    ...(closed ? evidence(closed.frame, closeNote(closed, connection)) : []),
  ]
}

function asking(theCase: Examination, call: number): string {
  const asked = askedInterfaces(theCase, call)
  return asked.length > 0 ? ` for ${asked.join(', ')}` : ''
}

/** `the server closes the connection (FIN)`, `the client closes the pipe (SMB CLOSE)`. */
export function closeNote(close: Close, connection: Connection): string {
  const end = close.by === 'server' ? connection.server.text : connection.client.text
  const by = `the ${close.by ?? 'other side'} (${end}) closes`
  if (close.how === 'smb-close') return `${by} the pipe (SMB CLOSE)`
  return `${by} the connection (${close.how === 'rst' ? 'RST' : 'FIN'})`
}

/** A call to the same interface that the server did answer to the same client. */
export function answeredCall(theCase: Examination, { calls, connection }: Rejection): number | undefined {
  const table = theCase.conversation.calls
  for (const call of calls) {
    const index = table.get(Call.Interface, call)
    const answered =
      index === NONE ? undefined : theCase.answered.first(connection.client.text, connection.server.text, index)
    if (answered !== undefined) return answered
  }
  return undefined
}

/** What a rejection explains: the calls under it, the fault that answered the logon itself, and the close that followed. */
export function explainedByRejection(theCase: Examination, rejection: Rejection): Explained {
  const answer = theCase.unrequestedFaultIn(rejection.security.failedFrame)
  return {
    calls: answer === undefined ? rejection.calls : [...rejection.calls, answer],
    ...(rejection.closed && { streams: [rejection.connection.stream] }),
  }
}
