// Where servers said that something is to be found: answers of the endpoint mapper (C706 appendix L, MS-RPCE 2.2.1.2) and
// of activations (MS-DCOM 2.2.22.2.8).
import { Pdu } from '../../asm/layout'
import { EPM, IACTIVATION, ISYSTEM_ACTIVATOR, NDR64 } from '../names/well-known'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import { activationResponse, remoteActivationResponse } from '../dissect/com/activation'
import { Ept, eptMapResponse } from '../dissect/rpc/epm'
import { Reader } from '../dissect/reader'
import { Call, type Connection, type Conversation, Outcome } from './model'
import { isSealed, openingStubBytes } from '../capture/pdu'

const TCP_TOWER = 0x07
const NUMERIC_HOST = /^[\d.]+$|:/

/** An endpoint that a server named. */
export interface LearntEndpoint {
  /** The client that asked, the server that answered, and the address that the answer gives (often none). */
  client: string
  server: string
  address?: string | undefined
  port: number
  /** Frames of the question and the answer. */
  asked: number
  answered: number
  stream: number
  /** Index of the connection. */
  connection: number
}

/** One that the endpoint mapper named for an interface. */
export interface MappedEndpoint extends LearntEndpoint {
  /** UUID. */
  interface: string
}

/** True if a call's stub is encoded as NDR64: by the transfer syntax that its presentation context was accepted with. */
export function isNdr64({ calls, connections }: Conversation, call: number): boolean {
  return encodesNdr64(connections[calls.get(Call.Connection, call)]!, calls.get(Call.ContextId, call))
}

/** True if stubs of a presentation context are encoded as NDR64. */
export function encodesNdr64({ transfers }: Connection, contextId: number): boolean {
  return transfers.get(contextId) === NDR64
}

/** Every TCP endpoint that an ept_map among these calls was answered with. */
export function mappedEndpoints(
  capture: Capture,
  conversation: Conversation,
  rows: Iterable<number>,
): MappedEndpoint[] {
  return answered(conversation, rows).flatMap((call) => {
    if (conversation.calls.get(Call.Opnum, call) !== Ept.Map) return []
    const { towers } = eptMapResponse(stubOf(capture, conversation, call), isNdr64(conversation, call))
    return towers.flatMap(({ protocol, port, address, interface: uuid }) =>
      protocol === 'ncacn_ip_tcp' && port && uuid
        ? [{ ...learnt(conversation, call, port, address), interface: uuid }]
        : [],
    )
  })
}

/** Every TCP endpoint that an activation among these calls named for its object. */
function activatedEndpoints(capture: Capture, conversation: Conversation, rows: Iterable<number>): LearntEndpoint[] {
  const { calls, interfaces } = conversation
  return answered(conversation, rows).flatMap((call) => {
    const old = interfaces[calls.get(Call.Interface, call)] === IACTIVATION
    const read = old ? remoteActivationResponse : activationResponse
    const { bindings } = read(stubOf(capture, conversation, call), isNdr64(conversation, call))
    return (bindings?.bindings ?? []).flatMap(({ tower, host, endpoint }) =>
      tower === TCP_TOWER && Number(endpoint) > 0
        ? [learnt(conversation, call, Number(endpoint), NUMERIC_HOST.test(host) ? host : undefined)]
        : [],
    )
  })
}

/** What the capture shows of servers naming endpoints, each in order of the answers. */
export interface Learnt {
  endpoints: LearntEndpoint[]
  /** Activations whose answer names an endpoint that is sealed. */
  sealed: Omit<LearntEndpoint, 'port' | 'address'>[]
}

/** Every TCP endpoint that a server named, and the activations that hide theirs. */
export function learntEndpoints(capture: Capture, conversation: Conversation): Learnt {
  const of = (...uuids: string[]) => {
    const wanted = conversation.interfaces.map((uuid) => uuids.includes(uuid))
    const { calls } = conversation
    return Array.from({ length: calls.rows }, (_, call) => call).filter(
      (call) => wanted[calls.get(Call.Interface, call)] ?? false,
    )
  }
  const activations = of(ISYSTEM_ACTIVATOR, IACTIVATION)
  const endpoints = [
    ...mappedEndpoints(capture, conversation, of(EPM)),
    ...activatedEndpoints(capture, conversation, activations),
  ]
  const isHidden = (call: number) => {
    const pdu = conversation.calls.get(Call.ResponsePdu, call)
    return pdu !== NONE && isSealed(capture.pdus.get(Pdu.Head, pdu))
  }
  return {
    endpoints: endpoints.sort((one, other) => one.answered - other.answered),
    sealed: answered(conversation, activations.filter(isHidden)).map((call) => asked(conversation, call)),
  }
}

function answered({ calls }: Conversation, rows: Iterable<number>): number[] {
  return [...rows].filter(
    (call) => calls.get(Call.Outcome, call) === Outcome.Response && calls.get(Call.ResponsePdu, call) !== NONE,
  )
}

function stubOf(capture: Capture, { calls }: Conversation, call: number): Reader {
  return new Reader(openingStubBytes(capture, calls.get(Call.ResponsePdu, call)))
}

function learnt(conversation: Conversation, call: number, port: number, address?: string): LearntEndpoint {
  return { ...asked(conversation, call), port, ...(address && address !== '0.0.0.0' && { address }) }
}

function asked({ calls, connections }: Conversation, call: number): Learnt['sealed'][number] {
  const { client, server, stream, index } = connections[calls.get(Call.Connection, call)]!
  return {
    client: client.text,
    server: server.text,
    asked: calls.get(Call.RequestFrame, call),
    answered: calls.get(Call.ResponseFrame, call),
    stream,
    connection: index,
  }
}
