// Notes on the rules of the stage `link`.
import type { RuleNotes } from './rule-note'

export const linkNotes: RuleNotes = {
  'address-conflict': {
    severities: { warning: 'a connection was reset or refused', note: 'may be by design: a proxy, a load balancer' },
    needs: 'ARP answers for one address from two link addresses, within seconds and back again.',
    unlike: 'An address that moves once, as that of a cluster does.',
  },
  'arp-unanswered': {
    severities: { error: 'nothing could be sent to the server', note: 'the capture holds these requests alone' },
    needs:
      'ARP requests, captured on the client’s own network, for an address that it used or looked up before, or that are all that there is.',
    unlike:
      'A host that answers ARP and not its port: port-unanswered. A client that asks for many addresses looks for hosts.',
  },
}
