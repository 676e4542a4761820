// Loss and closed windows under RPC. RFC 9293 3.8.
import { lateCopies } from '../../signs/network/late-copies'
import { trafficOf, type StreamTraffic } from '../../signs/network/traffic'
import { Stream } from '../../../../asm/layout'
import type { Occurrence, Rule } from '../../rule'
import type { Examination } from '../../examination'
import { symptoms } from '../../text/symptoms'
import { clientText, duration, evidence, frameNumber, serverText } from '../../text/wording'

/** Fewer retransmissions, and a smaller part of the packets, are ordinary. */
const MIN_RETRANSMISSIONS = 3
const LOSS_RATE = 0.02
/** A window closed for less is flow control at work; from the second figure on users notice. */
const CLOSED_SECONDS = 0.2
const HURTS_SECONDS = 1

export const tcpTrouble: Rule = {
  id: 'tcp-trouble',
  title: 'The network loses packets of RPC connections, or one side does not read',
  meaning:
    'Retransmissions delay every call behind them; where all calls were answered they are a note. A window that stays closed for 200 ms or more ' +
    'means that one side’s program does not read what has arrived: a note, a warning from 1 s on. Copies that only the sniffer saw are not ' +
    'counted, and losses at the end of a connection that another finding explains are left to it.',
  *find(theCase) {
    yield* losses(theCase)
    yield* closedWindows(theCase)
  },
}

function* losses(theCase: Examination): Generator<Occurrence> {
  const lossy = [...trafficOf(theCase).byStream].filter(([stream, traffic]) => isLossy(theCase, stream, traffic))
  const copies = lateCopies(theCase, new Set(lossy.map(([stream]) => stream)))
  for (const [stream, { retransmissions, firstRetransmission, lastRetransmission }] of lossy) {
    // A capture of both hosts has each packet twice, by two clocks.
    if ((copies.get(stream) ?? 0) * 2 > retransmissions) continue
    const connection = theCase.connectionsOn(stream)[0]!
    const frames = theCase.streamValue(Stream.Frames, stream)
    yield {
      severity: 'note',
      confidence: 'high',
      title: `Packets were lost: ${retransmissions} of ${frames} were sent again`,
      explanation: `Packets of ${clientText(connection)} to ${serverText(connection)} get lost on the path (first in frame ${frameNumber(firstRetransmission!)}). TCP sends them again; calls wait for each of them, and three losses in a row can cost seconds.`,
      symptom: symptoms.slow,
      atFault: { party: 'network', text: 'a lossy link on the path between the two hosts' },
      effect: 'Calls are delayed; none is lost by it.',
      evidence: [
        ...evidence(firstRetransmission, 'sent again'),
        ...evidence(lastRetransmission, 'sent again, the last time'),
      ],
      fix: [
        {
          text: 'Look at the path: error counters of the switch ports, Wi-Fi, VPN, a full link. "pathping" to the server shows where packets get lost.',
          copy: `pathping ${connection.server.text}`,
        },
      ],
      streams: [stream],
      filter: `tcp.stream == ${stream} && tcp.analysis.retransmission`,
      fold: `${connection.client.text}|${connection.server.text}`,
    }
  }
}

function isLossy(theCase: Examination, stream: number, { retransmissions }: StreamTraffic): boolean {
  if (theCase.connectionsOn(stream).length === 0 || theCase.endExplainedBy(stream) !== undefined) return false
  const rate = retransmissions / theCase.streamValue(Stream.Frames, stream)
  return retransmissions >= MIN_RETRANSMISSIONS && rate >= LOSS_RATE
}

function* closedWindows(theCase: Examination): Generator<Occurrence> {
  for (const [stream, { closedWindow }] of trafficOf(theCase).byStream) {
    const connection = theCase.connectionsOn(stream)[0]
    if (!connection || !closedWindow || closedWindow.seconds < CLOSED_SECONDS) continue
    const { from, to, seconds, port } = closedWindow
    const isServer = port === connection.server.port
    const side = isServer ? 'server' : 'client'
    const host = isServer ? connection.server.text : connection.client.text
    yield {
      severity: seconds >= HURTS_SECONDS ? 'warning' : 'note',
      confidence: 'high',
      title: `The ${side} read nothing for ${duration(seconds)} (TCP zero window)`,
      explanation: `In frame ${frameNumber(from)} ${host} announces that it takes no more bytes, and opens its window again ${duration(seconds)} later (frame ${frameNumber(to)}): its buffer was full because its program did not read. ${isServer ? 'A server process that hangs or is overloaded looks like this.' : 'A client that is busy or stuck looks like this.'}`,
      symptom: symptoms.slow,
      atFault: { party: side, text: `the program on the ${side} that has the connection` },
      effect: `Everything behind frame ${frameNumber(from)} on this connection waited.`,
      evidence: [...evidence(from, 'zero window'), ...evidence(to, 'the window is open again, or the capture ends')],
      fix: [
        {
          text: `On ${host}, look at the ${side} process at that time: processor, threads, a debugger or dialog that holds it.`,
        },
      ],
      streams: [stream],
      filter: `tcp.stream == ${stream} && tcp.analysis.zero_window`,
      fold: `${host}|window`,
    }
  }
}
