// No answer to the SYN: a firewall drops it, or the host is not there. RFC 9293 3.5.
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import { type Attempt, attempts } from '../../signs/network/attempts'
import { failedPorts, type FailedPort } from '../../signs/network/failed-ports'
import { type OtherAnswer, otherAnswerTo } from '../../signs/network/other-answers'
import { seenHosts } from '../../signs/network/seen-hosts'
import { unavailableLayers } from '../../text/layers'
import { symptoms } from '../../text/symptoms'
import {
  attemptEvidence,
  isRpcPort,
  isSecondSmbPort,
  isSmbPort,
  portName,
  smbReached,
  tried,
} from '../../signs/network/ports'
import { reachOf, reachSeverity, wentOnText } from '../../signs/network/reach'
import { references } from '../../text/references'
import { answerFor, checkRecord, learntText } from '../../signs/network/siblings'
import type { Occurrence, Rule } from '../../rule'

import { duration, evidence, frameNumber, plural } from '../../text/wording'

/** A delay from which on it hurts, even if the client then gets through. */
const HURTS_SECONDS = 3

export const portUnanswered: Rule = {
  id: 'port-unanswered',
  title: 'The server’s port does not answer',
  meaning:
    'The client asked for a TCP connection and got neither an acceptance nor a refusal. A firewall that drops silently looks like this, and so ' +
    'does a host that is down; other ports of the host that do answer point to the firewall. An acceptance from another address points to address translation. When a later attempt succeeds it was a delay: a ' +
    'warning from 3 s on. Scans and stray packets are left out.',
  *find(theCase) {
    const reachedSmb = smbReached(theCase)
    const reach = reachOf(theCase)
    for (const group of failedPorts(theCase, 'unanswered')) {
      const { client, server, port, failed, after, instead } = group
      const rpc = isRpcPort(theCase, server, port)
      const syns = failed.reduce((sum, attempt) => sum + attempt.syns, 0)
      if ((!rpc && !isSmbPort(port)) || isSecondSmbPort(theCase, client, server, port)) continue
      if (isSmbPort(port) && reachedSmb.has(`${client} ${server}`)) continue
      if (syns < 2 || failed.every(({ stream }) => theCase.endExplainedBy(stream) !== undefined)) continue
      const next = after ?? instead
      const other = next ? undefined : failed.map((attempt) => otherAnswerTo(theCase, attempt)).find(isDefined)
      if (other) {
        yield describeOther(theCase, group, other)
        continue
      }
      const alive = firstOpen(theCase).get(server)
      const answer = next || alive ? undefined : answerFor(theCase, client, server, failed[0]!.synFrame)
      const waited = next && secondsBetween(theCase.capture.frames, failed[0]!.synFrame, next.synFrame)
      yield {
        severity: waited !== undefined && waited >= HURTS_SECONDS ? 'warning' : reachSeverity(theCase, reach, group),
        // Where nothing at all is sent to the client, the capture may hold one direction only.
        confidence: next || seenHosts(theCase).destinations.has(client) ? 'high' : 'medium',
        title: next
          ? `P${portName(port).slice(1)} answered only after ${duration(waited!)}`
          : `The server did not answer on ${portName(port)}`,
        explanation:
          `${client} sent ${plural(syns, 'SYN')} to port ${port} of ${server} within ${tried(theCase, failed)} and got no answer: neither an acceptance nor a refusal. ` +
          (next
            ? wentOnText(group)
            : alive
              ? `The host itself is up: it accepts connections on port ${alive.port} (frame ${frameNumber(alive.answerFrame!)}), so a firewall most likely drops the packets to port ${port}.`
              : `Either a firewall drops the packets, or the host or the way to it is down: no other packet of the host in the capture shows which. ${learntText(answer, server)}`.trim()),
        symptom: next ? symptoms.slow : `After about 21 s: ${symptoms.unavailable}`,
        atFault: alive
          ? { party: 'network', text: 'likely a firewall on the path or on the server that drops the port' }
          : { party: 'network', text: 'a firewall that drops the port, or the host is down or unreachable' },
        effect: next ? `The client waited ${duration(waited!)}.` : 'No connection, so no call was made.',
        layers: unavailableLayers(theCase.names, {
          layer: 'wire (TCP)',
          code: '',
          text: `SYN to port ${port}, no answer`,
        }),
        evidence: [
          ...evidence(answer?.frame, `${answer?.name} is ${server}`),
          ...attemptEvidence(theCase, group),
          ...(instead && !after
            ? evidence(instead.answerFrame ?? instead.synFrame, `accepted at ${instead.server}`)
            : []),
          ...(!next && alive
            ? evidence(alive.answerFrame, `${server} accepts a connection to port ${alive.port}`)
            : []),
        ],
        advice: [
          `From the client: "portqry -n ${server} -e ${port}"; FILTERED means that nothing comes back.`,
          alive
            ? `Allow TCP port ${port} from ${client} in the firewalls on the path and in Windows Defender Firewall on ${server}.`
            : `Check that ${server} is up and that the address is right ("ping", other ports); then allow TCP port ${port} from ${client} in the firewalls on the path and on ${server}.`,
          ...checkRecord(answer, server),
        ],
        references: [references.rpcErrors, references.replication1722],
        streams: failed.map(({ stream }) => stream),
        explains: { streams: failed.map(({ stream }) => stream) },
        executed: 'no',
        filter: `tcp.flags.syn == 1 && tcp.port == ${port}`,
        ...(!rpc && { fold: `${client}|${port}` }),
        wouldHelp: `A capture on ${server} at the same time: if the SYN arrives there, its own firewall drops it.`,
      }
    }
  },
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined
}

