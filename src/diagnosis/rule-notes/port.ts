// Notes on the rules of the stage `port`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const portNotes: RuleNotes = {
  'accepted-and-closed': {
    severities: { error: 'no connection to the port carried data', note: OVERCOME },
    needs: 'The handshake of a connection to a port of RPC or SMB, and the FIN or RST of the server, without data.',
    unlike: 'A client that closes first: a port check. A server that closes after the bind: bind-unanswered.',
  },
  'answer-lost': {
    severities: { error: 'no connection came about', note: OVERCOME },
    needs:
      'A SYN-ACK in the capture, the SYN again after it, and no confirmation by the client: a capture near the server.',
    unlike: 'No SYN-ACK at all: port-unanswered. A SYN that was repeated before the answer came: slow. A scan: scan.',
  },
  'connection-burst': {
    severities: { warning: 'some of many connections at once failed' },
    needs: 'Many connections to one port within seconds, of which some are refused or unanswered.',
    unlike: 'A scan, which goes to many ports or hosts.',
  },
  'port-refused': {
    severities: { error: 'RPC was not reached', note: OVERCOME },
    needs: 'SYNs to an RPC or SMB port answered by RST.',
    unlike: 'Scans and strays; SMB on port 139 where 445 works.',
  },
  'port-unanswered': {
    severities: { error: 'RPC was not reached', warning: 'it answered after a wait that hurts', note: OVERCOME },
    needs: 'Two SYNs or more to an RPC or SMB port without an answer.',
    unlike: 'A server of which nothing is captured; scans.',
  },
  scan: {
    severities: { note: 'no failure of RPC' },
    needs: 'Ten ports of a host or ten hosts at a port without success within a minute, or a stray from the Internet.',
    unlike: 'A client whose one port fails.',
  },
}
