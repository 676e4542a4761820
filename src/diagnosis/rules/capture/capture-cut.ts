// Limit: frames are shorter in the file than they were on the wire.
import { attempts } from '../../signs/network/attempts'
import { trafficOf } from '../../signs/network/traffic'
import { ENDPOINT_MAPPER, isSmbPort } from '../../signs/network/ports'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, plural } from '../../text/wording'
import { ofCapture } from '../../text/of-kind'

/** What pktmon keeps of a packet by default. */
const PKTMON_DEFAULT = 128

export const captureCut: Rule = {
  id: 'capture-cut',
  title: 'Frames are cut by the snapshot length',
  meaning:
    'The capture kept only the first bytes of every packet. Headers are there; names, tokens and arguments behind them may not be.',
  *find(theCase) {
    const { cut, firstCut, shortest } = trafficOf(theCase)
    if (cut === 0) return
    // Cut short enough, RPC is not even recognised: its ports then show that it may be there.
    const concerned =
      theCase.conversation.connections.length > 0 ||
      attempts(theCase).some(({ port }) => port === ENDPOINT_MAPPER || isSmbPort(port))
    if (!concerned) return
    yield {
      ...ofCapture('the snapshot length of the capture'),
      kind: 'limit',
      severity: 'note',
      confidence: 'high',
      title: `${plural(cut, 'frame')} of ${theCase.capture.frames.rows} ${cut === 1 ? 'is' : 'are'} cut after at most ${shortest} bytes`,
      effect: 'Names, tokens and arguments behind the cut are not visible.',
      explanation: `The capture was made with a snapshot length.${shortest === PKTMON_DEFAULT ? ' 128 bytes is what pktmon keeps by default.' : ''} PDU headers are read; names and arguments behind the cut are unknown.`,
      evidence: evidence(firstCut, 'the first frame that is cut'),
      advice: [
        'pktmon: "pktmon start --capture --pkt-size 0". dumpcap and tcpdump: "-s 0". netsh trace: "packettruncatebytes=0".',
      ],
      references: [references.pktmon],
      streams: [],
      filter: 'frame.cap_len < frame.len',
    }
  },
}
