// The clocks are too far apart for Kerberos. RFC 4120 1.6, 7.5.9: KRB_AP_ERR_SKEW.
import type { Examination } from '../../examination'
import { type FailedLogon, failedLogonAfter } from '../../signs/logon/kerberos-consequences'
import { type KerberosError, kerberosErrors } from '../../signs/logon/kerberos-errors'
import { correctedBy } from '../../signs/logon/kerberos-corrections'
import { eventLayer, hresultLayer, win32Symptom } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule, Wording } from '../../rule'
import { duration, evidence, frameNumber } from '../../text/wording'
import { BY_DESIGN } from '../../text/of-kind'

const SKEW = 37
const SEC_E_TIME_SKEW = 0x80090324
const ERROR_TIME_SKEW = 1398

export const clockSkew: Rule = {
  id: 'clock-skew',
  title: 'The clocks of client and server are too far apart',
  meaning:
    'Kerberos refuses requests whose time differs from its own by more than five minutes. The difference is between the two hosts; the clock of the capture plays no part. ' +
    'An error when Kerberos does not work afterwards; a note when the client corrected its time from the answer, or logged on without Kerberos.',
  *find(theCase) {
    for (const error of kerberosErrors(theCase)) {
      if (error.code !== SKEW) continue
      const correction = correctedBy(theCase, error)
      if (correction) {
        yield {
          ...BY_DESIGN,
          atFault: { party: 'configuration', text: `the clock of ${error.to} or of ${error.from}` },
          effect: 'None that lasted: the client logged on.',
          fix: [
            {
              text: 'Compare the clocks of both hosts; the next client may not correct the difference.',
              copy: 'w32tm /query /status',
            },
          ],
          kind: 'normal',
          severity: 'note',
          confidence: 'high',
          title:
            correction.by === 'other'
              ? 'A clock difference was overcome: the client logged on without Kerberos'
              : 'A clock difference was overcome: the client corrected its time',
          explanation: `${error.from} refused a Kerberos request of ${error.to} in frame ${frameNumber(error.frame)} with KRB_AP_ERR_SKEW. In frame ${frameNumber(correction.frame)} ${correction.note}.`,
          evidence: [...evidence(error.frame, 'KRB_AP_ERR_SKEW'), ...evidence(correction.frame, correction.note)],
          streams: [error.stream],
          filter: `kerberos.error_code == ${SKEW} || tcp.stream == ${error.stream}`,
          fold: `corrected|${error.from}|${error.to}`,
        }
        continue
      }
      const failed = failedLogonAfter(theCase, error)
      yield {
        severity: 'error',
        confidence: 'high',
        streams: [error.stream, ...(failed ? [failed.stream] : [])],
        ...(failed && { explains: { calls: callsUnder(theCase, failed) } }),
        fold: `${error.from}|${error.to}`,
        describe: () => describe(theCase, error, failed),
      }
    }
  },
}

function describe(theCase: Examination, error: KerberosError, failed: FailedLogon | undefined): Wording {
  return {
    title: 'The clocks of client and server are too far apart for Kerberos',
    symptom: win32Symptom(theCase.names, ERROR_TIME_SKEW),
    atFault: { party: 'configuration', text: `the clock of ${error.to} or of ${error.from}` },
    effect: failed
      ? 'The logon failed; its calls did not run.'
      : 'The client got no Kerberos ticket; no logon follows in the capture.',
    explanation: [
      `${error.from} refused a Kerberos request of ${error.to} in frame ${frameNumber(error.frame)} with KRB_AP_ERR_SKEW.`,
      skewText(error),
      failed ? `The logon in frame ${frameNumber(failed.frame)} failed after it.` : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    layers: [
      { layer: 'wire (Kerberos)', code: String(SKEW), text: 'KRB_AP_ERR_SKEW: clock skew too great' },
      hresultLayer(theCase.names, SEC_E_TIME_SKEW, 'COM client'),
      eventLayer('3', 'Security-Kerberos, System log of the client, where Kerberos logging is on'),
    ],
    evidence: [
      ...evidence(error.requestFrame, 'the Kerberos request'),
      ...evidence(error.frame, 'KRB_AP_ERR_SKEW'),
      ...evidence(failed?.frame, 'the logon that failed after it'),
    ],
    fix: [
      { text: 'See on both hosts where the time comes from and how far it is off.', copy: 'w32tm /query /status' },
      {
        text: 'Set the clock by the domain’s time source (Linux: chronyc makestep).',
        copy: 'w32tm /resync /rediscover',
      },
      { text: 'Check the time zone, and that the host of a virtual machine does not set its clock.' },
    ],
    references: [references.rfc4120],
    filter: `kerberos.error_code == ${SKEW}`,
  }
}

function skewText({ skew, from }: KerberosError): string {
  if (skew === undefined) return ''
  return `By the two times in the message, ${from} is ${duration(Math.abs(skew))} ${skew > 0 ? 'ahead' : 'behind'}.`
}

/** The calls that were refused under the failed logon have no reason of their own. */
function callsUnder(theCase: Examination, { frame, stream }: FailedLogon): number[] {
  return theCase
    .connectionsOn(stream)
    .flatMap((connection) =>
      connection.security.flatMap(({ failedFrame }, index) =>
        failedFrame === frame ? theCase.faultsUnder(connection, index) : [],
      ),
    )
}
