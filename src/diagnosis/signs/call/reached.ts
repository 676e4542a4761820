// Servers that a client called at another port than the endpoint mapper's: what was activated or looked up there was reached.
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { ENDPOINT_MAPPER } from '../network/ports'

/** True if the client came through to the server after all, by a name or address of its own. */
export function reached(theCase: Examination, client: string, server: string, from: number): boolean {
  return (lastReached(theCase).get(theCase.pairOf(client, server)) ?? -1) > from
}

/** By client and server, the last frame of connections to other ports than the endpoint mapper's. */
const lastReached = perCase((theCase: Examination): ReadonlyMap<string, number> => {
  const last = new Map<string, number>()
  for (const { client, server, pipe, lastFrame } of theCase.conversation.connections) {
    if (pipe !== undefined || server.port === ENDPOINT_MAPPER) continue
    const pair = theCase.pairOf(client.text, server.text)
    last.set(pair, Math.max(last.get(pair) ?? -1, lastFrame))
  }
  return last
})
