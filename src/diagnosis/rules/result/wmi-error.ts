// WMI returned an error: WBEM_E_* returned by a method. MS-WMI 2.2.11.
import { workedLater } from '../../signs/call/later-calls'
import { type FaultGroup, groupCalls, laterEvidence, laterText, occurrences, wentOn } from '../../signs/call/fault'
import { hresultLayer, isWbem } from '../../text/layers'
import { references } from '../../text/references'
import { isReportedStatus, wmiStatus, wmiStatusLayer, wmiStatusText } from '../../signs/call/wmi-status'
import type { Rule } from '../../rule'
import { hex32 } from '../../../capture/text'
import type { Examination } from '../../examination'
import type { AtFault, Severity } from '../../finding'
import { levelName, shortMethod } from '../../text/wording'

const REMEDIES: Record<number, string> = {
  0x80041002:
    'Check the path or key values that the program asks for: no class or instance has them in that namespace.',
  0x80041003:
    'Grant the account "Remote Enable" on the namespace (wmimgmt.msc, WMI Control, Security). Some namespaces (root\\MSCluster, root\\CIMV2\\TerminalServices) also refuse anything below packet privacy.',
  0x80041004:
    'Read event 5858 in Microsoft-Windows-WMI-Activity/Operational on the server: it holds the provider’s own error.',
  0x80041006: 'Raise the provider host quotas (__ProviderHostQuotaConfiguration), or ask for less at a time.',
  0x80041008: 'Compare the arguments of the call with the method’s documentation: one of them is not valid.',
  0x8004100e:
    'Correct the name of the namespace, or install the product that brings it. List those that exist: Get-CimInstance -Namespace root -ClassName __Namespace.',
  0x80041010:
    'Correct the name of the class or its namespace, or install the provider that brings it. List those that exist: Get-CimClass -Namespace root/cimv2.',
  0x80041011: 'Register the provider again: mofcomp with its MOF file, regsvr32 with its DLL.',
  0x80041012: 'Compile the provider’s MOF file again with mofcomp: its registration is not valid.',
  0x80041013: 'Install the provider again: its DLL is missing or does not fit the server.',
  0x80041015: 'Check the network between the server and what its provider asks.',
  0x80041017: 'Correct the query: it is not valid WQL. wbemtest shows where it fails.',
  0x80041024: 'Use another provider or method: this one does not support the operation.',
  0x80041032: 'Find out what cancelled the call: the program’s own timeout, or a user.',
  0x80041033: 'Repeat the call after the server has restarted.',
  0x80041062: 'Set EnablePrivileges in the connection options: a privilege is missing.',
  0x8004106c: 'Raise the quota that is exceeded (__ProviderHostQuotaConfiguration), or ask for less at a time.',
}

const NOT_FOUND = 0x80041002
const ACCESS_DENIED = 0x80041003
const CALL_CANCELLED = 0x80041032
/** Causes that a code names by itself. */
const TITLES: Record<number, string> = {
  [NOT_FOUND]: 'WMI did not find the object that was asked for',
  [ACCESS_DENIED]: 'WMI denied the account access to the namespace or the operation',
  0x8004100e: 'The WMI namespace does not exist on the server',
  0x80041010: 'The WMI class does not exist in this namespace',
  0x80041017: 'The WMI query is not valid',
  0x80041013: 'A WMI provider could not be loaded on the server',
  0x80041033: 'WMI is shutting down on the server',
}

