// Scenarios as event traces with the events of the machine beside the frames, and what rules find in them.
import type { Finding } from '../diagnosis/finding'
import type { Analysis } from '../engine/read/analysis'
import { readCabinet } from '../etw/container/cabinet'
import { cab, type PackedFile } from './captures/etl/cabinet-writer'
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
  /** Files of a netsh report: trace and report are then opened as one cabinet. */
  report?: PackedFile[]
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
  const machine = logs(scenario)
  const trace = traceOf(scenario, machine)
  const analysis = machine.report ? await cabinetAnalysed(trace, machine.report) : await analysed(trace)
  return analysis.diagnose(await allNames())
}

/** A trace and a report, packed into a cabinet and taken out of it. */
async function cabinetAnalysed(trace: Uint8Array<ArrayBuffer>, files: readonly PackedFile[]): Promise<Analysis> {
  const packed = cab([{ name: 'report.etl', bytes: trace }, ...files])
  const pieces: Uint8Array[] = []
  const read = (at: number, length: number) => Promise.resolve(packed.slice(at, at + length))
  const { report } = await readCabinet({ size: packed.length, read }, (piece) => pieces.push(piece))
  return analysed(new Uint8Array(Buffer.concat(pieces)), undefined, report)
}

/** A scenario as a trace of pktmon, with these events. */
function traceOf(scenario: Scenario, { events = [], kernel = [], pktmon }: Machine): Uint8Array<ArrayBuffer> {
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
