// The server names addresses for its objects that this client cannot use. MS-DCOM 2.2.19.3, 3.2.4.1.1.2.
import { answersOf } from '../../signs/network/siblings'
import { NONE } from '../../../capture/table'
import { Call, Outcome } from '../../../conversation/model'
import { openingStubBytes } from '../../../capture/pdu'
import { mappedEndpoints } from '../../../conversation/learnt-endpoints'
import { nameRejections, type NameRejection } from '../../../conversation/name-answers'
import { secondsBetween } from '../../../conversation/time'
import { activationResponse, remoteActivationResponse } from '../../../dissect/com/activation'
import { resolveResponse, serverAlive2Response } from '../../../dissect/com/objectexporter'
import type { Bindings } from '../../../dissect/com/objref'
import { Reader } from '../../../dissect/reader'
import { type Attempt, attempts } from '../../signs/network/attempts'
import { failedPorts } from '../../signs/network/failed-ports'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { EPM, IACTIVATION, IOBJECT_EXPORTER, ISYSTEM_ACTIVATOR } from '../../../names/well-known'
import { unavailableLayers } from '../../text/layers'
import { FrameIndex } from '../../signs/frame-index'
import { attemptEvidence } from '../../signs/network/ports'
import { reached } from '../../signs/call/reached'
import { references } from '../../text/references'
import { symptoms } from '../../text/symptoms'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber, interfaceName, list, listSome, methodName } from '../../text/wording'

const TCP_TOWER = 0x07
/** Opnums of IObjectExporter. */
const RESOLVE_OXID = 0
const RESOLVE_OXID2 = 4
const SERVER_ALIVE2 = 5
/** How long after the activation a client tries the addresses. */
const TRIES_SECONDS = 90
/** Attempts that are looked at for each address: a client that goes on trying shows nothing new. */
const MOST_TRIED = 64
const ADDRESS = /^[\d.]+$|:/

export const unusableBinding: Rule = {
  id: 'unusable-binding',
  title: 'The server names addresses that the client cannot reach',
  meaning:
    'A DCOM server answers an activation with a list of its own addresses, and the endpoint mapper names an address beside the port. A client that ' +
    'connects to those, not to the address that it used before, may fail behind address translation or where the server has several networks. ' +
    'An error only where none of the addresses worked; clients that keep their own address and use only the port are fine.',
  *find(theCase) {
    yield* foreignTowers(theCase)
    const { calls } = theCase.conversation
    const askers = [ISYSTEM_ACTIVATOR, IACTIVATION, IOBJECT_EXPORTER].flatMap((uuid) => theCase.callsOf(uuid))
    for (const call of askers.sort((one, other) => one - other)) {
      const bindings = bindingsOf(theCase, call)
      if (!bindings) continue
      const { client, server, stream } = theCase.connectionOf(call)
      const answered = calls.get(Call.ResponseFrame, call)
      const hosts = [...new Set(bindings.bindings.filter(({ tower }) => tower === TCP_TOWER).map(({ host }) => host))]
      if (hosts.length === 0 || hosts.includes(server.text)) continue
      const numeric = hosts.filter((host) => ADDRESS.test(host))
      const tried = triedSoon(theCase, client.text, numeric, answered)
      if (openedSoon(theCase, client.text, numeric, answered) || reached(theCase, client.text, server.text, answered))
        continue
      const unknown = unknownNames(theCase, client.text, hosts, answered)
      const names = hosts.filter((host) => unknown.some(({ name }) => sameHost(name, host)))
      // ServerAlive2 is a first question: a client that then goes no further may just have wanted to know.
      const asked = theCase.interfaceOf(call) === IOBJECT_EXPORTER && calls.get(Call.Opnum, call) === SERVER_ALIVE2
      if (tried.length === 0 && names.length === 0 && (numeric.length === 0 || asked)) continue
      yield {
        severity: 'error',
        confidence: tried.length > 0 || names.length > 0 ? 'high' : 'medium',
        title:
          tried.length === 0 && names.length > 0
            ? 'The server names a host name that the client cannot resolve'
            : tried.length > 0
              ? 'The server names addresses that the client cannot reach'
              : 'The server likely names only addresses that the client cannot use',
        explanation: `${methodName(theCase, call)} succeeded in frame ${frameNumber(answered)}. Its answer names ${listSome(hosts)} as the place of the object; the client had used ${server.text}, which is not among them. ${names.length > 0 ? `The name service answered that ${list(names)} does not exist. ` : ''}${tried.length > 0 ? describeTried(tried) : 'No connection to any of them follows.'} DCOM does not work across address translation.`,
        symptom: `After a pause: ${symptoms.unavailable}`,
        atFault: { party: 'network', text: 'address translation or a missing route between the two hosts' },
        effect: 'The server was found, the service behind it was not reached.',
        layers: unavailableLayers(theCase.names, {
          layer: 'wire (DCOM)',
          code: '',
          text: `bindings ${list(hosts)} instead of ${server.text}`,
        }),
        evidence: [
          ...evidence(calls.get(Call.RequestFrame, call), `${methodName(theCase, call)} asked of ${server.text}`),
          ...evidence(answered, `answered; bindings: ${listSome(hosts)}`),
          ...unknown.slice(0, 4).flatMap(({ frame, name }) => evidence(frame, `${name}: no such name`)),
          ...tried
            .slice(0, 4)
            .flatMap(({ synFrame, server: to, port }) =>
              evidence(synFrame, `SYN to ${to} port ${port}, no connection`),
            ),
        ],
        advice: ADVICE,
        references: [references.stringBinding],
        streams: [stream, ...tried.map((attempt) => attempt.stream)],
        filter: 'isystemactivator || (tcp.flags.syn == 1 && tcp.flags.ack == 0)',
        fold: `${client.text}|${server.text}`,
        explains: { streams: tried.map((attempt) => attempt.stream) },
      }
    }
  },
}

