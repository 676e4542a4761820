// Scenarios as event traces with the events of the machine beside the frames, and what rules find in them.
import type { Finding } from '../diagnosis/finding'
import { analysed } from './trace'
import { allNames } from './diagnose'
import { componentEvents, pktmonEvents, type PktmonOptions } from './captures/etl/frames-as-events'
import { etl, type KernelRecord, type TraceRecord } from './captures/etl/trace-file'
import type { Frame } from './captures/file/frame'
import { Scenario, type ScenarioOptions } from './scenario'

interface Machine {
  events?: TraceRecord[]
  kernel?: KernelRecord[]
  pktmon?: PktmonOptions
}

/** What a scenario's machine logs beside its frames. */
export type Logs = (play: Scenario) => Machine

/** Findings of a scenario as a trace of pktmon with these events. */
export async function diagnoseTrace(
  play: (scenario: Scenario) => void,
  logs: Logs = () => ({}),
  options?: ScenarioOptions,
): Promise<Finding[]> {
  const scenario = new Scenario(options)
  play(scenario)
  return (await analysed(traceOf(scenario, logs))).diagnose(await allNames())
}

/** A scenario as a trace of pktmon, with these events. */
function traceOf(scenario: Scenario, logs: Logs): Uint8Array<ArrayBuffer> {
  const { events = [], kernel = [], pktmon } = logs(scenario)
  const { frames } = scenario
  return etl([...pktmonEvents(frames, pktmon), ...componentEvents(frames.at(-1)!.microseconds + 1e6), ...events], {
    compressed: true,
    kernel,
  })
}

const SYN = 0x02
const ACK = 0x10
const ETHERNET = 14
const IPV6 = 0x86dd

/** True for the SYN of a connection to a port (Ethernet without tags). */
export function isSynTo(port: number): (frame: Frame) => boolean {
  return ({ bytes }) => {
    const isIpv6 = ((bytes[12]! << 8) | bytes[13]!) === IPV6
    const tcp = isIpv6 ? ETHERNET + 40 : ETHERNET + (bytes[ETHERNET]! & 15) * 4
    const isTcp = (isIpv6 ? bytes[ETHERNET + 6] : bytes[ETHERNET + 9]) === 6
    return isTcp && ((bytes[tcp + 2]! << 8) | bytes[tcp + 3]!) === port && (bytes[tcp + 13]! & (SYN | ACK)) === SYN
  }
}

/** When the first frame that is meant passes, in microseconds. */
export function timeOf(frames: readonly Frame[], isMeant: (frame: Frame) => boolean): number {
  return frames.find(isMeant)!.microseconds
}
