// What the events of the machine that wrote the trace say about an attempt to connect, a call, a process.
import { Call } from '../../../conversation/model'
import { NONE } from '../../../capture/table'
import { frameTime } from '../../../capture/text'
import type { Drop, Machine, MachineEnd, RpcCallEvent } from '../../../etw/events/machine-model'
import { Frame, IpProtocol } from '../../../../asm/layout'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import type { Attempt } from './attempts'

/** An event and the packet that it is about are at most so far apart. */
const NEAR_SECONDS = 1
/** A call's start and end in events may be so much later or earlier than its PDUs on the wire. */
const CALL_SLACK_SECONDS = 0.05
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

const byTime = perCase(({ machine }: Examination) => [...(machine?.drops ?? [])].sort((a, b) => a.seconds - b.seconds))

function dropsBetween(theCase: Examination, from: number, to: number): Drop[] {
  const drops = byTime(theCase)
  let low = 0
  for (let high = drops.length; low < high;) {
    const middle = (low + high) >>> 1
    if (drops[middle]!.seconds < from) low = middle + 1
    else high = middle
  }
  const found: Drop[] = []
  while (low < drops.length && drops[low]!.seconds <= to) found.push(drops[low++]!)
  return found
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

/** Calls in events by interface and opnum. */
const byMethod = perCase(({ machine }: Examination) => {
  const methods = new Map<string, RpcCallEvent[]>()
  for (const call of machine?.rpcCalls ?? []) {
    const key = `${call.interface} ${call.opnum}`
    const known = methods.get(key)
    if (known) known.push(call)
    else methods.set(key, [call])
  }
  return methods
})

/** The event of a call on the wire, as one side logged it; undefined where there is none. */
export function eventOfCall(theCase: Examination, call: number, side: 'client' | 'server'): RpcCallEvent | undefined {
  const { calls } = theCase.conversation
  const candidates = byMethod(theCase).get(`${theCase.interfaceOf(call)} ${calls.get(Call.Opnum, call)}`)
  if (!candidates) return undefined
  const { server, pipe } = theCase.connectionOf(call)
  const asked = secondsOf(theCase, theCase.frameOf(call))
  const answerFrame = calls.get(Call.ResponseFrame, call)
  const answered = answerFrame === NONE ? asked : secondsOf(theCase, answerFrame)
  let best: RpcCallEvent | undefined
  for (const event of candidates) {
    if (event.side !== side || event.protocol !== (pipe === undefined ? TCP : NAMED_PIPE)) continue
    if (pipe === undefined && /^\d+$/.test(event.endpoint) && Number(event.endpoint) !== server.port) continue
    // The client's call encloses the exchange; the server's lies within it.
    const isFit =
      side === 'client'
        ? event.seconds <= asked + CALL_SLACK_SECONDS && (event.ended ?? Infinity) >= answered - CALL_SLACK_SECONDS
        : event.seconds >= asked - CALL_SLACK_SECONDS && event.seconds <= answered + CALL_SLACK_SECONDS
    if (isFit && (!best || Math.abs(event.seconds - asked) < Math.abs(best.seconds - asked))) best = event
  }
  return best
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
