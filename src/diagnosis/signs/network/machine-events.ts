// What the events of the machine that wrote the trace say about an attempt to connect, a call, a process.
import { Call } from '../../../conversation/model'
import { NONE } from '../../../capture/table'
import { frameTime } from '../../../capture/text'
import type { Drop, Machine, MachineEnd, RpcCallEvent } from '../../../etw/events/machine-model'
import { Frame, IpProtocol } from '../../../../asm/layout'
import type { Examination } from '../../examination'
import { grouped } from '../../look-up'
import { perCase } from '../../per-case'
import type { Attempt } from './attempts'

/** An event and the packet that it is about are at most so far apart. */
const NEAR_SECONDS = 1
/** A call's start and end in events may be so much later or earlier than its PDUs on the wire. */
const CALL_SLACK_SECONDS = 0.05
/** Calls before and after a moment that are looked at for the one that fits. */
export const MOST_NEAR = 64
const TCP = 1
const NAMED_PIPE = 2
/** Drops that one attempt is explained by; the others say the same. */
const MAX_DROPS = 16

/** Seconds since 1970 of a frame. */
export function secondsOf({ capture }: Examination, frame: number): number {
  return frameTime(capture.frames, frame)
}

/** Drops of packets of an attempt, by frame or by addresses and time. */
export function dropsOf(theCase: Examination, attempt: Attempt): Drop[] {
  const { machine } = theCase
  if (!machine || machine.drops.length === 0) return []
  const from = secondsOf(theCase, attempt.synFrame) - NEAR_SECONDS
  const to = secondsOf(theCase, attempt.lastFrame) + NEAR_SECONDS
  const { frames } = theCase.capture
  return dropsBetween(theCase, from, to)
    .filter(({ frame, local, remote, protocol = Number(IpProtocol.Tcp) }) =>
      frame !== undefined
        ? frames.get(Frame.Stream, frame) === attempt.stream
        : protocol === Number(IpProtocol.Tcp) && isBetween(attempt, local, remote),
    )
    .slice(0, MAX_DROPS)
}

const byTime = perCase(({ machine }: Examination) => inTime(machine?.drops ?? []))

function dropsBetween(theCase: Examination, from: number, to: number): Drop[] {
  const drops = byTime(theCase)
  const found: Drop[] = []
  for (let at = firstFrom(drops, from); at < drops.length && drops[at]!.seconds <= to; at++) found.push(drops[at]!)
  return found
}

/** Items in order of time. */
export function inTime<Item extends { seconds: number }>(items: readonly Item[]): Item[] {
  return items.toSorted((one, other) => one.seconds - other.seconds)
}

/** The index of the first item, in order of time, that is not before a moment. */
export function firstFrom(items: readonly { seconds: number }[], seconds: number): number {
  let low = 0
  for (let high = items.length; low < high;) {
    const middle = (low + high) >>> 1
    if (items[middle]!.seconds < seconds) low = middle + 1
    else high = middle
  }
  return low
}

/** True if two ends are those of an attempt, whichever is local. Ports of 0 are not known. */
function isBetween(
  { client, server, port }: Attempt,
  local: MachineEnd | undefined,
  remote: MachineEnd | undefined,
): boolean {
  if (!local || !remote) return false
  const isServer = ({ address, port: own }: MachineEnd) => address === server && own === port
  return (isServer(local) && remote.address === client) || (isServer(remote) && local.address === client)
}

/** Calls in events by side, interface and opnum, in order of time. */
const byMethod = perCase(({ machine }: Examination) => {
  const methods = grouped(machine?.rpcCalls ?? [], (call) => `${call.side} ${call.interface} ${call.opnum}`)
  return new Map([...methods].map(([key, calls]) => [key, inTime(calls)]))
})

/** The event of a call on the wire, as one side logged it: of those that fit, the nearest in time; undefined where there is none. */
export function eventOfCall(theCase: Examination, call: number, side: 'client' | 'server'): RpcCallEvent | undefined {
  const { calls } = theCase.conversation
  const events = byMethod(theCase).get(`${side} ${theCase.interfaceOf(call)} ${calls.get(Call.Opnum, call)}`)
  if (!events) return undefined
  const { server, pipe } = theCase.connectionOf(call)
  const asked = secondsOf(theCase, theCase.frameOf(call))
  const answerFrame = calls.get(Call.ResponseFrame, call)
  const answered = answerFrame === NONE ? asked : secondsOf(theCase, answerFrame)
  const isFit = ({ protocol, endpoint, seconds, ended = Infinity }: RpcCallEvent) => {
    if (protocol !== (pipe === undefined ? TCP : NAMED_PIPE)) return false
    if (pipe === undefined && /^\d+$/.test(endpoint) && Number(endpoint) !== server.port) return false
    // The client's call encloses the exchange; the server's lies within it.
    return side === 'client' ? ended >= answered - CALL_SLACK_SECONDS : seconds >= asked - CALL_SLACK_SECONDS
  }
  const after = firstFrom(events, asked)
  const latest = (side === 'client' ? asked : answered) + CALL_SLACK_SECONDS
  const later = events.slice(after, after + MOST_NEAR).find((event) => event.seconds <= latest && isFit(event))
  const earlier = events.slice(Math.max(0, after - MOST_NEAR), after).findLast(isFit)
  if (!later || !earlier) return later ?? earlier
  return later.seconds - asked < asked - earlier.seconds ? later : earlier
}

/** `svchost.exe (process 880: RpcSs, RpcEptMapper)`, as far as the trace knows it. */
export function processText(machine: Machine, pid: number): string {
  const process = machine.processes.get(pid)
  const services = process?.services.length ? `: ${process.services.slice(0, 6).join(', ')}` : ''
  return process?.image
    ? `${process.image} (process ${pid}${services})`
    : `process ${pid}${services && ` (${services.slice(2)})`}`
}

/** The process that a TCP connection belongs to, at the end whose address and port are given. */
export function ownerOf(machine: Machine, address: string, port: number): number | undefined {
  return machine.connections.find(({ local }) => local.address === address && local.port === port)?.processId
}
