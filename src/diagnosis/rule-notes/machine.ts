// Notes on the rules of the stage `machine`.
import type { RuleNotes } from './rule-note'

export const machineNotes: RuleNotes = {
  'activation-level': {
    severities: { error: 'Windows itself logged the refusal' },
    needs: 'Event 10036, 10037 or 10038 in an event trace.',
    unlike: 'The same refusal without the event is only likely: hardening.',
  },
  'dropped-in-host': {
    severities: { error: 'the connection did not come about', warning: 'packets were lost within the host' },
    needs: 'Drop events of pktmon or NDIS in an event trace.',
    unlike: 'A firewall on the path, which leaves no event.',
  },
  'firewall-dropped': {
    severities: { error: 'Windows itself logged the drop' },
    needs: 'A drop event of the Windows Filtering Platform in an event trace.',
    unlike: 'A likely firewall without an event: port-unanswered.',
  },
  'local-call-failed': {
    severities: { error: 'the cause is within the server' },
    needs: 'RPC events of the server’s own calls in an event trace.',
    unlike: 'A failure of the call itself.',
  },
  'no-listener': {
    severities: { error: 'no program listened' },
    needs: 'An event of the server that no socket took the SYN.',
    unlike: 'A firewall that rejects: firewall-dropped.',
  },
  'rpc-filter': {
    severities: { error: 'Windows itself logged the filter' },
    needs: 'Microsoft-Windows-RPC event 2 in an event trace.',
    unlike: 'Access denied for other reasons.',
  },
  'wmi-operation-failed': {
    severities: { error: 'WMI itself logged the failure' },
    needs: 'WMI-Activity event 5858 in an event trace.',
    unlike: 'The same status on the wire: wmi-error.',
  },
}
