// What the machine's own events add to a finding of the wire: the program behind a call, and the status that it saw.
import { Call } from '../conversation/model'
import type { Examination } from './examination'
import type { Finding, Layer } from './finding'
import { eventOfCall, ownerOf, processText } from './signs/network/machine-events'

/** Calls of a finding that are looked up. */
const MAX_CALLS = 50

/** Adds the facts to a finding about calls; other findings stay as they are. */
export function withMachineFacts(theCase: Examination, finding: Finding): Finding {
  const { machine } = theCase
  if (!machine || finding.kind !== 'finding') return finding
  const call = callOf(theCase, finding)
  if (call === undefined) return finding
  const { client, server } = theCase.connectionOf(call)
  const layers: Layer[] = []
  const sides = { client: eventOfCall(theCase, call, 'client'), server: eventOfCall(theCase, call, 'server') }
  for (const [side, event] of Object.entries(sides)) {
    if (event?.status === undefined) continue
    const details = event.errors.flatMap(({ parameters }) => parameters).slice(0, 4)
    layers.push({
      layer: `RPC at the ${side} (event ${side === 'client' ? 7 : 8})`,
      code: String(event.status),
      text: `${side === 'client' ? 'what the program saw' : 'how the server ended the call'}: ${processText(machine, event.processId)}${details.length > 0 ? ` (${details.join(', ')})` : ''}`,
    })
  }
  const programs = [
    ['that called', sides.client?.processId ?? ownerOf(machine, client.text, client.port)],
    ['that served', sides.server?.processId ?? ownerOf(machine, server.text, server.port)],
  ] as const
  const named = programs
    .map(([which, pid]) =>
      pid === undefined ? '' : ` The program ${which} is ${processText(machine, pid)}, as the trace says.`,
    )
    .join('')
  if (layers.length === 0 && named === '') return finding
  return { ...finding, explanation: finding.explanation + named, layers: [...finding.layers, ...layers] }
}

/** The failed call that a finding is about: of those that it shows the first that the machine logged, else the first. */
function callOf(theCase: Examination, { evidence }: Finding): number | undefined {
  const frames = new Set(evidence.map(({ frame }) => frame))
  const failed = [...theCase.faults, ...theCase.errorReturns, ...theCase.lost, ...theCase.open]
  const { calls } = theCase.conversation
  const shows = (column: Call) => failed.filter((call) => frames.has(calls.get(column, call)))
  const shown = [...shows(Call.ResponseFrame), ...shows(Call.RequestFrame)].slice(0, MAX_CALLS)
  return shown.find((call) => eventOfCall(theCase, call, 'client')) ?? shown[0]
}
