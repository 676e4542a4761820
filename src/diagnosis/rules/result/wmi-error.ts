// WMI said no: WBEM_E_* returned by a method. MS-WMI 2.2.11.
import { groupCalls, occurrence } from '../../signs/fault'
import { hresultLayer } from '../../text/layers'
import { isWbem } from '../../text/layers'
import { references } from '../../text/references'
import { wmiStatus, wmiStatusLayer, wmiStatusText } from '../../signs/wmi-status'
import type { Rule } from '../../rule'
import { levelName } from '../../text/wording'

const REMEDIES: Record<number, string> = {
  0x80041002:
    'The object, class or instance asked for does not exist in that namespace; check spelling and key values.',
  0x80041003:
    'Grant the account "Remote Enable" on the namespace (wmimgmt.msc, WMI Control, Security). Some namespaces (root\\MSCluster, root\\CIMV2\\TerminalServices) also refuse anything below packet privacy.',
  0x80041004: 'The provider failed; see event 5858 in Microsoft-Windows-WMI-Activity/Operational for its own error.',
  0x80041006: 'WMI ran out of memory or quota; see the provider host quotas (__ProviderHostQuotaConfiguration).',
  0x80041008: 'A parameter of the call is not valid.',
  0x8004100e: 'The namespace does not exist on that server; its product may not be installed.',
  0x80041010: 'The class does not exist in that namespace; its provider may not be installed.',
  0x80041011: 'The provider is not found: its registration is missing.',
  0x80041012: 'The provider’s registration is not valid.',
  0x80041013: 'The provider could not be loaded: its DLL is missing or does not fit.',
  0x80041015: 'A network problem between WMI and its provider.',
  0x80041017: 'The query is not valid WQL.',
  0x80041024: 'The provider does not support the operation.',
  0x80041032: 'The call was cancelled.',
  0x80041033: 'The server is shutting down.',
  0x80041062: 'A privilege is lacking; set EnablePrivileges in the connection options.',
  0x8004106c: 'A quota is exceeded; see __ProviderHostQuotaConfiguration.',
}

export const wmiError: Rule = {
  id: 'wmi-error',
  title: 'WMI answered with an error of its own',
  meaning: 'RPC and logon worked; WMI itself, the namespace’s permissions or the provider refused the operation.',
  covers: ['R57'],
  *find(theCase) {
    for (const group of groupCalls(theCase, theCase.unexplained([...theCase.refusals, ...theCase.faults]), isWbem)) {
      for (const call of group.calls) theCase.explainCall(call, wmiError.id)
      const level = theCase.securityOf(group.call)?.level
      const status = group.calls.map((call) => wmiStatus(theCase, call)).find((one) => one !== undefined)
      yield occurrence(theCase, group, {
        severity: 'error',
        confidence: 'high',
        title: `WMI on ${group.server} answered ${group.method} with ${group.statusText}`,
        explanation: `The call by ${group.user} was carried out and returned ${group.statusText} in frame ${group.frame}. The transport and the logon are in order.${level === undefined ? '' : ` The level was ${levelName(level)}.`}${status ? ` ${wmiStatusText(theCase, status)}` : ''}`,
        layers: [
          { ...hresultLayer(theCase.names, group.status), layer: 'WMI (HRESULT)' },
          ...(status ? [wmiStatusLayer(theCase, status)] : []),
          { layer: '.NET', code: '', text: 'ManagementException (System.Management) or CimException' },
          { layer: 'event log', code: '5858', text: 'Microsoft-Windows-WMI-Activity/Operational on the server' },
        ],
        advice: [
          REMEDIES[group.status] ??
            'See event 5858 in Microsoft-Windows-WMI-Activity/Operational on the server for the operation and its error.',
        ],
        references: [references.wmiAccess],
        filter: 'dcerpc.pkt_type == 2',
      })
    }
  },
}
