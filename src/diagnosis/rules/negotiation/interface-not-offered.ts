// The server does not have the interface at this endpoint. C706 12.6.4.4, provider reason 1.
import { NCA_UNKNOWN_INTERFACE } from '../../../names/statuses'
import { IACTIVATION, IOBJECT_EXPORTER, ISYSTEM_ACTIVATOR } from '../../../names/well-known'
import { Call, type Connection } from '../../../conversation/model'
import { reachedAfter } from '../../signs/call/afterwards'
import { hresultLayer, win32Layer, win32Symptom } from '../../text/layers'
import { PROBE_MEANING, probeBy, PROBED } from '../../text/probes'
import { references } from '../../text/references'
import { grouped } from '../../look-up'
import type { Examination } from '../../examination'
import type { FixStep } from '../../finding'
import type { Occurrence, Rule } from '../../rule'
import { connectionTraits } from '../../signs/connection-traits'
import { callEvidence, clientText, evidence, frameNumber, interfaceName, serverText } from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'

const ABSTRACT_SYNTAX = 1

/** Interfaces of DCOM that every Windows offers at port 135. */
const DCOM: ReadonlySet<string> = new Set([ISYSTEM_ACTIVATOR, IACTIVATION, IOBJECT_EXPORTER])
const EPM_PORT = 135
const NO_DCOM: FixStep = {
  text: 'Check that the name leads to the Windows host that you mean: a Samba server answers at port 135 as well, and has no DCOM and no WMI.',
}

export const interfaceNotOffered: Rule = {
  id: 'interface-not-offered',
  title: 'The server does not offer the interface here',
  meaning:
    'Every offer of one interface was refused because the server does not know it at this port or pipe: the service that has it is not ' +
    'there (not running, other port, older system), or its major version differs. An error when the client reached it nowhere; a note when it did, or when it tries interface after interface.',
  *find(theCase) {
    if (!connectionTraits(theCase).refusalReasons.has(ABSTRACT_SYNTAX)) return
    const probes = probesOf(theCase)
    for (const probe of probes.values()) yield tellProbe(theCase, probe)
    for (const connection of theCase.conversation.connections) {
      const refused = refusedEverywhere(connection)
      if (refused.length === 0 || probes.has(pairOf(connection))) continue
      const offers = grouped(connection.contexts, (context) => context.interface)
      const calls = grouped(connection.calls, (call) => theCase.interfaceOf(call))
      for (const uuid of refused) {
        const contexts = offers.get(uuid)!
        const { answeredFrame, offeredFrame, version } = contexts[0]!
        const name = interfaceName(theCase, uuid)
        const called = calls.get(uuid) ?? []
        const others = connection.calls.length > called.length
        const goesOn = others && callsAfter(theCase, connection, uuid, answeredFrame ?? connection.firstFrame)
        if (goesOn && called.length === 0) {
          yield {
            ...BY_DESIGN,
            kind: 'normal',
            severity: 'note',
            confidence: 'high',
            title: `The server does not offer ${name}; the client did not need it`,
            explanation: `The client offered ${serverText(connection)} several interfaces; ${name} was refused in frame ${frameNumber(answeredFrame!)}, and it went on with the others.`,
            evidence: evidence(answeredFrame, `${name}: abstract syntax not supported`),
            streams: [connection.stream],
            fold: `unused|${connection.server.text}|${uuid}`,
          }
          continue
        }
        const reached = reachedAfter(theCase, connection, new Set([uuid]), answeredFrame ?? connection.firstFrame)
        yield {
          severity: reached !== undefined ? 'note' : others ? 'warning' : 'error',
          confidence: 'high',
          title:
            reached === undefined
              ? `The server does not offer ${name} ${version} at this endpoint`
              : `The server did not offer ${name} here; elsewhere it answered`,
          symptom: win32Symptom(theCase.names, 1717),
          atFault: { party: 'server', text: `the service that has ${name}: it is not at this port or pipe` },
          effect:
            reached === undefined
              ? `No call of ${name} was possible.`
              : 'None that lasted: the client reached it elsewhere.',
          explanation: `${clientText(connection)} asked ${serverText(connection)} for ${name} version ${version}, and the server refused every offer of it in frame ${frameNumber(answeredFrame!)}: abstract syntax not supported.${goesOn ? ' Other interfaces of the same connection went on working.' : others ? ' Other interfaces of the same connection had worked before; no call follows the refusal.' : ''}`,
          layers: [
            { layer: 'wire (bind_ack)', code: '2, 1', text: 'provider rejection: abstract syntax not supported' },
            win32Layer(theCase.names, 1717),
            hresultLayer(theCase.names, 0x800706b5, 'COM client'),
          ],
          evidence: [
            ...evidence(offeredFrame, `${name} is asked for`),
            ...evidence(answeredFrame, 'refused: abstract syntax not supported'),
            ...(reached === undefined ? [] : callEvidence(theCase, reached, `${name} answers elsewhere`)),
          ],
          fix: [
            ...(DCOM.has(uuid) && connection.server.port === EPM_PORT ? [NO_DCOM] : []),
            {
              text: `Check that the service that has ${name} runs on ${connection.server.text}, and that the client connects to the right host and port.`,
            },
            {
              text: 'Ask the endpoint mapper where it listens; a cached endpoint may belong to a process that has ended, and an older system may have another major version.',
              copy: `portqry -n ${connection.server.text} -e 135`,
            },
          ],
          references: [references.c706],
          streams: [connection.stream],
          filter: 'dcerpc.cn_ack_result == 2 && dcerpc.cn_ack_reason == 1',
          fold: `${connection.server.text}|${uuid}|${reached !== undefined}`,
          explains: {
            calls: called.filter((call) => theCase.conversation.calls.get(Call.Status, call) === NCA_UNKNOWN_INTERFACE),
          },
        }
      }
    }
  },
}

