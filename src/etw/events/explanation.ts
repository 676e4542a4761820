// What a trace does not hold, and the command that would have captured it.
import { knownProvider, Role } from './providers'
import type { TraceSummary } from './summary'

const PKTMON_COMMAND =
  'pktmon start --capture --pkt-size 0 --trace -p Microsoft-Windows-RPC -p Microsoft-Windows-WMI-Activity -p Microsoft-Windows-TCPIP'
const NETSH_COMMAND =
  'netsh trace start capture=yes report=yes provider=Microsoft-Windows-RPC provider=Microsoft-Windows-WMI-Activity provider=Microsoft-Windows-TCPIP tracefile=C:\\trace.etl'

/** The program that wrote a trace, by the providers in it; undefined where they do not show it. */
export function toolOf({ providers, sessionName, fileName }: TraceSummary): string | undefined {
  const has = (role: Role) => providers.some(({ guid }) => knownProvider(guid)?.role === role)
  if (has(Role.PktMon)) return 'pktmon'
  if (has(Role.Ndis) || /nettrace|netsh/i.test(`${sessionName} ${fileName}`)) return 'netsh trace'
  if (has(Role.PefWfp)) return 'Message Analyzer'
  return undefined
}

function count(value: number): string {
  return value.toLocaleString('en')
}

/** Sentences on what is missing; undefined where nothing is. */
export function explanationOf(summary: TraceSummary, frames: number): string[] | undefined {
  const sentences: string[] = []
  const isPktmon = toolOf(summary) === 'pktmon'
  const command = isPktmon ? `${PKTMON_COMMAND}, then: pktmon stop` : `${NETSH_COMMAND}, then: netsh trace stop`
  if (frames === 0) {
    const events = summary.providers.reduce((sum, provider) => sum + provider.events, 0)
    sentences.push(
      events === 0
        ? `The trace holds no events${summary.messages > 0 ? ' that can be read' : ' at all: it was copied too early, or nothing happened'}. To capture packets: ${command}.`
        : `The trace holds ${count(events)} events and no packets: no provider that captures packets was started. To capture them: ${command}.`,
    )
  }
  if (summary.messages > 0)
    sentences.push(
      `${count(summary.messages)} messages of the trace (WPP) are texts only with the symbol files of the programs that wrote them; they were skipped.`,
    )
  if (summary.cut !== undefined)
    sentences.push(
      `Packets were cut to ${summary.cut} bytes or fewer, so most RPC messages are incomplete. ${
        isPktmon
          ? 'pktmon keeps 128 bytes unless it is started with --pkt-size 0.'
          : 'Capture without a limit of the packet size.'
      }`,
    )
  if (!summary.isMerged && summary.schemas === 0)
    sentences.push(
      'The trace was not merged, so it does not describe its own events: those that Faultline does not know are shown as bytes. Stop the trace with netsh trace stop or pktmon stop and copy the file afterwards.',
    )
  if (!summary.isClosed)
    sentences.push('The trace was copied while it was still being written, or the system ended without stopping it.')
  if (summary.eventsLost > 0 || summary.buffersLost > 0)
    sentences.push(
      `Windows lost ${count(summary.eventsLost)} events and ${count(summary.buffersLost)} buffers while it traced: more were produced than could be written.`,
    )
  return sentences.length > 0 ? sentences : undefined
}
