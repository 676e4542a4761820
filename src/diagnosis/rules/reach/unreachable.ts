// A router or the host itself says why a connection cannot be made. RFC 792, RFC 4443.
import { attempts } from '../../signs/attempts'
import { Frame, IpProtocol } from '../../../../asm/layout'
import { addressText } from '../../../capture/text'
import { FRAGMENTATION_NEEDED, icmpMessages, UNREACHABLE_V4 } from '../../signs/icmp-messages'
import { unavailableLayers } from '../../text/layers'
import { isRpcPort, isSmbPort } from '../../signs/ports'
import type { Rule } from '../../rule'
import { evidence, frameNumber } from '../../text/wording'

const UNREACHABLE_V6 = 1

export const unreachable: Rule = {
  id: 'unreachable',
  title: 'ICMP says that the server cannot be reached',
  meaning:
    'A router or firewall on the way, or the host itself, answers the SYN with an ICMP message that names the reason: no route, host down, port closed, forbidden by an administrator.',
  covers: ['R23'],
  *find(theCase) {
    const failed = new Map(
      attempts(theCase)
        .filter(({ outcome }) => outcome !== 'open')
        .map((attempt) => [`${attempt.client} ${attempt.server} ${attempt.port}`, attempt]),
    )
    for (const { frame, message } of icmpMessages(theCase)) {
      const { quoted, type, code, text } = message
      const isUnreachable = type === UNREACHABLE_V4 ? code !== FRAGMENTATION_NEEDED : type === UNREACHABLE_V6
      if (!isUnreachable || quoted?.protocol !== IpProtocol.Tcp || quoted.destinationPort === undefined) continue
      const { source, destination, destinationPort: port, sourcePort } = quoted
      const attempt = failed.get(`${source} ${destination} ${port}`)
      if (!attempt) continue
      const rpc = isRpcPort(theCase, destination, port)
      if (!rpc && !isSmbPort(port)) continue
      theCase.explainEnd(attempt.stream, unreachable.id)
      const router = addressText(theCase.capture.addresses, theCase.capture.frames.get(Frame.Source, frame))
      yield {
        severity: rpc ? 'error' : 'warning',
        confidence: 'high',
        title: `${router} says that ${destination} port ${port} cannot be reached: ${text}`,
        explanation: `${source} (port ${sourcePort}) asked ${destination} for a connection to port ${port}; ${router === destination ? 'the host itself' : `${router}, a router or firewall on the way,`} answered in frame ${frameNumber(frame)}: ${text}.`,
        layers: unavailableLayers(theCase.names, { layer: 'wire (ICMP)', code: `${type}/${code}`, text }),
        evidence: [
          ...evidence(attempt.synFrame, `SYN to port ${port}`),
          ...evidence(frame, `ICMP from ${router}: ${text}`),
        ],
        advice: [
          router === destination
            ? `Look at the firewall of ${destination} itself.`
            : `Look at ${router}: its routes and its rules for IpProtocol.Tcp port ${port}.`,
        ],
        streams: [attempt.stream],
        executed: 'no',
        filter: 'icmp.type == 3 || icmpv6.type == 1',
        fold: `${router}|${destination}|${port}`,
      }
    }
  },
}
