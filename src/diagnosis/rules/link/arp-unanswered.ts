// The client asks for the server's link address and gets none: no packet of TCP can be sent. RFC 826.
import { Frame } from '../../../../asm/layout'
import { addressText } from '../../../capture/text'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { pairsOfRpc } from '../../signs/call/afterwards'
import { arpMessages, type ArpMessage } from '../../signs/messages/arp-messages'
import { answerFor } from '../../signs/network/siblings'
import { unavailableLayers } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import type { Rule } from '../../rule'
import { duration, evidence, frameNumber, plural } from '../../text/wording'

/** Windows and Linux ask three times, a second apart, before they give up. RFC 4861 7.3.3, which ARP implementations follow. */
const LEAST_REQUESTS = 3
const LEAST_SECONDS = 1.5
/** Who asks for more addresses without success than these looks for hosts. */
const MOST_ADDRESSES = 3
/** An address is asked for so soon after its name was looked up. */
const SOON_SECONDS = 10

export const arpUnanswered: Rule = {
  id: 'arp-unanswered',
  title: 'The server does not answer on the local network',
  meaning:
    'On its own network a client asks by ARP who has the server’s address before it can send anything. Without an answer no SYN is sent, and the capture holds no trace of TCP. ' +
    'An error where the client had called RPC on that host before, or had just looked its name up and the capture holds no RPC of it at all; a note where these requests are all that the capture holds. ' +
    'A client that asks for many addresses looks for hosts and is not reported.',
  *find(theCase) {
    for (const { client, server, requests } of unanswered(theCase)) {
      const [first, last] = [requests[0]!, requests.at(-1)!]
      const called = pairsOfRpc(theCase).has(`${client} ${server}`)
      const lookUp = called ? undefined : lookedUp(theCase, client, server, first.frame)
      const hasRpc = rpcClients(theCase).has(client)
      const isAll = requests.length === theCase.capture.frames.rows
      if (!called && (lookUp === undefined || hasRpc) && !isAll) continue
      yield {
        severity: isAll ? 'note' : 'error',
        confidence: called ? 'high' : isAll ? 'low' : 'medium',
        title: called
          ? 'The server no longer answers on the local network (ARP)'
          : isAll
            ? 'The one host that is asked for does not answer ARP'
            : `The host ${lookUp!.name} does not answer ARP: it is likely off`,
        explanation:
          `${client} asked ${plural(requests.length, 'time')} within ${duration(secondsBetween(theCase.capture.frames, first.frame, last.frame))} who has the address ${server} (frames ${frameNumber(first.frame)} to ${frameNumber(last.frame)}), and nothing answered. ` +
          (called
            ? 'It had called RPC there before. '
            : isAll
              ? 'The capture holds nothing else, so it does not show what the client wanted; if this is the server that the program was to call, this is the whole failure. '
              : `It had looked up ${lookUp!.name} just before (frame ${frameNumber(lookUp!.frame)}). `) +
          'As long as ARP is not answered, no SYN leaves the client. The host is off, asleep or on another network segment, or the address is no longer its own.',
        symptom: symptoms.unavailable,
        atFault: { party: 'server', text: `${server}, or the network segment in between` },
        effect: 'No connection could be tried, so no call was made.',
        layers: unavailableLayers(theCase.names, { layer: 'wire (ARP)', code: '', text: 'no answer to the request' }),
        evidence: [
          ...evidence(lookUp?.frame, `${lookUp?.name} has the address ${server}`),
          ...evidence(first.frame, `who has ${server}?`),
          ...evidence(last.frame, 'asked again, for the last time'),
        ],
        fix: [
          {
            text: `Check that the host with the address ${server} is on and connected to the same network segment (VLAN) as ${client}.`,
          },
          { text: 'See on the client which link address it knows for it, if any.', copy: `arp -a ${server}` },
          ...(lookUp
            ? [
                {
                  text: `Check that ${lookUp.name} still has this address: a stale record leads to an address that no host has.`,
                },
              ]
            : []),
        ],
        references: [],
        streams: [],
        executed: 'no',
        filter: 'arp',
        fold: `${client}|${server}`,
      }
    }
  },
}

interface Unanswered {
  client: string
  server: string
  requests: ArpMessage[]
}

/** The last requests for each address by each host that nothing answers up to the end, often enough and long enough. */
function unanswered(theCase: Examination): Unanswered[] {
  const { frames } = theCase.capture
  /** By the address that is asked for, then by who asks. */
  const open = new Map<string, Map<string, ArpMessage[]>>()
  for (const message of arpMessages(theCase)) {
    const { sender, target, isReply } = message
    // An answer, or any word of the host itself.
    open.delete(sender)
    if (isReply || sender === target || sender === '0.0.0.0') continue
    const askers = open.get(target) ?? new Map<string, ArpMessage[]>()
    open.set(target, askers)
    const known = askers.get(sender)
    if (known) known.push(message)
    else askers.set(sender, [message])
  }
  const found = [...open].flatMap(([server, askers]) =>
    [...askers].flatMap(([client, requests]) =>
      requests.length >= LEAST_REQUESTS &&
      secondsBetween(frames, requests[0]!.frame, requests.at(-1)!.frame) >= LEAST_SECONDS
        ? [{ client, server, requests }]
        : [],
    ),
  )
  const vain = new Map<string, number>()
  for (const { client } of found) vain.set(client, (vain.get(client) ?? 0) + 1)
  const few = found.filter(({ client }) => vain.get(client)! <= MOST_ADDRESSES)
  const lastHeard = lastFramesOf(theCase, new Set(few.map(({ server }) => server)))
  // A packet of the host after it was first asked for: the answer was merely not captured.
  return few.filter(({ server, requests }) => (lastHeard.get(server) ?? -1) < requests[0]!.frame)
}

/** The last frame that each of these addresses sent, in one walk. */
function lastFramesOf(
  { capture: { frames, addresses } }: Examination,
  servers: ReadonlySet<string>,
): Map<string, number> {
  const last = new Map<string, number>()
  if (servers.size === 0) return last
  const rows = new Map<number, string>()
  for (let row = 0; row < addresses.rows; row++) {
    const text = addressText(addresses, row)
    if (servers.has(text)) rows.set(row, text)
  }
  for (let frame = 0; frame < frames.rows; frame++) {
    const server = rows.get(frames.get(Frame.Source, frame))
    if (server !== undefined) last.set(server, frame)
  }
  return last
}

/** The look-up by which the client came to an address shortly before. */
function lookedUp(theCase: Examination, client: string, server: string, before: number): ReturnType<typeof answerFor> {
  const answer = answerFor(theCase, client, server, before)
  return answer && secondsBetween(theCase.capture.frames, answer.frame, before) <= SOON_SECONDS ? answer : undefined
}

const rpcClients = perCase(
  ({ conversation: { connections } }: Examination): ReadonlySet<string> =>
    new Set(connections.map(({ client }) => client.text)),
)
