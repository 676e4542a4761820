import { expect, test } from 'vitest'
import { eventOf, guid, processRecord } from '../../../testing/captures/etl/explaining-events'
import { found, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { diagnoseTrace, isSynTo, timeOf, type Logs } from '../../../testing/machine'
import { ascii, concatenate } from '../../../testing/bytes'

const RPCSS = 'd8975f88-7ddb-4ed0-91bf-3adf48c48e0c'
const refused: Play = (play) => {
  play.mapEndpoint(SVCCTL, 49200).close('client')
  play.refused({ port: 49200 })
}
const unclaimed: Logs = () => ({
  pktmon: { drop: (frame) => (isSynTo(49200)(frame) ? { reason: 1204, location: 0xe0004500 } : undefined) },
})

test('the server’s own events say that nothing listens', async () => {
  const findings = await diagnoseTrace(refused, unclaimed)
  const finding = found(findings, 'no-listener')!
  expect(finding).toMatchObject({ confidence: 'high', title: 'No program listened on port 49200 of the server' })
  expect(finding.explanation).toContain('no firewall was involved')
  expect(wrong(findings)).toEqual(['no-listener'])
})

test('the process that had registered the port had ended', async () => {
  const findings = await diagnoseTrace(refused, (play) => {
    const syn = timeOf(play.frames, isSynTo(49200))
    const registered = concatenate(guid(SVCCTL.uuid), new Uint8Array(16), ascii('ncacn_ip_tcp\x0049200\0'))
    return {
      events: [eventOf(RPCSS, 2, { microseconds: syn - 2e6, processId: 912 }, [registered], 1)],
      kernel: [
        processRecord(syn - 3e6, 912, 'spoolsv.exe'),
        { ...processRecord(syn - 1e6, 912, 'spoolsv.exe'), hook: 0x302 },
      ],
    }
  })
  const finding = found(findings, 'no-listener')!
  expect(finding.title).toBe('The server’s process behind port 49200 had ended')
  expect(finding.explanation).toContain('spoolsv.exe (process 912)')
})

test('without events it is what the wire shows', async () => {
  const findings = await diagnoseTrace(refused)
  expect(found(findings, 'no-listener')).toBeUndefined()
  expect(found(findings, 'dynamic-port-blocked')).toBeDefined()
})

test.each([80, 8080, 51413])('a probe of the closed port %i, which is none of RPC’s, stays silent', async (port) => {
  const findings = await diagnoseTrace(
    (play) => {
      play.refused({ port })
    },
    () => ({
      pktmon: { drop: (frame) => (isSynTo(port)(frame) ? { reason: 1204, location: 0xe0004500 } : undefined) },
    }),
  )
  expect(found(findings, 'no-listener')).toBeUndefined()
})
