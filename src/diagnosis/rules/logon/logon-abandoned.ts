// The server answered the logon's first message, and the client left instead of going on. MS-NLMP 1.3.1, RFC 4121 4.1, MS-RPCE 3.3.1.5.2.
import { NONE } from '../../../capture/table'
import type { Connection, SecurityContext } from '../../../conversation/model'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import { goodLogons } from '../../signs/call/afterwards'
import { isScan } from '../../signs/network/scans'
import { references } from '../../text/references'
import { win32Symptom } from '../../text/layers'
import type { Rule } from '../../rule'
import { Stream } from '../../../../asm/layout'
import { clientText, duration, evidence, frameNumber, packageName, serverText } from '../../text/wording'

const RPC_S_SEC_PKG_ERROR = 1825
/** A program that fails tries again; a tool that reads the server's names has them after one. */
const TRIED_AGAIN = 2

export const logonAbandoned: Rule = {
  id: 'logon-abandoned',
  title: 'The client left in the middle of a logon',
  meaning:
    'The server answered the first message of a logon with its challenge or ticket, and the client closed the connection instead of sending the next: its own security package did not accept the answer, ' +
    'or its program had no credentials. Tools that only want the server’s names from its challenge do the same. A warning where the client tries again and is answered by this server at no time; ' +
    'else a note. Nothing where packets are missing, or the server closes.',
  *find(theCase) {
    const left = theCase.conversation.connections.flatMap((connection) => {
      const security = abandoned(theCase, connection)
      return security
        ? [{ connection, security, pair: theCase.pairOf(connection.client.text, connection.server.text) }]
        : []
    })
    const times = new Map<string, number>()
    for (const { pair } of left) times.set(pair, (times.get(pair) ?? 0) + 1)
    for (const { connection, security, pair } of left) {
      const { client, server, stream, close } = connection
      const [first, answer] = [security.tokenFrames[0]!, security.tokenFrames.at(-1)!]
      const good = goodLogons(theCase).byPair.after(pair, -1)
      const isKerberos = security.mechanism === 'kerberos'
      const waited = duration(secondsBetween(theCase.capture.frames, answer, close.frame!))
      yield {
        severity: good || times.get(pair)! < TRIED_AGAIN ? 'note' : 'warning',
        confidence: 'medium',
        title: 'The client left during the logon, after the server’s answer',
        explanation:
          `${clientText(connection)} began a logon with ${packageName(security)} on ${serverText(connection)} (frame ${frameNumber(first)}); the server answered in frame ${frameNumber(answer)}. ` +
          `${waited} later the client ended the connection (frame ${frameNumber(close.frame!)}) without the next message. ` +
          (isKerberos
            ? 'With Kerberos the client then likely did not accept the server’s proof of its own identity.'
            : 'Likely the client’s security package rejected the answer, a policy of the client forbids NTLM to this server, or the program had no credentials to go on with; a tool that reads the server’s names from the challenge leaves in this way too.') +
          (good ? ` As ${good.name} it did log on there (frame ${frameNumber(good.frame)}).` : ''),
        symptom: win32Symptom(theCase.names, RPC_S_SEC_PKG_ERROR),
        atFault: { party: 'client', text: 'likely the client: its security package, its policy or its credentials' },
        effect: 'No call was made on this connection.',
        evidence: [
          ...evidence(first, 'the logon begins'),
          ...evidence(answer, 'the server answers'),
          ...evidence(close.frame, 'the client leaves'),
          ...evidence(good?.frame, 'another logon of the client is accepted'),
        ],
        fix: [
          {
            text: `On ${client.text}, look for NTLM that is blocked: event 4001 in Microsoft-Windows-NTLM/Operational, policy "Network security: Restrict NTLM: Outgoing NTLM traffic to remote servers".`,
          },
          {
            text: 'In the program, check which user and password, and which service name (SPN), it gives to the security package.',
          },
        ],
        references: [references.rpceSecurityContexts, references.nlmp],
        streams: [stream],
        executed: 'no',
        filter: `tcp.stream == ${stream}`,
        fold: `${client.text}|${server.text}|${good === undefined}`,
      }
    }
  },
}

/** The logon that ends with the server's answer, where the client then closed and no call was made. */
function abandoned(theCase: Examination, connection: Connection): SecurityContext | undefined {
  const { security, calls, close, transport, pipe, stream, sawStart, nak, contexts } = connection
  const [only] = security
  if (transport !== 'tcp' || pipe !== undefined || !sawStart || nak || security.length !== 1 || calls.length > 0)
    return undefined
  // A client to which no interface was granted has nothing to log on for.
  if (!contexts.some(({ state }) => state === 'accepted')) return undefined
  if (only!.state !== 'challenged' || only!.tokenFrames.length !== 2 || only!.kerberosError !== undefined)
    return undefined
  if (close.by !== 'client' || close.frame === undefined || close.frame === NONE) return undefined
  if (theCase.isIncomplete(connection) || isScan(theCase, stream) || theCase.streamValue(Stream.Gaps, stream) > 0)
    return undefined
  return theCase.endExplainedBy(stream) === undefined ? only : undefined
}
