// A virtual switch or a network card's driver dropped packets of RPC, as the machine's own events say.
import { Frame } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import type { Drop } from '../../../etw/events/machine-model'
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { attempts } from '../../signs/network/attempts'
import { dropsOf } from '../../signs/network/machine-events'
import { evidence, listSome, plural } from '../../text/wording'

export const droppedInHost: Rule = {
  id: 'dropped-in-host',
  title: 'The virtual switch or the network card dropped packets',
  meaning:
    'The events of the trace say that packets of this connection were dropped before the TCP/IP driver saw them: by a virtual switch, or by the driver of a network card. ' +
    'Drops of multicast and of other connections are normal and are not reported.',
  *find(theCase) {
    const { machine, capture } = theCase
    if (!machine) return
    const byStream = new Map<number, Drop[]>()
    const add = (stream: number, drop: Drop) => byStream.set(stream, [...(byStream.get(stream) ?? []), drop])
    for (const drop of machine.drops) {
      if ((drop.cause !== 'switch' && drop.cause !== 'card') || drop.frame === undefined) continue
      const stream = capture.frames.get(Frame.Stream, drop.frame)
      if (stream !== NONE && theCase.connectionsOn(stream).length > 0) add(stream, drop)
    }
    for (const attempt of attempts(theCase))
      if (attempt.outcome === 'unanswered' && !byStream.has(attempt.stream))
        for (const drop of dropsOf(theCase, attempt))
          if (drop.cause === 'switch' || drop.cause === 'card') add(attempt.stream, drop)
    const lost = new Set(
      attempts(theCase)
        .filter(({ outcome }) => outcome === 'unanswered')
        .map(({ stream }) => stream),
    )
    for (const [stream, drops] of byStream) yield describe(theCase, stream, drops, lost.has(stream))
  },
}

function describe(theCase: Examination, stream: number, drops: Drop[], isLost: boolean): Occurrence {
  const isSwitch = drops.some(({ cause }) => cause === 'switch')
  const what = isSwitch ? 'virtual switch' : 'network card’s driver'
  const reasons = [...new Set(drops.map(({ where, text, reason }) => `${where}: ${text} (reason ${reason})`))]
  const [connection] = theCase.connectionsOn(stream)
  const ends = connection ? ` between ${connection.client.text} and ${connection.server.text}` : ''
  return {
    severity: isLost ? 'error' : 'warning',
    confidence: 'high',
    title: `The ${what} dropped ${isLost ? 'the connection attempt' : 'packets of this RPC connection'}`,
    explanation: `${plural(drops.length, 'packet')} of the connection${ends} ${drops.length === 1 ? 'was' : 'were'} dropped within the traced machine: ${listSome(reasons)}.${
      isLost ? ' None of the connection’s packets was answered.' : ' TCP sends such packets again, which costs time.'
    }`,
    atFault: {
      party: 'network',
      text: isSwitch
        ? 'the virtual switch: its port security, VLAN or access lists'
        : 'the network card’s driver of the traced machine',
    },
    fix: [
      {
        text: isSwitch
          ? 'Compare the VLAN, the access lists and the security settings of the virtual machine’s port with those of one that works.'
          : 'Update the card’s driver, and look at its counters of discarded packets.',
        copy: isSwitch
          ? 'Get-VMNetworkAdapter -VMName * | Get-VMNetworkAdapterAcl'
          : 'Get-NetAdapterStatistics | Format-List',
      },
    ],
    evidence: drops.flatMap(({ frame, where, text }) => evidence(frame, `dropped by ${where}: ${text}`)),
    streams: [stream],
    ...(isLost && { explains: { streams: [stream], isProven: true }, executed: 'no' as const }),
    fold: `${reasons.join('|')}|${ends}`,
  }
}