/** Error: the operation failed, and nothing made up for it. Warning: the client went on. Note: it succeeded later, or was not found. */
export const wmiError: Rule = {
  id: 'wmi-error',
  title: 'WMI answered with an error of its own',
  meaning: 'RPC and logon worked; WMI itself, the namespace’s permissions or the provider refused the operation.',
  *find(theCase) {
    for (const group of groupCalls(
      theCase,
      theCase.unexplained([...theCase.errorReturns, ...theCase.faults]),
      isWbem,
    )) {
      const level = theCase.securityOf(group.call)?.level
      const status = group.calls.map((call) => wmiStatus(theCase, call)).find((one) => one !== undefined)
      yield* occurrences(theCase, group, {
        severity: severityOf(theCase, group),
        confidence: 'high',
        title: TITLES[group.status] ?? titleOf(theCase, group),
        explanation: `${happened(theCase, group)} The transport and the logon are in order.${level === undefined ? '' : ` The level was ${levelName(level)}.`}${status ? ` ${wmiStatusText(theCase, status)}` : ''}${laterText(theCase, group)}`,
        symptom: `ManagementException or CimException ${hex32(group.status)} (${symbolOf(theCase, group)})`,
        effect: 'The operation was not carried out',
        evidence: laterEvidence(theCase, group),
        layers: [
          { ...hresultLayer(theCase.names, group.status), layer: 'WMI (HRESULT)' },
          ...(status ? [wmiStatusLayer(theCase, status)] : []),
          { layer: '.NET', code: '', text: 'ManagementException (System.Management) or CimException' },
          { layer: 'event log', code: '5858', text: 'Microsoft-Windows-WMI-Activity/Operational on the server' },
        ],
        atFault: atFaultOf(group),
        fix: [
          {
            text:
              REMEDIES[group.status] ??
              'On the server, see event 5858 in Microsoft-Windows-WMI-Activity/Operational for the operation and its error.',
          },
          {
            text: 'The operation, the caller and the provider’s own error are in the event log of the server:',
            copy: 'Get-WinEvent -LogName Microsoft-Windows-WMI-Activity/Operational -MaxEvents 50 | Where-Object Id -eq 5858 | Format-List TimeCreated, Message',
          },
        ],
        references: [references.wmiAccess],
        filter: 'dcerpc.pkt_type == 2',
      })
    }
  },
}

function titleOf(theCase: Examination, group: FaultGroup): string {
  const symbol = symbolOf(theCase, group)
  if (isReportedStatus(theCase, group.call)) return `An asynchronous WMI operation failed with ${symbol}`
  return `WMI answered ${shortMethod(group.method)} with ${symbol}`
}

/** In an asynchronous operation the server calls the client: the roles of the call are not those of the operation. */
function happened(theCase: Examination, { call, connection, method, user, statusText, frame }: FaultGroup): string {
  if (isReportedStatus(theCase, call))
    return `${connection.client.text} called back with ${method}, which was answered in frame ${frame}: the asynchronous operation that ${connection.server.text} asked for ended with ${statusText}.`
  return `${method}, called by ${user}, was carried out and returned ${statusText} in frame ${frame}.`
}

/** What a client asks for that is not there or not valid is its own; the rest is the provider's. */
const ASKED_WRONGLY = new Set([NOT_FOUND, 0x8004100e, 0x80041010, 0x80041017])

function atFaultOf({ status, user }: FaultGroup): AtFault {
  if (status === ACCESS_DENIED) return { party: 'account', text: `the rights of ${user} in WMI` }
  if (ASKED_WRONGLY.has(status))
    return {
      party: 'client',
      text: 'what the client asked for, or a class or namespace that is not installed on the server',
    }
  return { party: 'server', text: 'WMI on the server, or the provider of the class' }
}

function severityOf(theCase: Examination, group: FaultGroup): Severity {
  if (group.later !== undefined) return 'note'
  const goesOn = wentOn(theCase, group.calls.at(-1)!)
  const elsewhere = goesOn || workedLater(theCase, group.calls.at(-1)!) !== undefined
  if (group.status === NOT_FOUND && elsewhere) return 'note'
  return goesOn && group.status !== ACCESS_DENIED ? 'warning' : group.status === CALL_CANCELLED ? 'warning' : 'error'
}

function symbolOf(theCase: Examination, { status }: FaultGroup): string {
  return theCase.names.statusName(status)?.symbol ?? hex32(status)
}