/** The server's port does answer, and the answer carries another address, so the client can't use it. */
function describeOther(theCase: Examination, group: FailedPort, other: OtherAnswer): Occurrence {
  const { client, server, port, failed } = group
  const { address, frame, resetFrame } = other
  const streams = [...failed.map(({ stream }) => stream), other.stream]
  return {
    severity: 'error',
    confidence: 'high',
    title: `Another address answered the connection to ${portName(port)}`,
    explanation: `${client} sent SYNs to port ${port} of ${server}. The acceptance in frame ${frameNumber(frame)} comes from ${address}, to the same port of the client: for the client this belongs to no connection${resetFrame === undefined ? '' : `, so it rejects it with RST (frame ${frameNumber(resetFrame)})`}. Address translation or a load balancer changes the address in one direction only, or the server sends from another of its addresses.`,
    symptom: symptoms.unavailable,
    atFault: {
      party: 'network',
      text: 'address translation or a load balancer that does not change answers back, or a server that answers from another address',
    },
    effect: 'No connection, so no call was made.',
    layers: unavailableLayers(theCase.names, {
      layer: 'wire (TCP)',
      code: '',
      text: `SYN to port ${port} of ${server}, SYN-ACK from ${address}`,
    }),
    evidence: [
      ...attemptEvidence(theCase, group),
      ...evidence(frame, `${address} accepts instead of ${server}`),
      ...evidence(resetFrame, 'the client rejects it'),
    ],
    advice: [
      `Let answers of ${address} to ${client} take the same device back that requests to ${server} take, so that it changes the address back.`,
      `If the client is in the same network as the real server, use source translation for it on the load balancer, or connect to ${address}.`,
    ],
    references: [references.rpcErrors],
    streams,
    explains: { streams },
    executed: 'no',
    filter: `tcp.port == ${port} && tcp.flags.syn == 1`,
  }
}

/** The first accepted connection of each server. */
const firstOpen = perCase((theCase: Examination): ReadonlyMap<string, Attempt> => {
  const found = new Map<string, Attempt>()
  for (const attempt of attempts(theCase))
    if (attempt.outcome === 'open' && !found.has(attempt.server)) found.set(attempt.server, attempt)
  return found
})