const ADVICE = [
  'Give the client a route or a VPN to the addresses that the server names, or use WinRM (CIM: "New-CimSession") instead of DCOM; WinRM needs one port and names no address.',
  'Where the server names itself by host name, add that name with the address that works to DNS or to the client’s HOSTS file.',
  'On a server with several networks, remove the unreachable network card, or take it out of the binding order.',
]

/** Ports that the endpoint mapper named together with an address of its own, to which the client then went without success. */
function* foreignTowers(theCase: Examination): Generator<Occurrence> {
  const groups = [...failedPorts(theCase, 'unanswered'), ...failedPorts(theCase, 'refused')]
  if (groups.length === 0) return
  const failing = new Map(groups.map((group) => [`${group.client} ${group.server} ${group.port}`, group]))
  for (const endpoint of mappedEndpoints(theCase.capture, theCase.conversation, theCase.callsOf(EPM))) {
    const { client, server, address, port, asked, answered, stream } = endpoint
    const group = address === undefined || address === server ? undefined : failing.get(`${client} ${address} ${port}`)
    if (!group || group.after || group.instead || group.failed[0]!.synFrame < answered) continue
    // By the address that it had used the client may have found the port anyway.
    if (reached(theCase, client, server, answered)) continue
    failing.delete(`${client} ${address!} ${port}`)
    const refused = group.failed[0]!.outcome === 'refused'
    const name = interfaceName(theCase, endpoint.interface)
    yield {
      severity: 'error',
      confidence: 'high',
      title: 'The server names an address that the client cannot reach',
      explains: { streams: group.failed.map((attempt) => attempt.stream) },
      explanation: `${client} asked the endpoint mapper at ${server} for ${name}; the answer in frame ${frameNumber(answered)} names port ${port} at ${address!}, another address than the one that the client had used. The client went there and ${refused ? 'was refused' : 'got no answer'}. Most likely there is address translation between the two hosts, or ${address!} belongs to a network of the server that the client has no way to.`,
      symptom: `After a pause: ${symptoms.unavailable}`,
      atFault: { party: 'network', text: 'address translation or a missing route between the two hosts' },
      effect: 'The server was found, the service behind it was not reached.',
      layers: unavailableLayers(theCase.names, {
        layer: 'wire (RPC)',
        code: '',
        text: `port ${port} at ${address!} instead of ${server}`,
      }),
      evidence: [
        ...evidence(asked, `the client asks at ${server} where to find ${name}`),
        ...evidence(answered, `the answer names ${address!} port ${port}`),
        ...attemptEvidence(theCase, group),
      ],
      advice: [
        `Let the client use only the port of the answer and keep the address ${server}, where its library has such a setting.`,
        ...ADVICE,
      ],
      references: [references.c706],
      streams: [stream, ...group.failed.map((attempt) => attempt.stream)],
      executed: 'no',
      filter: `epm || (tcp.flags.syn == 1 && tcp.port == ${port})`,
      fold: `${client}|${server}|${address!}`,
    }
  }
}

function bindingsOf(theCase: Examination, call: number): Bindings | undefined {
  const { calls } = theCase.conversation
  const pdu = calls.get(Call.ResponsePdu, call)
  if (pdu === NONE || calls.get(Call.Outcome, call) !== Outcome.Response) return undefined
  const stub = openingStubBytes(theCase.capture, pdu)
  if (stub.length === 0) return undefined
  const wide = theCase.isNdr64(call)
  const from = new Reader(stub)
  switch (theCase.interfaceOf(call)) {
    case IACTIVATION:
      return remoteActivationResponse(from, wide).bindings
    case ISYSTEM_ACTIVATOR:
      return activationResponse(from, wide).bindings
  }
  switch (calls.get(Call.Opnum, call)) {
    case RESOLVE_OXID:
    case RESOLVE_OXID2:
      return resolveResponse(from, calls.get(Call.Opnum, call) === RESOLVE_OXID2, wide).bindings
    case SERVER_ALIVE2:
      return serverAlive2Response(from, wide).bindings
  }
  return undefined
}

