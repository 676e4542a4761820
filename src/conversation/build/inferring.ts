// A capture that starts within a connection does not hold its bind. What a context id means is then taken from
// evidence elsewhere in the capture, and marked 'inferred'.
import { NONE } from '../../capture/table'
import { contextsOfId } from '../contexts'
import type { Interner } from './interner'
import { Call, type Connection, type Conversation } from '../model'

/** Names the interface of calls whose bind was not captured, where the capture gives it away. */
export function infer(conversation: Conversation, interfaces: Interner): void {
  const unnamed = unnamedCalls(conversation)
  if (unnamed.length === 0) return
  const evidence = gather(conversation)
  const { calls } = conversation
  /** What each context id of each connection turned out to be, '' where nothing shows it. */
  const settled = new Map<number, string>()
  const marked = new Set<number>()
  for (const call of unnamed) {
    const connection = conversation.connections[calls.get(Call.Connection, call)]!
    const id = calls.get(Call.ContextId, call)
    const key = connection.index * 0x10000 + id
    const object = calls.get(Call.Object, call)
    let known = settled.get(key)
    if (known === undefined) {
      known = negotiatedLater(connection, id) ?? evidence.ofPort.get(portKey(connection, id)) ?? AMBIGUOUS
      settled.set(key, known)
    }
    known ||= evidence.ofObject.get(object) ?? AMBIGUOUS
    if (known === AMBIGUOUS) continue
    if (!marked.has(key)) mark(connection, id, known)
    marked.add(key)
    calls.set(Call.Interface, call, interfaces.ofText(known))
  }
}

/** Adds what was inferred to the connection's contexts, unless an alter_context says it anyway. */
function mark(connection: Connection, id: number, known: string): void {
  if (negotiatedLater(connection, id) === undefined)
    connection.contexts.push({ id, interface: known, version: '', offered: [], state: 'inferred' })
}

/** An alter_context further on that gives the id its meaning. */
function negotiatedLater(connection: Connection, id: number): string | undefined {
  return contextsOfId(connection, id).find(({ state }) => state === 'accepted')?.interface
}

/** Two connections contradict each other: no answer. */
const AMBIGUOUS = ''

interface Evidence {
  /** An IPID is one interface of one object, whichever connection it is called over. */
  ofObject: Map<number, string>
  /** What a context id meant on other connections to the same server port. */
  ofPort: Map<string, string>
}

function gather(conversation: Conversation): Evidence {
  const { calls, interfaces } = conversation
  const ofObject = new Map<number, string>()
  const ofPort = new Map<string, string>()
  for (let call = 0; call < calls.rows; call++) {
    const object = calls.get(Call.Object, call)
    const index = calls.get(Call.Interface, call)
    if (object !== NONE && index !== NONE) agree(ofObject, object, interfaces[index]!)
  }
  for (const connection of conversation.connections)
    for (const context of connection.contexts)
      if (context.state === 'accepted') agree(ofPort, portKey(connection, context.id), context.interface)
  return { ofObject, ofPort }
}

function agree<Key>(known: Map<Key, string>, key: Key, value: string): void {
  const before = known.get(key)
  known.set(key, before === undefined || before === value ? value : AMBIGUOUS)
}

function portKey(connection: Connection, contextId: number): string {
  return `${connection.server.text} ${connection.server.port} ${connection.pipeName ?? ''} ${contextId}`
}

function unnamedCalls({ calls }: Conversation): number[] {
  const rows: number[] = []
  for (let call = 0; call < calls.rows; call++)
    if (calls.get(Call.Interface, call) === NONE && calls.get(Call.RequestPdu, call) !== NONE) rows.push(call)
  return rows
}
