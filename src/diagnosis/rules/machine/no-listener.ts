// The machine's own events say that no program listens on the port.
import type { Examination } from '../../examination'
import type { Occurrence, Rule } from '../../rule'
import { type Attempt, attempts } from '../../signs/network/attempts'
import { dropsOf, processText, secondsOf } from '../../signs/network/machine-events'
import { concernsRpc, portName } from '../../signs/network/ports'
import { evidence } from '../../text/wording'
import type { OwnedEndpoint } from '../../../etw/events/machine-model'

export const noListener: Rule = {
  id: 'no-listener',
  title: 'No program listens on the port, as the server itself says',
  meaning:
    'The events of the trace say that the server’s TCP stack found no endpoint for the connection. It is not a firewall: the program that should listen is not there, ' +
    'or listens elsewhere.',
  *find(theCase) {
    const { machine } = theCase
    if (!machine) return
    for (const attempt of attempts(theCase)) {
      if (attempt.outcome === 'open' || theCase.isEndProven(attempt.stream)) continue
      const drops = dropsOf(theCase, attempt).filter(({ cause }) => cause === 'no-listener')
      const owner = endedOwner(theCase, attempt)
      if (drops.length === 0 && !owner) continue
      if (!owner && !concernsRpc(theCase, attempt)) continue
      yield describe(theCase, attempt, drops, owner)
    }
  },
}

/** The process that had the port as an RPC endpoint and ended, or gave it up, before the attempt. */
function endedOwner(theCase: Examination, { port, synFrame, outcome }: Attempt): OwnedEndpoint | undefined {
  const { endpoints, processes } = theCase.machine!
  const tried = secondsOf(theCase, synFrame)
  if (outcome !== 'refused') return undefined
  return endpoints.findLast(
    (owner) =>
      owner.endpoint === String(port) &&
      owner.seconds < tried &&
      (processes.get(owner.processId)?.ended ?? owner.gone ?? Infinity) <= tried,
  )
}

function describe(
  theCase: Examination,
  { client, server, port, synFrame, answerFrame, stream }: Attempt,
  drops: ReturnType<typeof dropsOf>,
  owner: OwnedEndpoint | undefined,
): Occurrence {
  const machine = theCase.machine!
  const program = owner && processText(machine, owner.processId)
  const hasEnded = owner && machine.processes.get(owner.processId)?.ended !== undefined
  return {
    severity: 'error',
    confidence: 'high',
    title: owner
      ? `The server’s process behind port ${port} ${hasEnded ? 'had ended' : 'had given the port up'}`
      : `No program listened on port ${port} of the server`,
    explanation:
      `${client} asked ${server} for a connection to ${portName(port)}. ` +
      (drops.length > 0
        ? `The server’s own events say that ${drops[0]!.where} found no endpoint for it (${drops[0]!.text}), so no firewall was involved. `
        : '') +
      (owner
        ? `${program} had registered the port as an RPC endpoint and ${hasEnded ? 'ended' : 'unregistered it'} before the attempt. The client still used the old port number.`
        : 'The program that should listen there was not running, or had been given another port since the client learnt this one.'),
    atFault: {
      party: 'server',
      text: owner ? `${program}, which was gone` : `the program on ${server} that should listen on port ${port}`,
    },
    fix: [
      {
        text: owner
          ? `Find out why ${program} ended: look into the System and Application logs of ${server} at that time. Then restart the client, so that it asks the endpoint mapper again.`
          : `On ${server}, see which program listens: the port must be in this list.`,
        ...(!owner && { copy: `netstat -ano -p TCP | findstr :${port}` }),
      },
    ],
    evidence: [
      ...evidence(synFrame, `SYN to port ${port}`),
      ...drops.flatMap(({ frame }) => evidence(frame, 'no endpoint was found for it')),
      ...evidence(answerFrame, 'the server refuses with RST'),
    ],
    streams: [stream],
    executed: 'no',
    fold: `${client}|${server}|${port}`,
    explains: { streams: [stream], isProven: true },
    filter: `tcp.port == ${port}`,
  }
}
