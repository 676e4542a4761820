// Limit: the sniffer saw packets more than once.
import { trafficOf } from '../../signs/network/traffic'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { evidence, plural } from '../../text/wording'
import { ofCapture } from '../../text/of-kind'

/** Fewer may be chance. */
const WORTH_SAYING = 10

export const captureCopies: Rule = {
  id: 'capture-copies',
  title: 'Packets were captured more than once',
  meaning:
    'A mirror port for both directions, several components of pktmon, or host and virtual machine at once record the same packet again. These copies are no retransmissions.',
  *find(theCase) {
    const { copies, firstCopy } = trafficOf(theCase)
    if (copies < WORTH_SAYING) return
    yield {
      ...ofCapture('the capture point, which records packets twice'),
      kind: 'limit',
      severity: 'note',
      confidence: 'high',
      title: `${plural(copies, 'packet')} ${copies === 1 ? 'was' : 'were'} captured more than once`,
      explanation:
        'The same IP packet with the same bytes is in the file again. The copies are not counted as retransmissions.',
      effect: 'None on the findings.',
      evidence: evidence(firstCopy, 'the first copy'),
      advice: [
        'pktmon: choose one component ("pktmon etl2pcap file.etl --component-id N"). Mirror ports: mirror one direction of each port.',
      ],
      references: [references.pktmon],
      streams: [],
    }
  },
}
