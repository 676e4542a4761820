// Connections that belong together: one client's way from port 135 to a service of one server, in the order of time.
// Names are looked up before it, the endpoint mapper or an activation leads to a port, the port is connected to, calls follow.
import type { Connection, Conversation } from './model'

/** What a connection is to its story. */
export type StepKind =
  /** Port 135 is asked: where is the interface, or create this object. */
  | 'locate'
  /** The service itself is called. */
  | 'call'

export interface Step {
  kind: StepKind
  connection: Connection
  /** The step that gave this one its port: an earlier question to port 135 of the same server. */
  ledHere?: number
}

/** One client and one server. */
export interface Story {
  client: string
  server: string
  /** In order of their first frames. */
  steps: Step[]
}

const ENDPOINT_MAPPER = 135

/** Ties connections into stories, one for each pair of client and server, in order of their first frames. */
export function stories({ connections }: Conversation): Story[] {
  const byPair = new Map<string, Story>()
  const inOrder = [...connections].sort((one, other) => one.firstFrame - other.firstFrame)
  for (const connection of inOrder) {
    const client = connection.client.text
    const server = connection.server.text
    const key = `${client} ${server}`
    const story = byPair.get(key) ?? { client, server, steps: [] }
    byPair.set(key, story)
    story.steps.push(stepOf(connection, story.steps))
  }
  return [...byPair.values()]
}

function stepOf(connection: Connection, before: readonly Step[]): Step {
  if (connection.pipe === undefined && connection.server.port === ENDPOINT_MAPPER) return { kind: 'locate', connection }
  if (connection.pipe !== undefined) return { kind: 'call', connection }
  const samePort = before.find(({ connection: other }) => other.server.port === connection.server.port)
  const ledHere = samePort ? samePort.ledHere : before.findLastIndex(({ kind }) => kind === 'locate')
  return { kind: 'call', connection, ...(ledHere !== undefined && ledHere >= 0 && { ledHere }) }
}
