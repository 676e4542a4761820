// Calls work one way; the connection that the server opens back to the client does not. COM callbacks and sinks.
import { failedPorts } from '../../signs/attempts'
import { ENDPOINT_MAPPER, attemptEvidence } from '../../signs/ports'
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import type { Examination } from '../../examination'
import { eventLayer, faultLayers, unavailableLayers } from '../../text/layers'
import { explain, refusalEvidence, rejections } from '../../signs/rejection'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber, list, statusText } from '../../text/wording'
import { who } from '../../text/identities'

const LOWEST_DYNAMIC = 1025

export const callbackBlocked: Rule = {
  id: 'callback-blocked',
  title: 'The server cannot call the client back',
  meaning:
    'Events, asynchronous results and OPC data changes need a connection from the server to the client. The client’s own firewall often forbids it: calls work, and nothing ever arrives.',
  covers: ['R26'],
  *find(theCase) {
    const pairs = new Map<string, number>()
    for (const { client, server, firstFrame } of theCase.conversation.connections) {
      const key = `${client.text} ${server.text}`
      if (!pairs.has(key)) pairs.set(key, firstFrame)
    }
    yield* refusedCallbacks(theCase, pairs)
    for (const group of [...failedPorts(theCase, 'unanswered'), ...failedPorts(theCase, 'refused')]) {
      const { client: caller, server: sink, port, failed, after } = group
      const since = pairs.get(`${sink} ${caller}`)
      const back = port === ENDPOINT_MAPPER || port >= LOWEST_DYNAMIC
      if (since === undefined || since > failed[0]!.synFrame || !back || after || pairs.has(`${caller} ${sink}`))
        continue
      for (const { stream } of failed) theCase.explainEnd(stream, callbackBlocked.id)
      const refused = failed[0]!.outcome === 'refused'
      yield {
        severity: 'error',
        confidence: 'medium',
        title: `${caller} cannot call ${sink} back: port ${port} of the client ${refused ? 'refuses' : 'does not answer'}`,
        explanation: `${sink} has worked with ${caller} since frame ${frameNumber(since)}. From frame ${frameNumber(failed[0]!.synFrame)} on the server tries to open a connection in the other direction, to port ${port} of the client, and ${refused ? 'is refused' : 'gets no answer'}. Callbacks (events, asynchronous results, OPC data changes) travel over such a connection.`,
        layers: unavailableLayers(theCase.names, {
          layer: 'wire (TCP)',
          code: '',
          text: `SYN from the server to the client's port ${port} ${refused ? 'refused' : 'unanswered'}`,
        }),
        evidence: [...evidence(since, 'calls from client to server work'), ...attemptEvidence(theCase, group)],
        advice: [
          `On the client ${sink} allow TCP 135 and the dynamic ports, or the program, from ${caller}; for WMI the exception for unsecapp.exe.`,
          'The server logs on to the client with its own account: both sides must know each other’s accounts.',
          'For WMI use semisynchronous calls, which need no callback.',
        ],
        references: [{ title: 'KB875605: WMI and asynchronous callbacks through a firewall' }],
        streams: failed.map(({ stream }) => stream),
        filter: `${caller.includes(':') ? 'ipv6' : 'ip'}.src == ${caller} && tcp.flags.syn == 1 && tcp.flags.ack == 0`,
      }
    }
  },
}

/** Calls of objects that come back from a server, under an account that the client does not accept. */
function* refusedCallbacks(theCase: Examination, pairs: ReadonlyMap<string, number>): Generator<Occurrence> {
  const { calls } = theCase.conversation
  for (const refusal of rejections(theCase)) {
    const { connection, security, statuses, methods } = refusal
    const [caller, sink] = [connection.client.text, connection.server.text]
    const since = pairs.get(`${sink} ${caller}`)
    const onObject = refusal.calls.some((call) => calls.get(Call.Object, call) !== NONE)
    if (since === undefined || since > (pairs.get(`${caller} ${sink}`) ?? NONE) || !onObject) continue
    explain(theCase, refusal, callbackBlocked.id)
    yield {
      severity: 'error',
      confidence: 'medium',
      title: `${sink} refuses the callback of ${caller}: it does not accept ${who(security)}`,
      explanation: `${sink} has worked with ${caller} since frame ${frameNumber(since)}. Then the server called back to the client as ${who(security)} (${list(methods)}), and the client refused that with ${list(
        statuses.map((status) => statusText(theCase, status)),
        'then',
      )}. Callbacks (events, asynchronous results, OPC data changes) travel under the server's account, which the client must know.`,
      layers: [
        ...faultLayers(theCase.names, statuses[0]!),
        eventLayer('4625', `Security log of the client ${sink}: the logon of the server's account`),
      ],
      evidence: [...evidence(since, 'calls from client to server work'), ...refusalEvidence(theCase, refusal)],
      advice: [
        `Make ${who(security)} known on ${sink} with the same password, or run the server under an account that both know; on ${sink} give it remote access (dcomcnfg, My Computer, COM Security, Access Permissions, Edit Limits).`,
        'For WMI use semisynchronous calls, which need no callback.',
      ],
      streams: [connection.stream],
      executed: 'no',
      filter: `tcp.stream == ${connection.stream}`,
      fold: `${caller}|${sink}|${statuses[0]}`,
    }
  }
}
