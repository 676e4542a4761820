// Sentences that every form of a report has.
import type { Report } from './report'

export const LADDER_REMARK = (omitted: number): string =>
  `${omitted} more ${omitted === 1 ? 'step is' : 'steps are'} not listed: ordinary calls away from the evidence.`

/** What is known of the file and of this report, as names and values. */
export function captureFacts({ capture, tool }: Report): [string, string][] {
  const { name, bytes, sha256, format, frames, connections, calls, hosts, firstTime, lastTime, notices } = capture
  return [
    ['File', `${name}, ${bytes} bytes of ${format}`],
    ['SHA-256', sha256],
    ['Contents', `${frames} frames, ${hosts} hosts, ${connections} RPC connections, ${calls} calls`],
    ...(firstTime && lastTime ? ([['Captured', `${firstTime} to ${lastTime}`]] as [string, string][]) : []),
    ...notices.map((notice): [string, string] => ['About the file', notice]),
    ['Made by', `${tool.name} ${tool.version}`],
  ]
}
