// Notes on the rules of the stage `reach`.
import { OVERCOME, type RuleNotes } from './rule-note'

export const reachNotes: RuleNotes = {
  'callback-blocked': {
    severities: { error: 'callbacks do not arrive' },
    needs: 'Calls of COM objects or printing from A to B, then failing connections or a refused logon from B to A.',
    unlike: 'A server that reaches for the client for other reasons; pairs in which both call each other with success.',
  },
  'dynamic-port-blocked': {
    severities: {
      error: 'the service was not reached',
      warning: 'the client went on over a pipe, or tried another port than the named one',
    },
    needs:
      'An answer of the endpoint mapper that names the port (or cannot be read, then likely), and failing SYNs to it.',
    unlike: 'Many ports: scan. A port that worked before: port-refused.',
  },
  unreachable: {
    severities: { error: 'RPC was not reached', note: OVERCOME },
    needs: 'An ICMP error that quotes a SYN or a request.',
    unlike: 'Fragmentation needed: mtu-black-hole.',
  },
  'unusable-binding': {
    severities: { error: 'the service was not reached' },
    needs: 'An answer that names other addresses, and no connection that works.',
    unlike: 'A blocked port at the known address: dynamic-port-blocked.',
  },
  'wrong-address': {
    severities: { warning: 'a logon failed there, or connections wait', note: 'an alias or a cluster name' },
    needs: 'A name answer and a host that calls itself otherwise, or an address of several that does not answer.',
    unlike: 'A name that is not resolved: name-not-resolved.',
  },
  'wrong-protocol': {
    severities: { error: 'nothing got through', note: 'RPC worked there too, or the client tries protocols' },
    needs: 'The first bytes of a side, and the bind or the silence of the other.',
    unlike: 'A bind that the server refuses: bind-refused. A scan: scan.',
  },
}