/** What one client asked one server for without success. */
interface Probe {
  connections: Connection[]
  interfaces: Set<string>
}

function pairOf({ client, server }: Connection): string {
  return `${client.text} ${server.text}`
}

/** Clients that try interface after interface, by client and server. */
function probesOf({ conversation }: Examination): Map<string, Probe> {
  const asked = new Map<string, Probe>()
  for (const connection of conversation.connections) {
    const refused = refusedEverywhere(connection)
    if (refused.length === 0) continue
    const probe = asked.get(pairOf(connection)) ?? { connections: [], interfaces: new Set<string>() }
    asked.set(pairOf(connection), probe)
    probe.connections.push(connection)
    for (const uuid of refused) probe.interfaces.add(uuid)
  }
  for (const [pair, { interfaces }] of asked) if (interfaces.size < PROBED) asked.delete(pair)
  return asked
}

function tellProbe(theCase: Examination, { connections, interfaces }: Probe): Occurrence {
  const first = connections[0]!
  const frames = connections.flatMap(({ contexts }) => contexts.flatMap(({ answeredFrame }) => answeredFrame ?? []))
  return {
    ...probeBy(first.client.text),
    title: 'The client likely probes which interfaces the server offers',
    explanation: `${clientText(first)} asked ${serverText(first)} for ${interfaces.size} interfaces that it does not offer there, ${interfaceName(theCase, [...interfaces][0]!)} first. ${PROBE_MEANING}`,
    evidence: [
      ...evidence(frames[0], 'the first interface is refused: abstract syntax not supported'),
      ...evidence(frames.length > 1 ? frames.at(-1) : undefined, 'the last one'),
    ],
    streams: [...new Set(connections.map(({ stream }) => stream))],
    filter: 'dcerpc.cn_ack_result == 2 && dcerpc.cn_ack_reason == 1',
  }
}

/** Interfaces of which every offer was refused with reason 1. */
function refusedEverywhere({ contexts }: Connection): string[] {
  if (!contexts.some(({ state, reason }) => state === 'refused' && reason === ABSTRACT_SYNTAX)) return []
  const refused = new Set<string>()
  const others = new Set<string>()
  for (const { state, reason, interface: uuid } of contexts) {
    if (state === 'refused' && reason === ABSTRACT_SYNTAX) refused.add(uuid)
    else if (state === 'accepted' || state === 'offered' || state === 'inferred') others.add(uuid)
  }
  return [...refused].filter((uuid) => !others.has(uuid))
}

/** True if a call of another interface follows a frame on the connection. */
function callsAfter(theCase: Examination, { calls }: Connection, uuid: string, frame: number): boolean {
  for (let at = calls.length - 1; at >= 0; at--) {
    if (theCase.frameOf(calls[at]!) <= frame) return false
    if (theCase.interfaceOf(calls[at]!) !== uuid) return true
  }
  return false
}
