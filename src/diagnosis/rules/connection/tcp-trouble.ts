// Loss and closed windows under RPC. RFC 9293 3.8.
import { trafficOf } from '../../signs/traffic'
import { Stream } from '../../../../asm/layout'
import type { Occurrence, Rule } from '../../rule'
import type { Examination } from '../../examination'
import { clientText, evidence, frameNumber, plural, serverText } from '../../text/wording'

const WORTH_SAYING = 3
const LOSS_RATE = 0.02

export const tcpTrouble: Rule = {
  id: 'tcp-trouble',
  title: 'The network loses packets of RPC connections, or one side does not read',
  meaning:
    'Retransmissions delay every call behind them; a closed window means that one side’s program does not read what has arrived. Copies that only ' +
    'the sniffer saw are not counted.',
  covers: ['R51'],
  *find(theCase) {
    yield* losses(theCase)
    yield* closedWindows(theCase)
  },
}

function* losses(theCase: Examination): Generator<Occurrence> {
  for (const [stream, { retransmissions, firstRetransmission, lastRetransmission }] of trafficOf(theCase).byStream) {
    const frames = theCase.streamValue(Stream.Frames, stream)
    const connection = theCase.connectionsOn(stream)[0]
    if (!connection || retransmissions < WORTH_SAYING || retransmissions / frames < LOSS_RATE) continue
    yield {
      severity: 'note',
      confidence: 'high',
      title: `${clientText(connection)} to ${serverText(connection)}: ${plural(retransmissions, 'segment')} of ${frames} had to be sent again`,
      explanation: `Packets get lost between the two hosts (first in frame ${frameNumber(firstRetransmission!)}). Calls wait for each of them; three in a row can cost seconds.`,
      evidence: [
        ...evidence(firstRetransmission, 'sent again'),
        ...evidence(lastRetransmission, 'sent again, the last time'),
      ],
      advice: ['Look at the path: error counters of the switch ports, Wi-Fi, VPN, a full link.'],
      streams: [stream],
      filter: `tcp.stream == ${stream} && tcp.analysis.retransmission`,
      fold: `${connection.client.text}|${connection.server.text}`,
    }
  }
}

function* closedWindows(theCase: Examination): Generator<Occurrence> {
  for (const [stream, { zeroWindows, firstZeroWindow, zeroWindowPort }] of trafficOf(theCase).byStream) {
    const connection = theCase.connectionsOn(stream)[0]
    if (!connection || zeroWindows === 0) continue
    const server = zeroWindowPort === connection.server.port
    yield {
      severity: 'warning',
      confidence: 'high',
      title: `The ${server ? 'server' : 'client'} stopped reading from ${clientText(connection)} to ${serverText(connection)}: zero window`,
      explanation: `In frame ${frameNumber(firstZeroWindow!)} ${server ? serverText(connection) : clientText(connection)} says that it takes no more bytes: its buffer is full because its program does not read. ${server ? 'A server process that hangs looks like this.' : 'A client that is busy or stuck looks like this.'}`,
      evidence: evidence(firstZeroWindow, 'zero window'),
      advice: [
        `Look at the ${server ? 'server' : 'client'} process at that time: processor, threads, a debugger or dialog that holds it.`,
      ],
      streams: [stream],
      filter: `tcp.stream == ${stream} && tcp.analysis.zero_window`,
    }
  }
}
