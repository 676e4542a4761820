// Where the ladder draws: one lane a host, one colour an identity.

/** What the ladder needs of a connection. */
export interface LadderConnection {
  /** Endpoints with their ports. */
  client: string
  server: string
  identities: { name: string; level: string }[]
}

/** One step of what happened on a connection: an arrow of the ladder. */
export interface LadderStep {
  /** Index of the connection. */
  connection: number
  frame: number
  /** Seconds since the first frame. */
  time: number
  from: 'client' | 'server'
  kind: 'open' | 'bind' | 'token' | 'request' | 'response' | 'fault' | 'close'
  text: string
  /** Index into the connection's identities: under whose name it happened. */
  identity?: number
}

export const LANE_WIDTH = 280
const COLOURS = 6

/** An endpoint without its port: `10.0.0.1:135` and `[fe80::1]:135` alike. */
export function hostOf(endpoint: string): string {
  return endpoint.replace(/:\d+$/, '')
}

/** Hosts in the order in which they are met, clients before their servers. */
export function lanesOf(connections: LadderConnection[]): string[] {
  return [...new Set(connections.flatMap(({ client, server }) => [hostOf(client), hostOf(server)]))]
}

/** Names of identities to colours, in the order in which they are met; colours repeat when they run out. */
export function identityColours(connections: LadderConnection[]): Map<string, number> {
  const names = [...new Set(connections.flatMap(({ identities }) => identities.map(({ name }) => name)))]
  return new Map(names.map((name, index) => [name, index % COLOURS]))
}

/** From which lane a step's arrow goes to which. */
export function lanesOfStep(
  step: LadderStep,
  connection: LadderConnection,
  lanes: string[],
): { from: number; to: number } {
  const client = lanes.indexOf(hostOf(connection.client))
  const server = lanes.indexOf(hostOf(connection.server))
  return step.from === 'client' ? { from: client, to: server } : { from: server, to: client }
}

/** The middle of a lane. */
export function laneX(lane: number, width = LANE_WIDTH): number {
  return lane * width + width / 2
}
