// What an exported frame of a trace says as its comment: where pktmon saw its packet, and which process owns its connection.
import { Frame, Stream } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { NONE } from '../../../capture/table'
import { addressText } from '../../../capture/text'
import { machineOf } from '../../../etw/events/machine'
import type { Machine, MachineEnd } from '../../../etw/events/machine-model'
import type { Trace } from '../../../etw/events/trace'
import { pathOf } from '../events'

/** A function that gives the comment of a frame; empty where the trace says nothing of it. */
export function traceComments(trace: Trace): (frame: number) => string {
  const { capture } = trace
  const machine = machineOf(capture, trace)
  const owners = new Map<string, number>()
  for (const { local, remote, processId } of machine.connections) {
    const key = keyOf(local, remote)
    if (!owners.has(key)) owners.set(key, processId)
  }
  return (frame) => {
    const stream = capture.frames.get(Frame.Stream, frame)
    const owned = owners.size === 0 || stream === NONE ? '' : ownerText(capture, machine, owners, stream)
    return [pathOf(trace, frame) ?? '', owned].filter((text) => text !== '').join('\n')
  }
}

/** `Process 880 (svchost.exe) at 10.0.0.6:135`, for each end whose process is known. */
function ownerText(capture: Capture, machine: Machine, owners: ReadonlyMap<string, number>, stream: number): string {
  const [a, b] = endsOf(capture, stream)
  const lines = [
    [a, owners.get(keyOf(a, b))],
    [b, owners.get(keyOf(b, a))],
  ] as const
  return lines
    .filter(([, pid]) => pid !== undefined)
    .map(([end, pid]) => {
      const image = machine.processes.get(pid!)?.image
      return `Process ${pid}${image ? ` (${image})` : ''} at ${endText(end)}`
    })
    .join('\n')
}

function endsOf({ streams, addresses }: Capture, stream: number): [MachineEnd, MachineEnd] {
  const get = (column: Stream) => streams.get(column, stream)
  return [
    { address: addressText(addresses, get(Stream.AddressA)), port: get(Stream.PortA) },
    { address: addressText(addresses, get(Stream.AddressB)), port: get(Stream.PortB) },
  ]
}

function endText({ address, port }: MachineEnd): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function keyOf(local: MachineEnd, remote: MachineEnd): string {
  return `${endText(local)} ${endText(remote)}`
}
