// A host that logs on to itself over the network and is denied. Loopback check of NTLM.

import { rejections } from '../../signs/call/rejection'
import type { Rule } from '../../rule'
import { clientText, evidence, serverText } from '../../text/wording'
import { who } from '../../text/identities'

export const selfConnection: Rule = {
  id: 'self-connection',
  title: 'A host logs on to itself and is denied',
  meaning:
    'A program reaches its own computer by another name than its own. Windows refuses NTLM in that case (loopback check). It is a hint: the logon may fail for other reasons.',
  *find(theCase) {
    for (const { connection, security } of rejections(theCase)) {
      const { client, server } = connection
      if (client.text !== server.text && !(client.text.startsWith('127.') && server.text.startsWith('127.'))) continue
      yield {
        severity: 'note',
        confidence: 'low',
        title: 'The loopback check likely denied a logon of the host to itself',
        symptom: '0x80070005 or error 5, "Access is denied"; Security log 4625 with 0xC000006D',
        atFault: { party: 'configuration', text: 'the name by which the host calls itself' },
        effect: `The logon of ${who(security)} failed.`,
        explanation: `Client and server of ${clientText(connection)} to ${serverText(connection)} are the same host. Windows refuses NTLM logons of a host to itself under a name that is not its own; ${who(security)} was refused here.`,
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
