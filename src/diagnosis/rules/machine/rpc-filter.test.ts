import { expect, test } from 'vitest'
import { rpcFiltered } from '../../../testing/captures/etl/explaining-events'
import { found, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { diagnoseTrace } from '../../../testing/machine'

const KEY = '11111111-2222-3333-4444-555555555555'
const denied: Play = (play) => {
  const rpc = play.rpc({ port: 49157 })
  const binding = rpc.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'privacy') })
  rpc.fault(rpc.request(binding, { opnum: 15, stub: new Uint8Array(8) }), 5)
  rpc.close('client')
}

test('a call that an RPC filter refused, by interface and key', async () => {
  const findings = await diagnoseTrace(denied, ({ frames }) => ({
    events: [rpcFiltered({ microseconds: frames.at(-3)!.microseconds }, 'services.exe', SVCCTL.uuid, KEY)],
  }))
  const finding = found(findings, 'rpc-filter')!
  expect(finding).toMatchObject({ confidence: 'high', executed: 'no' })
  expect(finding.title).toContain('An RPC filter on the server blocks svcctl')
  expect(finding.evidence.length).toBe(2)
  expect(wrong(findings)).toEqual(['rpc-filter'])
})

test('without the event it is a refusal like any other', async () => {
  const findings = await diagnoseTrace(denied)
  expect(found(findings, 'rpc-filter')).toBeUndefined()
  expect(wrong(findings).length).toBeGreaterThan(0)
})