/** Names among the bindings that the client asked for and that do not exist. A suffix may have been tried as well. */
function unknownNames(theCase: Examination, client: string, hosts: readonly string[], from: number): NameRejection[] {
  const wanted = hosts.filter((host) => !ADDRESS.test(host))
  if (wanted.length === 0) return []
  const keys = wanted.map((host) => `${client} ${host.toLowerCase()}`)
  if (keys.some((key) => resolvedNames(theCase).has(key))) return []
  const found = keys.flatMap((key) => [...soonAfter(theCase, rejectedNames(theCase), key, from)])
  return [...new Set(found)].sort((one, other) => one.frame - other.frame)
}

/** `client name` of names that were resolved, each also as its first label: a suffix may have been added to it. */
const resolvedNames = perCase(
  (theCase: Examination): ReadonlySet<string> =>
    new Set(answersOf(theCase).flatMap(({ client, name }) => spellings(name).map((one) => `${client} ${one}`))),
)

/** Answers that there is no such name, by the same. */
const rejectedNames = perCase((theCase: Examination): FrameIndex<NameRejection> => {
  const found = new FrameIndex<NameRejection>()
  for (const rejection of nameRejections(theCase.capture))
    for (const one of spellings(rejection.name)) found.add(`${rejection.client} ${one}`, rejection)
  return found
})

/** Hosts that a name asked for may be meant for: itself, and its first label. */
function spellings(name: string): string[] {
  const asked = name.toLowerCase().replace(/\.$/, '')
  const dot = asked.indexOf('.')
  return dot < 0 ? [asked] : [asked, asked.slice(0, dot)]
}

/** The first attempts of a client to reach one of these addresses soon after a frame, in order. */
function triedSoon(theCase: Examination, client: string, servers: readonly string[], from: number): Attempt[] {
  const found = servers.flatMap((server) => [
    ...first(MOST_TRIED, soonAfter(theCase, attemptsByPair(theCase).all, `${client} ${server}`, from)),
  ])
  return found.map(({ attempt }) => attempt).sort((one, other) => one.stream - other.stream)
}

/** True if an attempt of a client to reach one of these addresses soon after a frame was accepted. */
function openedSoon(theCase: Examination, client: string, servers: readonly string[], from: number): boolean {
  const { open } = attemptsByPair(theCase)
  return servers.some((server) => soonAfter(theCase, open, `${client} ${server}`, from).next().done !== true)
}

function* first<Item>(most: number, items: Iterable<Item>): Generator<Item> {
  let count = 0
  for (const item of items) {
    yield item
    if (++count === most) return
  }
}

/** Attempts by client and server, and those of them that were accepted. */
const attemptsByPair = perCase((theCase: Examination) => {
  const all = new FrameIndex<{ frame: number; attempt: Attempt }>()
  const open = new FrameIndex<{ frame: number; attempt: Attempt }>()
  for (const attempt of attempts(theCase)) {
    const item = { frame: attempt.synFrame, attempt }
    const pair = theCase.pairOf(attempt.client, attempt.server)
    all.add(pair, item)
    if (attempt.outcome === 'open') open.add(pair, item)
  }
  return { all, open }
})

function* soonAfter<Item extends { frame: number }>(
  theCase: Examination,
  items: FrameIndex<Item>,
  key: string,
  from: number,
): Generator<Item> {
  for (const item of items.allAfter(key, from)) {
    if (!isSoon(theCase, from, item.frame)) return
    yield item
  }
}

/** True if a name asked for is a binding's host, with or without a suffix of the client's own. */
function sameHost(name: string, host: string): boolean {
  const asked = name.toLowerCase().replace(/\.$/, '')
  const wanted = host.toLowerCase()
  return asked === wanted || (!wanted.includes('.') && asked.startsWith(`${wanted}.`))
}

function isSoon(theCase: Examination, from: number, to: number): boolean {
  return to > from && secondsBetween(theCase.capture.frames, from, to) <= TRIES_SECONDS
}

function describeTried(tried: readonly Attempt[]): string {
  const refused = tried.filter(({ outcome }) => outcome === 'refused').length
  return `The client tried ${tried.length === 1 ? 'it once' : `${tried.length >= MOST_TRIED ? 'at least ' : ''}${tried.length} times`}, and ${refused === tried.length ? 'was refused' : 'got no answer'}.`
}
