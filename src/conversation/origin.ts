// Connections that belong together: a name is looked up, the endpoint mapper or an activation names a port, the port is
// connected to, calls follow. Each connection is tied to what led to it, where the capture shows that.
import type { Capture } from '../capture/capture'
import { type Learnt, learntEndpoints, type LearntEndpoint } from './learnt-endpoints'
import type { Connection, Conversation } from './model'
import { type NameAnswer, nameAnswers } from './name-answers'
import { secondsBetween } from './time'

const ENDPOINT_MAPPER = 135
/** A client connects to an object's exporter within so many seconds. */
const SOON_SECONDS = 30

/** What led a client to a connection. */
export interface Lead {
  /** The answer that named the port. */
  endpoint?: LearntEndpoint | undefined
  /** No answer was seen to name the port, but shortly before an activation was answered that is sealed. */
  sealed?: Learnt['sealed'][number] | undefined
  /** The answer that named the host's address. */
  name?: NameAnswer | undefined
}

/** What led to each connection, by index: the last answers before its first frame. */
export function leads(capture: Capture, conversation: Conversation): Lead[] {
  const endpoints = new Map<string, LearntEndpoint[]>()
  const learnt = learntEndpoints(capture, conversation)
  for (const endpoint of learnt.endpoints)
    for (const host of new Set([endpoint.server, endpoint.address ?? endpoint.server]))
      push(endpoints, `${endpoint.client} ${host} ${endpoint.port}`, endpoint)
  const hidden = new Map<string, Learnt['sealed']>()
  for (const activation of learnt.sealed) push(hidden, `${activation.client} ${activation.server}`, activation)
  const names = new Map<string, NameAnswer[]>()
  for (const answer of nameAnswers(capture))
    for (const address of new Set(answer.addresses)) push(names, `${answer.client} ${address}`, answer)
  return conversation.connections.map(({ client, server, firstFrame, pipe }) => {
    const hosts = `${client.text} ${server.text}`
    const name = names.get(hosts)?.findLast(({ frame }) => frame < firstFrame)
    const lead = { ...(name && { name }) }
    if (pipe !== undefined || server.port === ENDPOINT_MAPPER) return lead
    const endpoint = endpoints.get(`${hosts} ${server.port}`)?.findLast(({ answered }) => answered < firstFrame)
    if (endpoint) return { ...lead, endpoint }
    const sealed = hidden.get(hosts)?.findLast(({ answered }) => answered < firstFrame)
    const soon = sealed && secondsBetween(capture.frames, sealed.answered, firstFrame) <= SOON_SECONDS
    return { ...lead, ...(soon && { sealed }) }
  })
}

/** A connection with those that led to it, in order of their first frames. */
export function withWhatLed(conversation: Conversation, leads: readonly Lead[], connection: number): Connection[] {
  const way = new Set<number>()
  for (let at: number | undefined = connection; at !== undefined && !way.has(at);) {
    way.add(at)
    const { endpoint, sealed }: Lead = leads[at] ?? {}
    at = (endpoint ?? sealed)?.connection
  }
  return [...way].map((index) => conversation.connections[index]!).sort((a, b) => a.firstFrame - b.firstFrame)
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}
