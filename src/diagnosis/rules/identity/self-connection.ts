// A host that logs on to itself over the network and is denied. Loopback check of NTLM.

import { rejections } from '../../signs/rejection'
import type { Rule } from '../../rule'
import { clientText, evidence, serverText } from '../../text/wording'
import { who } from '../../text/identities'

export const selfConnection: Rule = {
  id: 'self-connection',
  title: 'A host logs on to itself and is denied',
  meaning:
    'A program reaches its own computer by another name than its own. Windows refuses NTLM in that case (loopback check). It is a hint: the logon may fail for other reasons.',
  covers: ['R20'],
  *find(theCase) {
    for (const { connection, security } of rejections(theCase)) {
      const { client, server } = connection
      if (client.text !== server.text && !(client.text.startsWith('127.') && server.text.startsWith('127.'))) continue
      yield {
        severity: 'note',
        confidence: 'low',
        title: `${client.text} logs on to itself as ${who(security)} and is denied: the loopback check may be why`,
        explanation: `Client and server of ${clientText(connection)} to ${serverText(connection)} are the same host. Windows refuses NTLM logons to itself under a name that is not its own.`,
        evidence: evidence(security.failedFrame, 'the logon is refused'),
        advice: [
          'List the alias in BackConnectionHostNames (HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0), or use the host’s own name.',
        ],
        streams: [connection.stream],
        filter: `tcp.stream == ${connection.stream}`,
        fold: client.text,
      }
    }
  },
}
