// The clocks are too far apart for Kerberos. RFC 4120 1.6, 7.5.9: KRB_AP_ERR_SKEW.
import type { Examination } from '../../examination'
import {
  correctedBy,
  type FailedLogon,
  failedLogonAfter,
  failedLogons,
  kerberosErrors,
} from '../../signs/kerberos-errors'
import { hresultLayer, eventLayer } from '../../text/layers'
import { references } from '../../text/references'
import type { Rule } from '../../rule'
import { duration, evidence, frameNumber } from '../../text/wording'

const SKEW = 37
const SEC_E_TIME_SKEW = 0x80090324

export const clockSkew: Rule = {
  id: 'clock-skew',
  title: 'The clocks of client and server are too far apart',
  meaning:
    'Kerberos refuses requests whose time differs from its own by more than five minutes. The difference is between the two hosts; the clock of the capture plays no part.',
  covers: ['R14'],
  *find(theCase) {
    const logons = failedLogons(theCase)
    for (const error of kerberosErrors(theCase)) {
      if (error.code !== SKEW) continue
      const failed = failedLogonAfter(theCase, logons, error)
      const corrected = failed ? undefined : correctedBy(theCase, error)
      if (corrected !== undefined) {
        yield {
          kind: 'normal',
          severity: 'note',
          confidence: 'high',
          title: `${error.to} corrected its time after KRB_AP_ERR_SKEW and went on`,
          explanation: `${error.from} refused a Kerberos request of ${error.to} in frame ${frameNumber(error.frame)} because of the time; the client took the time from that answer, and Kerberos worked in frame ${frameNumber(corrected)}.`,
          evidence: [
            ...evidence(error.frame, 'KRB_AP_ERR_SKEW'),
            ...evidence(corrected, 'Kerberos works with the corrected time'),
          ],
          streams: [error.stream],
          fold: `corrected|${error.from}|${error.to}`,
        }
        continue
      }
      if (failed) explainCalls(theCase, failed)
      yield {
        severity: failed || error.inRpc ? 'error' : 'warning',
        confidence: 'high',
        title: `The clocks of ${error.to} and ${error.from} are too far apart for Kerberos${error.skew === undefined ? '' : `: ${duration(Math.abs(error.skew))}`}`,
        explanation: `${error.from} refused a Kerberos request of ${error.to} in frame ${frameNumber(error.frame)} with KRB_AP_ERR_SKEW.${error.skew === undefined ? '' : ` By the two times in the message, ${error.from} is ${duration(Math.abs(error.skew))} ${error.skew > 0 ? 'ahead' : 'behind'}.`}${failed ? ` The logon in frame ${frameNumber(failed.frame)} failed after it.` : ' Windows clients may correct their time from this answer and try again.'}`,
        layers: [
          { layer: 'wire (Kerberos)', code: '37', text: 'KRB_AP_ERR_SKEW: clock skew too great' },
          hresultLayer(theCase.names, SEC_E_TIME_SKEW, 'COM client'),
          eventLayer('4', 'Kerberos, System log'),
        ],
        evidence: [
          ...evidence(error.frame, 'KRB_AP_ERR_SKEW'),
          ...evidence(failed?.frame, 'the logon that failed after it'),
        ],
        advice: [
          'Set both clocks by the domain’s time source: "w32tm /query /status" and "w32tm /resync" on both hosts; check the time zone and the virtual machine’s host.',
        ],
        references: [references.rfc4120],
        streams: [error.stream],
        filter: 'kerberos.error_code == 37',
        fold: `${error.from}|${error.to}`,
      }
    }
  },
}

/** The calls that were refused under the failed logon have no reason of their own. */
function explainCalls(theCase: Examination, { frame, stream }: FailedLogon): void {
  for (const connection of theCase.connectionsOn(stream))
    connection.security.forEach(({ failedFrame }, index) => {
      if (failedFrame !== frame) return
      for (const call of theCase.faultsUnder(connection, index)) theCase.explainCall(call, clockSkew.id)
    })
}
