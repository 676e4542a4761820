// The server closed the connection in the middle of the logon to SMB. MS-SMB2 3.3.5.5.
import { accountOf, overcomeBy, userKey } from '../../signs/call/afterwards'
import { cutSessions, type DroppedLogon, droppedLogons } from '../../signs/logon/smb-ends'
import { FrameIndex } from '../../signs/frame-index'
import { foreignReset } from '../../signs/network/time-to-live'
import { references } from '../../text/references'
import { NTLM_POLICY, USE_KERBEROS } from '../../text/steps'
import { shortName, who } from '../../text/identities'
import type { Examination } from '../../examination'
import { perCase } from '../../per-case'
import type { Occurrence, Rule } from '../../rule'
import { evidence, frameNumber, streamEnds } from '../../text/wording'

const ON_PATH = {
  text: 'Look at the logs of firewalls and intrusion prevention systems between the two hosts for a block of SMB or NTLM at that time.',
}

export const smbLogonDropped: Rule = {
  id: 'smb-logon-dropped',
  title: 'The server closed the connection during the SMB logon',
  meaning:
    'The client sent a message of its logon, and the server closed the connection instead of answering it. Servers on which NTLM is switched off (Windows Server 2025) do this. A reset by a device on the path right after the logon counts as well. ' +
    'An error when the client did not get in afterwards, a note when it did.',
  *find(theCase) {
    for (const cut of cutSessions(theCase)) {
      const occurrence = describeCut(theCase, cut)
      if (occurrence) yield occurrence
    }
    for (const { logon, end } of droppedLogons(theCase)) {
      const { client, server } = streamEnds(theCase, logon.stream)
      const foreign = foreignReset(theCase, end.frame)
      const isNtlm = logon.mechanism === 'ntlm' && !foreign
      const overcome = overcomeBy(theCase, {
        client,
        server,
        user: userKey(logon),
        anonymous: logon.anonymous === true,
        frame: end.frame,
      })
      const name = logon.user === undefined ? 'the client' : shortName(who(logon))
      yield {
        severity: overcome ? 'note' : 'error',
        confidence: isNtlm || foreign ? 'medium' : 'high',
        title: overcome
          ? `The server closed one connection during the logon; ${accountOf(overcome.user) ?? 'the client'} then got in`
          : foreign
            ? 'A device on the path likely reset the connection during the logon'
            : `The server closed the connection during the logon${isNtlm ? ', likely NTLM is off' : ''}`,
        symptom: 'error 64 or 1236 (the network connection was aborted), or NT_STATUS_CONNECTION_RESET in Samba tools',
        atFault: foreign
          ? { party: 'network', text: 'likely a firewall or intrusion prevention on the path' }
          : isNtlm
            ? { party: 'configuration', text: 'likely the NTLM policy of the server' }
            : { party: 'server', text: 'the server, which gives no reason' },
        effect: overcome ? 'None that lasted: the client got in.' : 'No named pipe was opened, so no call was made.',
        explanation: `${name === 'the client' ? client : `${name} on ${client}`} sent a session setup to ${server} in frame ${frameNumber(logon.lastFrame)}; the server closed the connection with ${end.how} in frame ${frameNumber(end.frame)} instead of an answer.${isNtlm ? ' Servers that do not accept NTLM may close the connection like this; a crash of the server service or a device between looks the same.' : ''}${foreign ? ` ${foreign.text}` : ''}`,
        evidence: [
          ...evidence(logon.firstFrame, 'the logon begins'),
          ...evidence(logon.lastFrame, 'the client’s last message'),
          ...(foreign?.evidence ?? []),
          ...evidence(end.frame, foreign ? 'the RST' : `the server closes the connection (${end.how})`),
          ...evidence(overcome?.frame, 'the client gets in'),
        ],
        fix: [
          ...(foreign ? [ON_PATH] : []),
          ...(isNtlm ? [USE_KERBEROS, NTLM_POLICY] : []),
          {
            text: 'Look at Microsoft-Windows-SMBServer/Security and /Operational on the server for the time of the close.',
          },
          {
            text: 'Compare the TTL of the closing packet with the server’s others: a different one means that a device between closed it.',
          },
        ],
        references: [references.smb2],
        streams: [logon.stream],
        executed: 'no',
        filter: `tcp.stream == ${logon.stream}`,
        explains: { streams: [logon.stream] },
        fold: `${client}|${server}|${userKey(logon) ?? ''}|${overcome !== undefined}`,
      }
    }
  },
}

/** First frames of RPC through pipes, by client and server. */
const pipesOpened = perCase((theCase: Examination): FrameIndex<{ frame: number }> => {
  const found = new FrameIndex<{ frame: number }>()
  for (const { client, server, pipe, firstFrame } of theCase.conversation.connections)
    if (pipe !== undefined) found.add(theCase.pairOf(client.text, server.text), { frame: firstFrame })
  return found
})

/** A reset that does not look like the server’s, between the logon and the first pipe; undefined for one that does. */
function describeCut(theCase: Examination, { logon, end }: DroppedLogon): Occurrence | undefined {
  const foreign = foreignReset(theCase, end.frame)
  if (!foreign) return undefined
  const { client, server } = streamEnds(theCase, logon.stream)
  const later = pipesOpened(theCase).after(theCase.pairOf(client, server), end.frame)
  return {
    severity: later ? 'note' : 'error',
    confidence: 'medium',
    title: `A device on the path likely reset SMB after the logon${later ? '; later it worked' : ''}`,
    symptom: 'error 64 or 1236 (the network connection was aborted), or NT_STATUS_CONNECTION_RESET in Samba tools',
    atFault: { party: 'network', text: 'likely a firewall or intrusion prevention on the path' },
    effect: later ? 'None that lasted: a pipe was opened later.' : 'No named pipe was opened, so no call was made.',
    explanation: `${shortName(who(logon))} on ${client} was logged on to SMB at ${server}. The request in frame ${frameNumber(logon.lastFrame)} was answered by RST (frame ${frameNumber(end.frame)}). ${foreign.text} Intrusion prevention that knows the names of pipes and shares cuts SMB at this point.`,
    evidence: [
      ...evidence(logon.firstFrame, 'the logon begins'),
      ...evidence(logon.lastFrame, 'the client’s last request'),
      ...foreign.evidence,
      ...evidence(end.frame, 'the RST'),
      ...evidence(later?.frame, 'a pipe is opened'),
    ],
    fix: [ON_PATH],
    references: [references.smb2],
    streams: [logon.stream],
    executed: 'no',
    filter: `tcp.stream == ${logon.stream}`,
    explains: { streams: [logon.stream] },
    fold: `cut|${client}|${server}|${userKey(logon) ?? ''}|${later !== undefined}`,
  }
}
