// Calls work one way; the connection that the server opens back to the client does not. COM callbacks and sinks.
import { failedPorts } from '../../signs/network/failed-ports'
import { ENDPOINT_MAPPER, attemptEvidence } from '../../signs/network/ports'
import { NONE } from '../../../capture/table'
import { Call, type Connection } from '../../../conversation/model'
import { IACTIVATION, IREMOTE_WINSPOOL, ISYSTEM_ACTIVATOR, SPOOLSS } from '../../../names/well-known'
import type { Examination } from '../../examination'
import { eventLayer, faultLayers, unavailableLayers } from '../../text/layers'
import { explainedByRejection, rejectionEvidence, rejections } from '../../signs/call/rejection'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber, list, statusText } from '../../text/wording'
import { who } from '../../text/identities'
import { references } from '../../text/references'

const LOWEST_DYNAMIC = 1025

/** Error: the server tried, and the callbacks that the client waits for cannot arrive. */
export const callbackBlocked: Rule = {
  id: 'callback-blocked',
  title: 'The server cannot call the client back',
  meaning:
    'Events, asynchronous results and OPC data changes need a connection from the server to the client. The client’s own firewall often forbids it: calls work, and nothing ever arrives. An error; likely, since the frames do not show what the connection is for.',
  *find(theCase) {
    const pairs = new Map<string, number>()
    const objects = new Set<string>()
    for (const connection of theCase.conversation.connections) {
      const key = theCase.pairOf(connection.client.text, connection.server.text)
      if (!pairs.has(key)) pairs.set(key, connection.firstFrame)
      if (callsBack(theCase, connection)) objects.add(key)
    }
    yield* refusedCallbacks(theCase, pairs)
    for (const group of [...failedPorts(theCase, 'unanswered'), ...failedPorts(theCase, 'refused')]) {
      const { client: caller, server: sink, port, failed, after, instead } = group
      // A server that is called by nothing that calls back has other reasons to reach for the client.
      const since = objects.has(`${sink} ${caller}`) ? pairs.get(`${sink} ${caller}`) : undefined
      const back = port === ENDPOINT_MAPPER || port >= LOWEST_DYNAMIC
      if (
        since === undefined ||
        since > failed[0]!.synFrame ||
        !back ||
        (after ?? instead) ||
        pairs.has(`${caller} ${sink}`)
      )
        continue
      const refused = failed[0]!.outcome === 'refused'
      yield {
        severity: 'error',
        confidence: 'medium',
        title: 'The server cannot connect back to the client, likely for callbacks',
        explanation: `${sink} has called ${caller} since frame ${frameNumber(since)}. From frame ${frameNumber(failed[0]!.synFrame)} on the server tries to open a connection in the other direction, to port ${port} of the client, and ${refused ? 'is refused' : 'gets no answer'}. Callbacks (events, asynchronous results, OPC data changes) travel over such a connection.`,
        symptom:
          'No error in the calls, but events and asynchronous results never arrive; OPC groups report 0x80040202 or 0x800706BA.',
        atFault: {
          party: 'client',
          text: `the firewall of the client, or one on the path, for connections from the server`,
        },
        effect: 'No callback reaches the client.',
        layers: unavailableLayers(theCase.names, {
          layer: 'wire (TCP)',
          code: '',
          text: `SYN from the server to the client's port ${port} ${refused ? 'refused' : 'unanswered'}`,
        }),
        evidence: [...evidence(since, 'calls from client to server work'), ...attemptEvidence(theCase, group)],
        fix: [
          {
            text: `On the client ${sink}, allow TCP port 135 and the program that receives the callbacks from ${caller}; for WMI that is unsecapp.exe.`,
            copy: `New-NetFirewallRule -DisplayName "RPC callbacks" -Direction Inbound -Protocol TCP -RemoteAddress ${caller} -LocalPort RPC,RPCEPMap -Action Allow`,
          },
          {
            text: 'The server logs on to the client with its own account: make it known there (a domain account, or the same name and password).',
          },
          {
            text: 'For WMI use semisynchronous calls (ExecQuery with wbemFlagReturnImmediately), which need no callback.',
          },
        ],
        references: [references.callbacks],
        streams: failed.map(({ stream }) => stream),
        filter: `tcp.flags.syn == 1 && tcp.port == ${port}`,
        explains: { streams: failed.map(({ stream }) => stream) },
      }
    }
  },
}

/** True if a connection is of a kind whose servers call clients back: COM objects, and printers that report changes. */
function callsBack(theCase: Examination, { contexts }: Connection): boolean {
  return contexts.some(
    ({ interface: uuid }) =>
      theCase.names.isCom(uuid) ||
      uuid === ISYSTEM_ACTIVATOR ||
      uuid === IACTIVATION ||
      uuid === SPOOLSS ||
      uuid === IREMOTE_WINSPOOL,
  )
}

/** Calls of objects that come back from a server, under an account that the client does not accept. */
function* refusedCallbacks(theCase: Examination, pairs: ReadonlyMap<string, number>): Generator<Occurrence> {
  const { calls } = theCase.conversation
  for (const rejection of rejections(theCase)) {
    if (!rejection.calls.some((call) => calls.get(Call.Object, call) !== NONE)) continue
    const { connection, security, statuses } = rejection
    const [caller, sink] = [connection.client.text, connection.server.text]
    const since = pairs.get(theCase.pairOf(sink, caller))
    if (since === undefined || since > (pairs.get(theCase.pairOf(caller, sink)) ?? NONE)) continue
    yield {
      severity: 'error',
      confidence: 'medium',
      title: `The client refused the callback of ${who(security)}`,
      symptom: 'No error in the calls, but events and asynchronous results never arrive.',
      atFault: {
        party: 'account',
        text: `the account that the server calls back with, ${who(security)}, unknown on the client`,
      },
      effect: 'No callback reaches the client.',
      explanation: `${sink} has called ${caller} since frame ${frameNumber(since)}. Then the server called back to the client as ${who(security)} (${list(rejection.methods)}), and the client refused that with ${list(
        statuses.map((status) => statusText(theCase, status)),
        'then',
      )}. Callbacks (events, asynchronous results, OPC data changes) travel under the server's account, which the client must know.`,
      layers: [
        ...faultLayers(theCase.names, statuses[0]!),
        eventLayer('4625', `Security log of the client ${sink}: the logon of the server's account`),
      ],
      evidence: [...evidence(since, 'calls from client to server work'), ...rejectionEvidence(theCase, rejection)],
      fix: [
        {
          text: `Make ${who(security)} known on ${sink} with the same password, or run the server under an account that both know; on ${sink} give it remote access (dcomcnfg, My Computer, COM Security, Access Permissions, Edit Limits).`,
        },
        {
          text: 'For WMI use semisynchronous calls (ExecQuery with wbemFlagReturnImmediately), which need no callback.',
        },
      ],
      streams: [connection.stream],
      executed: 'no',
      filter: `tcp.stream == ${connection.stream}`,
      fold: `${caller}|${sink}|${statuses[0]}`,
      explains: explainedByRejection(theCase, rejection),
    }
  }
}
