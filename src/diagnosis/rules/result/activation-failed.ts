// The activation was answered, and the answer is an error other than access denied. MS-DCOM 3.1.2.5.2.3.
import type { Examination } from '../../examination'
import { groupCalls, laterEvidence, laterText, occurrences } from '../../signs/call/fault'
import { activatedClass, isActivation } from '../../signs/call/activation'
import { dotnetLayer, hresultLayer, programShows } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'

interface Remedy {
  why: string
  advice: string[]
  event?: string
}

const REMEDIES: Record<number, Remedy> = {
  0x80040154: {
    why: 'its class is not registered there',
    advice: [
      'On the server that was asked, install or register the component, in the bitness (32 or 64 bits) that the client asks for.',
    ],
  },
  0x80080005: {
    why: 'its server process did not start in time',
    advice: [
      'Start the component by hand on the server and see what happens; check its account (dcomcnfg, Identity tab) and what it depends on.',
    ],
    event: '10010',
  },
  0x8000401a: {
    why: 'its run-as account could not log on',
    advice: [
      'On the server, run dcomcnfg, Identity tab of the application: correct the account and its password; "The interactive user" needs a user who is logged on there.',
    ],
    event: '10004',
  },
  0x80004027: {
    why: 'remote access to COM+ is off',
    advice: [
      'On the server (2016 and later, KB3182294), set HKLM\\SOFTWARE\\Microsoft\\COM3\\RemoteAccessEnabled to 1 (DWORD) and restart it.',
    ],
    event: '10014',
  },
  0x80070422: {
    why: 'the service behind it is disabled',
    advice: ['On the server, set the service’s start type to manual.'],
  },
  0x8007000e: {
    why: 'the server is out of memory',
    advice: ['On the server, look at memory and at the desktop heap (System log, event 243 of Win32k).'],
  },
  0x800706ba: {
    why: 'its process could not be reached',
    advice: [
      'On the server, enable the firewall rule of the component: its name ends in "(DCOM-In)", for instance "COM+ Network Access (DCOM-In)" or "Remote Volume Management". Some components need it on the client as well.',
      'If the rule is on, look at the component’s process on the server: whether it starts, hangs or ends at once.',
    ],
  },
  0x80004005: {
    why: 'an unspecified error',
    advice: [
      'On the server, look in the System log for events of DistributedCOM at that time; some servers answer so when the client names them by a name that they do not know.',
    ],
  },
}

/** Error: the object was not created. Note: a later activation by the same client succeeded. */
export const activationFailed: Rule = {
  id: 'activation-failed',
  title: 'The COM object could not be created',
  meaning:
    'The request for a COM object reached the server and was answered with an error: the class is unknown there, its process does not start, its account cannot log on. Missing rights have their own rule.',
  *find(theCase) {
    const failed = theCase.unexplained(theCase.errorReturns)
    for (const group of groupCalls(theCase, failed, (_, call) => isActivation(theCase, call))) {
      const remedy = REMEDIES[group.status]
      const known = theCase.names.returnName(group.status, 'hresult')
      const what = className(theCase, group.call)
      yield* occurrences(theCase, group, {
        severity: group.later === undefined ? 'error' : 'note',
        confidence: 'high',
        title: `The COM object was not created: ${remedy?.why ?? known?.symbol ?? group.statusText}`,
        explanation: `${group.user} asked for ${what}; the request was answered in frame ${group.frame} with ${group.statusText}.${remedy ? ` That means: ${remedy.why}.` : ''} Transport and logon are in order.${laterText(theCase, group)}`,
        symptom: programShows(theCase.names, group.status),
        atFault: { party: 'server', text: remedy ? `the server: ${remedy.why}` : 'the server, or the component on it' },
        effect: 'The object was not created; nothing that needs it works',
        evidence: laterEvidence(theCase, group),
        layers: [
          hresultLayer(theCase.names, group.status, 'wire (HRESULT in the answer)'),
          dotnetLayer(group.status),
          ...(remedy?.event
            ? [{ layer: 'event log', code: remedy.event, text: 'DCOM, System log of the server' }]
            : []),
        ],
        fix: (
          remedy?.advice ?? ['On the server, look in the System log for events of DistributedCOM at that time.']
        ).map((text) => ({ text })),
        references: [references.dcomActivation, ...(group.status === 0x80004027 ? [references.comRemoteAccess] : [])],
        filter: 'isystemactivator.opnum == 4 || isystemactivator.opnum == 3',
      })
    }
  },
}

/** The class asked for, by name where it is known. */
function className(theCase: Examination, call: number): string {
  const clsid = activatedClass(theCase, call)
  if (clsid === undefined) return 'a COM object'
  const name = theCase.names.guid(clsid)?.name
  return name ? `${name} {${clsid}}` : `the class {${clsid}}`
}
