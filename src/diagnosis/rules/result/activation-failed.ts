// The activation was answered, and the answer is an error other than access denied. MS-DCOM 3.1.2.5.2.3.
import { IACTIVATION } from '../../../names/well-known'
import { NONE } from '../../../capture/table'
import { Call } from '../../../conversation/model'
import { openingStubBytes } from '../../../conversation/pdu'
import { activationRequest, remoteActivationRequest } from '../../../dissect/com/activation'
import { Reader } from '../../../dissect/reader'
import type { Examination } from '../../examination'
import { groupCalls, occurrence } from '../../signs/fault'
import { isActivation } from '../../signs/activation'
import { dotnetLayer, hresultLayer } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'

const REMOTE_CREATE_INSTANCE = 4

interface Remedy {
  why: string
  advice: string
  event?: string
}

const REMEDIES: Record<number, Remedy> = {
  0x80040154: {
    why: 'the class is not registered there',
    advice: 'Install or register the component on the server that was asked, in the bitness that is asked for.',
  },
  0x80080005: {
    why: 'the server process did not start, or did not register in time',
    advice: 'Start the component by hand on the server and see what happens; look at its account and its dependencies.',
    event: '10010',
  },
  0x8000401a: {
    why: 'the account that the component runs as could not log on',
    advice:
      'dcomcnfg, Identity tab: correct the account and password; "interactive user" needs somebody to be logged on.',
    event: '10004',
  },
  0x80004027: {
    why: 'remote access to COM+ is off',
    advice: 'Set HKLM\\SOFTWARE\\Microsoft\\COM3\\RemoteAccessEnabled to 1 (server 2016 and later, KB3182294).',
    event: '10014',
  },
  0x80070422: { why: 'the service behind the class is disabled', advice: 'Enable the service.' },
  0x8007000e: { why: 'the server has no memory for it', advice: 'Look at memory and desktop heap of the server.' },
  0x800706ba: {
    why: 'the server’s own COM service could not reach the component’s process',
    advice: 'The failure is local to the server: look at the component’s process there.',
  },
  0x80004005: {
    why: 'an unspecified error',
    advice:
      'Look at the server’s System log; some servers answer so when the client names them by a name that they do not know.',
  },
}

export const activationFailed: Rule = {
  id: 'activation-failed',
  title: 'The COM object could not be created',
  meaning:
    'The request for a COM object reached the server and was answered with an error: the class is unknown there, its process does not start, its account cannot log on. Rights are another rule’s matter.',
  covers: ['R06'],
  *find(theCase) {
    const failed = theCase.unexplained(theCase.refusals)
    for (const group of groupCalls(theCase, failed, (_, call) => isActivation(theCase, call))) {
      for (const call of group.calls) theCase.explainCall(call, activationFailed.id)
      const remedy = REMEDIES[group.status]
      const known = theCase.names.returnName(group.status, 'hresult')
      const what = className(theCase, group.call)
      yield occurrence(theCase, group, {
        severity: 'error',
        confidence: 'high',
        title: `${group.connection.server.text} could not create ${what}: ${remedy?.why ?? known?.message ?? group.statusText}`,
        explanation: `${group.user} asked for ${what}; the request was answered in frame ${group.frame} with ${group.statusText}.${remedy ? ` That means: ${remedy.why}.` : ''} Transport and logon are in order.`,
        layers: [
          hresultLayer(theCase.names, group.status, 'wire (HRESULT in the answer)'),
          dotnetLayer(group.status),
          ...(remedy?.event
            ? [{ layer: 'event log', code: remedy.event, text: 'DCOM, System log of the server' }]
            : []),
        ],
        advice: [remedy?.advice ?? 'Look at the System log of the server for DCOM events at that time.'],
        references: [references.dcomActivation, ...(group.status === 0x80004027 ? [references.comRemoteAccess] : [])],
        filter: 'isystemactivator.opnum == 4 || isystemactivator.opnum == 3',
      })
    }
  },
}

/** The class asked for, by name where it is known. */
function className(theCase: Examination, call: number): string {
  const { calls } = theCase.conversation
  const pdu = calls.get(Call.RequestPdu, call)
  const stub = pdu === NONE ? new Uint8Array(0) : openingStubBytes(theCase.capture, pdu)
  if (stub.length === 0) return 'a COM object'
  const wide = theCase.isNdr64(call)
  const from = new Reader(stub)
  const { clsid } =
    theCase.interfaceOf(call) === IACTIVATION
      ? remoteActivationRequest(from, wide)
      : activationRequest(from, calls.get(Call.Opnum, call) === REMOTE_CREATE_INSTANCE, wide)
  if (clsid === undefined) return 'a COM object'
  const name = theCase.names.guid(clsid)?.name
  return name ? `${name} {${clsid}}` : `the class {${clsid}}`
}
