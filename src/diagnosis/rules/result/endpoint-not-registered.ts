// The endpoint mapper does not know the interface: ept_s_not_registered. C706 appendix L.
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import { openingStubBytes } from '../../../capture/pdu'
import { eptMapRequest, Ept } from '../../../dissect/rpc/epm'
import { Reader } from '../../../dissect/reader'
import type { Examination } from '../../examination'
import { groupCalls, laterEvidence, occurrences } from '../../signs/call/fault'
import { EPM } from '../../../names/well-known'
import { dotnetLayer, eventLayer, hresultLayer, programShows, win32Layer, wireLayer } from '../../text/layers'
import { PROBE_MEANING, probeBy, PROBED } from '../../text/probes'
import { references } from '../../text/references'
import { grouped } from '../../look-up'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber, interfaceName } from '../../text/wording'

const NOT_REGISTERED = new Set([0x16c9a0d6, 0x6d9])
const NO_MORE_ENDPOINTS = 0x800706d9

/** Error: the interface was not reached. Note: it was, by a later question or by another way, or the client asks for one after another. */
export const endpointNotRegistered: Rule = {
  id: 'endpoint-not-registered',
  title: 'The endpoint mapper does not know the interface',
  meaning:
    'The client asked port 135 where a service listens, and the answer was that it is not registered: the service is not running (yet), has ' +
    'ended, or this is the wrong host. Blocked ports and wrong passwords do not do this. A note where the client asks for interface after interface.',
  *find(theCase) {
    const { calls } = theCase.conversation
    const maps = theCase.callsOf(EPM).filter((call) => calls.get(Call.Opnum, call) === Ept.Map)
    const later = new Map(
      maps.filter((call) => calls.get(Call.Status, call) === 0).map((call) => [question(theCase, call), call]),
    )
    const byQuestion = new Map<string, number[]>()
    for (const call of theCase.unexplained(maps)) {
      if (!NOT_REGISTERED.has(calls.get(Call.Status, call))) continue
      const known = byQuestion.get(question(theCase, call))
      if (known) known.push(call)
      else byQuestion.set(question(theCase, call), [call])
    }
    const probes = probesOf(theCase, byQuestion)
    for (const asked of probes.values()) yield describeProbe(theCase, asked)
    for (const [key, asked] of byQuestion) {
      if (probes.has(pairOf(theCase, asked[0]!))) continue
      const [group] = groupCalls(theCase, asked, () => true)
      if (!group) continue
      const name = askedFor(theCase, group.call)
      const found = (later.get(key) ?? -1) > group.call
      const reached = found ? undefined : reachedOtherwise(theCase, group.call)
      yield* occurrences(theCase, group, {
        severity: found || reached !== undefined ? 'note' : 'error',
        confidence: 'high',
        title: `No endpoint is registered on the server for ${name}`,
        explanation: `${group.connection.client.text} asked the endpoint mapper for ${name} and got the answer in frame ${group.frame} that none is registered.${found ? ' A later question for the same interface was answered.' : ''}${reached === undefined ? '' : ` Calls of the interface were answered all the same, in frame ${frameNumber(theCase.conversation.calls.get(Call.ResponseFrame, reached))}: the client knew another way.`}`,
        symptom: programShows(theCase.names, NO_MORE_ENDPOINTS),
        atFault: {
          party: 'server',
          text: `the service that offers ${name}: it does not run there, or has not registered`,
        },
        effect:
          reached === undefined && !found
            ? `No call of ${name} was possible`
            : 'None: the interface was reached another way',
        evidence: found ? laterEvidence(theCase, group) : [],
        layers: [
          wireLayer(theCase.names, group.status, 'wire (ept_map answer)'),
          win32Layer(theCase.names, 1753),
          hresultLayer(theCase.names, NO_MORE_ENDPOINTS, 'COM client'),
          dotnetLayer(NO_MORE_ENDPOINTS),
          eventLayer('1753', 'in the events of Active Directory replication, DFSR and others that name the error'),
        ],
        fix: [
          {
            text: `On the server, check that the service that offers ${name} runs; after a restart of the host it may not have registered yet. List what is registered:`,
            copy: `portqry -n ${group.connection.server.text} -e 135`,
          },
          {
            text: 'Check that the name led to the right host: an outdated DNS record sends clients to a machine that never had the service.',
          },
        ],
        references: [references.replication1753],
        explains: { calls: asked },
        filter: 'epm.opnum == 3 && epm.rc == 0x16c9a0d6',
      })
    }
  },
}

function pairOf(theCase: Examination, call: number): string {
  const { client, server } = theCase.connectionOf(call)
  return theCase.pairOf(client.text, server.text)
}

/** Questions of clients that ask one server for interface after interface, by client and server. */
function probesOf(theCase: Examination, byQuestion: ReadonlyMap<string, number[]>): Map<string, number[]> {
  const byPair = grouped([...byQuestion.values()], ([first]) => pairOf(theCase, first!))
  return new Map(
    [...byPair].flatMap(([pair, questions]): [string, number[]][] =>
      questions.length >= PROBED ? [[pair, questions.flat().sort((one, other) => one - other)]] : [],
    ),
  )
}

function describeProbe(theCase: Examination, asked: readonly number[]): Occurrence {
  const { calls } = theCase.conversation
  const first = theCase.connectionOf(asked[0]!)
  const names = [...new Set(asked.map((call) => askedFor(theCase, call)))]
  return {
    ...probeBy(first.client.text),
    title: 'The client likely probes which interfaces are registered',
    explanation: `${first.client.text} asked the endpoint mapper of ${first.server.text} for ${names.length} interfaces that are not registered there, ${names[0]!} first. ${PROBE_MEANING}`,
    evidence: [
      ...evidence(calls.get(Call.ResponseFrame, asked[0]!), `${names[0]!} is not registered`),
      ...evidence(calls.get(Call.ResponseFrame, asked.at(-1)!), `${names.at(-1)!} is not registered`),
    ],
    references: [references.c706],
    streams: [...new Set(asked.map((call) => theCase.connectionOf(call).stream))],
    filter: 'epm.opnum == 3 && epm.rc == 0x16c9a0d6',
    count: names.length,
    explains: { calls: [...asked] },
  }
}

/** Server and interface that a call asks about. */
function question(theCase: Examination, call: number): string {
  return `${theCase.connectionOf(call).server.text} ${askedFor(theCase, call)}`
}

/** A call of the interface asked for that this server answered to this client: by a pipe, or by a port that the client knew. */
function reachedOtherwise(theCase: Examination, call: number): number | undefined {
  const { client, server } = theCase.connectionOf(call)
  const uuid = uuidAskedFor(theCase, call)
  const index = uuid === undefined ? -1 : theCase.conversation.interfaces.indexOf(uuid)
  return index < 0 ? undefined : theCase.answered.first(client.text, server.text, index)
}

function askedFor(theCase: Examination, call: number): string {
  const uuid = uuidAskedFor(theCase, call)
  return uuid === undefined ? 'the interface' : interfaceName(theCase, uuid)
}

function uuidAskedFor(theCase: Examination, call: number): string | undefined {
  const pdu = theCase.conversation.calls.get(Call.RequestPdu, call)
  if (pdu === NONE) return undefined
  return eptMapRequest(new Reader(openingStubBytes(theCase.capture, pdu)), theCase.isNdr64(call)).tower?.interface
}
