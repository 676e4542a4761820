// The method ran and returned an error of its own: the last four bytes of a readable answer.
import { NETLOGON, SAMR } from '../../../names/well-known'
import { hex32 } from '../../../capture/text'
import { Call } from '../../../conversation/model'
import { groupCalls, occurrence, wentOn } from '../../signs/fault'

import { exceptionOf, hresultOf } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { plural } from '../../text/wording'

/** So many refusals of one method are a pattern of their own. */
const MANY = 20
/** STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED, E_ACCESSDENIED. */
const DENIED = new Set([0xc0000022, 5, 0x80070005])
const NO_INTERFACE = 0x80004002

/** What to do about errors that are met often. */
const ADVICE: Record<number, string> = {
  2: 'What was asked for is not there: check the path or name in the request, and the 32-bit or 64-bit view of the registry.',
  1060: 'Check the service’s short name ("sc getkeyname"), and that the service is installed on that server.',
  1062: 'The service is not running: start it, or leave out the stop.',
  1801: 'Check the printer’s share name (it may have been renamed or removed), and that print client and server are patched to the same level.',
  8453: 'The account needs "Replicating Directory Changes" on the naming context.',
  8439: 'The distinguished name in the request does not name a naming context of that server.',
  8606: 'The directories have drifted apart (lingering objects): "repadmin /removelingeringobjects".',
}

export const methodError: Rule = {
  id: 'method-error',
  title: 'A method returned an error',
  meaning:
    'The call went through and the method itself said no: not found, access denied, wrong state. Often that is an answer that the program ' +
    'expects (is it there? no), so look at what it did next.',
  covers: ['R58', 'R19'],
  *find(theCase) {
    const wanted = (status: number) => status !== NO_INTERFACE
    for (const group of groupCalls(theCase, theCase.unexplained(theCase.refusals), wanted)) {
      const kind = theCase.names.returnKind(theCase.interfaceOf(group.call)!)
      const known = theCase.names.returnName(group.status, kind)
      if (!known) continue
      for (const call of group.calls) theCase.explainCall(call, methodError.id)
      const count = group.calls.length
      const text = `${hex32(group.status)} (${known.symbol})`
      const flood = theCase.interfaceOf(group.call) === NETLOGON && count >= MANY
      const hresult = hresultOf(group.status)
      yield occurrence(
        theCase,
        { ...group, statusText: text },
        {
          severity: 'warning',
          confidence: flood || theCase.conversation.calls.get(Call.ResponseBytes, group.call) <= 4 ? 'high' : 'medium',
          title: `${group.method} on ${group.server} returned ${text}${count > 1 ? `, ${count} times` : ''}`,
          explanation:
            `RPC itself worked: the call was answered in frame ${group.frame}, and the last four bytes of the answer, the method's return value, are ${text}: ${known.message} ` +
            (wentOn(theCase, group.calls.at(-1)!)
              ? 'The client went on with other calls on the same connection.'
              : 'It was the last call answered on that connection.') +
            (flood
              ? ` ${plural(count, 'refusal')} of a Netlogon authentication in one capture are no stale password but a guess repeated: the pattern of an attack on CVE-2020-1472 (Zerologon), or a test for it.`
              : ''),
          layers: [
            { layer: `method (${kind})`, code: text, text: known.message },
            { layer: 'COM client', code: hex32(hresult), text: 'where the program shows it as an HRESULT' },
            { layer: '.NET', code: '', text: exceptionOf(hresult) },
          ],
          advice: flood
            ? [
                'Find out what runs on the client; on the server see System log 5827 to 5831 and install the Netlogon updates of 2020.',
              ]
            : DENIED.has(group.status)
              ? [
                  theCase.securityOf(group.call) ||
                  group.connection.pipe !== undefined ||
                  theCase.isLogonHidden(group.call)
                    ? `The call was made by ${group.user}: give that account the right, or use one that has it.`
                    : 'The client made the call without a logon: let it log on with an account that has the right.',
                  ...(theCase.interfaceOf(group.call) === SAMR
                    ? [
                        'For SAMR see the policy "Network access: Restrict clients allowed to make remote calls to SAM" (RestrictRemoteSAM).',
                      ]
                    : []),
                  'Rights that the caller asks for in the request (the desired access) may be more than it needs.',
                ]
              : [
                  ADVICE[group.status] ??
                    `Look ${known.symbol} up for ${group.method}; check what the client asked for in the request.`,
                ],
          references: flood ? [references.netlogon] : [],
          filter: 'dcerpc.pkt_type == 2',
        },
      )
    }
  },
}
