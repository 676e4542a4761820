import { expect, test } from 'vitest'
import { dcomEvent } from '../../../testing/captures/etl/explaining-events'
import { found, wrong, type Play } from '../../../testing/diagnose'
import { diagnoseTrace, type Logs } from '../../../testing/machine'

const DENIED = 0x80070005
const refused: Play = (play) => {
  play.activate({ logon: play.logon('CORP\\admin', 'connect'), hresult: DENIED })
}
const logged: Logs = ({ frames, client }) => ({
  events: [
    dcomEvent(10036, { microseconds: frames.at(-1)!.microseconds }, ['CORP', 'admin', 'S-1-5-21-7', client.address]),
  ],
})

test('the server’s event proves what the refusal on the wire lets suspect', async () => {
  const findings = await diagnoseTrace(refused, logged)
  const finding = found(findings, 'activation-level')!
  expect(finding).toMatchObject({ confidence: 'high', atFault: { party: 'client' } })
  expect(finding.explanation).toContain('the user CORP\\admin (SID S-1-5-21-7)')
  expect(finding.evidence.length).toBeGreaterThan(0)
  expect(wrong(findings)[0]).toBe('activation-level')
})

test('without the event it is not claimed', async () => {
  expect(found(await diagnoseTrace(refused), 'activation-level')).toBeUndefined()
})
