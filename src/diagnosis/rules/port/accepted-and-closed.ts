// The server accepts the connection and ends it before a byte is sent. RFC 9293 3.6.
import { Frame, Stream, TcpFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { type Attempt, attempts } from '../../signs/network/attempts'
import { concernsRpc, isSmbPort, portName } from '../../signs/network/ports'
import { isScan } from '../../signs/network/scans'
import { foreignReset } from '../../signs/network/time-to-live'
import { unavailableLayers } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { duration, evidence, frameNumber } from '../../text/wording'

/** A server that closes later has waited for a client that says nothing. */
const AT_ONCE_SECONDS = 3

export const acceptedAndClosed: Rule = {
  id: 'accepted-and-closed',
  title: 'The server accepts connections and ends them at once',
  meaning:
    'The TCP handshake is complete, and the other side ends the connection by FIN or RST within 3 s, before either sent a byte. A load balancer or proxy without a working server behind it looks like this, ' +
    'a service at its limit of connections or with a filter of addresses, and a firewall that looks at who connects. An error where the client got nowhere on this port; a note where another connection to it carried data. ' +
    'Nothing where the client closes first, as port checkers do.',
  *find(theCase) {
    const working = workingPorts(theCase)
    for (const attempt of attempts(theCase)) {
      const end = endedByServer(theCase, attempt)
      if (end === undefined) continue
      const { client, server, port, stream, synFrame, answerFrame, key } = attempt
      const other = working.get(key)
      const seconds = secondsBetween(theCase.capture.frames, answerFrame!, end.frame)
      const foreign = end.how === 'RST' ? foreignReset(theCase, end.frame) : undefined
      yield {
        severity: other === undefined ? 'error' : 'note',
        confidence: foreign ? 'medium' : 'high',
        title:
          other !== undefined
            ? 'The server ended a connection at once; others to the port worked'
            : foreign
              ? `A device on the path likely ended the connection to port ${port}`
              : `The server accepts connections to port ${port} and ends them`,
        explanation:
          `${client} opened a connection to ${portName(port)} of ${server} (frame ${frameNumber(synFrame)}), which was accepted in frame ${frameNumber(answerFrame!)} and ended by ${end.how} ${duration(seconds)} later (frame ${frameNumber(end.frame)}), before either side had sent a byte. ` +
          (foreign ? `${foreign.text} ` : '') +
          (other === undefined
            ? 'So the port is open, and what is behind it does not want this connection: a load balancer whose servers are down, a service that has reached its limit or filters by address, or a firewall that ends connections after the handshake.'
            : `Another connection to the same port carried data (frame ${frameNumber(other)}).`),
        symptom: other === undefined ? symptoms.unavailable : symptoms.none,
        atFault: foreign
          ? { party: 'network', text: 'a firewall or proxy on the path' }
          : {
              party: 'server',
              text: `what accepts connections on port ${port}: the service, or a proxy in front of it`,
            },
        effect: other === undefined ? 'No call was made.' : 'None that lasted.',
        layers: unavailableLayers(theCase.names, {
          layer: 'wire (TCP)',
          code: '',
          text: `SYN-ACK, then ${end.how} without data`,
        }),
        evidence: [
          ...evidence(synFrame, `SYN to port ${port}`),
          ...evidence(answerFrame, 'accepted: SYN-ACK'),
          ...(foreign?.evidence ?? []),
          ...evidence(end.frame, `${end.how}, no byte was sent`),
          ...evidence(other, 'another connection to the port carries data'),
        ],
        fix: [
          {
            text: `If a load balancer or proxy has the address ${server}, see there which servers behind it are up.`,
          },
          {
            text: `On the server itself, see which process has the port and how many connections it holds.`,
            copy: `Get-NetTCPConnection -LocalPort ${port} | Group-Object State`,
          },
        ],
        references: [references.rpcErrors],
        streams: [stream],
        executed: 'no',
        filter: `tcp.stream == ${stream}`,
        explains: { streams: [stream] },
        fold: `${key}|${other !== undefined}`,
      }
    }
  },
}

/** How the server ended an accepted connection on which nothing was sent; undefined for another. */
function endedByServer(theCase: Examination, attempt: Attempt): { how: 'FIN' | 'RST'; frame: number } | undefined {
  const { stream, outcome, answerFrame, port } = attempt
  if (outcome !== 'open' || answerFrame === undefined) return undefined
  const value = (column: Stream) => theCase.streamValue(column, stream)
  if (value(Stream.BytesA) > 0 || value(Stream.BytesB) > 0 || value(Stream.Gaps) > 0) return undefined
  const [finA, finB, rst] = [value(Stream.FinFrameA), value(Stream.FinFrameB), value(Stream.RstFrame)]
  const first = Math.min(finB, rst)
  // Frames that are missing are the largest numbers.
  if (first === NONE || finA < first || theCase.endExplainedBy(stream) !== undefined) return undefined
  const { frames } = theCase.capture
  if (secondsBetween(frames, answerFrame, first) > AT_ONCE_SECONDS) return undefined
  if (rst < finB && frames.get(Frame.SourcePort, rst) !== port) return undefined
  if ((!isSmbPort(port) && !concernsRpc(theCase, attempt)) || isScan(theCase, stream)) return undefined
  return sawBytes(theCase, attempt, first) ? undefined : { how: finB < rst ? 'FIN' : 'RST', frame: first }
}

/** True if the end acknowledges, or comes after, bytes that the capture does not hold: sequence numbers count what was sent. */
function sawBytes({ capture: { frames } }: Examination, { synFrame, answerFrame }: Attempt, end: number): boolean {
  const hasAck = (frames.get(Frame.TcpFlags, end) & TcpFlag.Ack) !== 0
  const sentByServer = (frames.get(Frame.Seq, end) - frames.get(Frame.Seq, answerFrame!) - 1) | 0
  const sentByClient = (frames.get(Frame.Ack, end) - frames.get(Frame.Seq, synFrame) - 1) | 0
  return sentByServer > 0 || (hasAck && sentByClient > 0)
}

/** The first frame of a connection that carried data both ways, by client, server and port. */
function workingPorts(theCase: Examination): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const { key, stream, synFrame } of attempts(theCase)) {
    const carries = theCase.streamValue(Stream.BytesA, stream) > 0 && theCase.streamValue(Stream.BytesB, stream) > 0
    if (carries && !found.has(key)) found.set(key, synFrame)
  }
  return found
}
