// Many connections at once, some of them refused or lost: the queue of a listening socket is short.
import { isScan } from '../../signs/network/scans'
import { attempts } from '../../signs/network/attempts'
import type { Attempt } from '../../signs/network/attempts'
import { secondsBetween } from '../../../conversation/time'
import { isRpcPort } from '../../signs/network/ports'
import type { Rule } from '../../rule'
import { evidence, plural } from '../../text/wording'
import { references } from '../../text/references'

const MANY = 10
const WITHIN_SECONDS = 1

export const connectionBurst: Rule = {
  id: 'connection-burst',
  title: 'Many connections at once, and some fail',
  meaning:
    'A client opens ten or more connections to one port within a second; some succeed and some are refused or lost. The listening queue of the server, or the ports of the client, run out. A warning; scans are left out.',
  *find(theCase) {
    const groups = new Map<string, Attempt[]>()
    for (const attempt of attempts(theCase)) {
      const key = `${attempt.client} ${attempt.server} ${attempt.port}`
      const known = groups.get(key)
      if (known) known.push(attempt)
      else groups.set(key, [attempt])
    }
    for (const all of groups.values()) {
      const failed = all.filter(
        ({ outcome, stream }) => (outcome === 'refused' || outcome === 'unanswered') && !isScan(theCase, stream),
      )
      if (all.length < MANY || failed.length === 0 || failed.length === all.length) continue
      const { client, server, port } = all[0]!
      const dense = all.some((attempt, i) => {
        const later = all[i + MANY - 1]
        return later && secondsBetween(theCase.capture.frames, attempt.synFrame, later.synFrame) <= WITHIN_SECONDS
      })
      if (!dense || !isRpcPort(theCase, server, port)) continue
      yield {
        severity: 'warning',
        confidence: 'medium',
        title: `${failed.length} of ${plural(all.length, 'connection')} in a burst failed`,
        explanation: `${client} sent ten or more SYNs to port ${port} of ${server} within a second; most were accepted and ${failed.length} refused or lost. The program sees a mixture of 0x800706BA, 0x800706BE and 0x800706BF that comes and goes with the load.`,
        evidence: failed.slice(0, 5).flatMap(({ synFrame, outcome }) => evidence(synFrame, `SYN, ${outcome}`)),
        symptom: '0x800706BA, 0x800706BE and 0x800706BF that come and go with the load',
        atFault: {
          party: 'client',
          text: 'the client, which opens a connection for each call; or a short listening queue of the server',
        },
        effect: `${plural(failed.length, 'connection')} did not come about.`,
        fix: [
          { text: 'Let the client keep and share its connections instead of opening one for each call.' },
          {
            text: 'On the client, count the ports in TIME_WAIT; if there are thousands, widen the range of ephemeral ports.',
            copy: '(Get-NetTCPConnection -State TimeWait).Count; netsh int ipv4 show dynamicport tcp',
          },
        ],
        references: [references.refusedUnderLoad],
        streams: failed.map(({ stream }) => stream),
        filter: `tcp.flags.syn == 1 && tcp.port == ${port}`,
        explains: { streams: failed.map(({ stream }) => stream) },
      }
    }
  },
}
