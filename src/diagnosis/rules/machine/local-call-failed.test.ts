import { expect, test } from 'vitest'
import { processRecord, rpcStart, rpcStop } from '../../../testing/captures/etl/explaining-events'
import { found, SVCCTL, wrong, type Play } from '../../../testing/diagnose'
import { diagnoseTrace, type Logs } from '../../../testing/machine'

const SERVED = 'aaaaaaaa-0000-0000-0000-000000000001'
const INNER = 'aaaaaaaa-0000-0000-0000-000000000002'
const TERMINAL_SERVER = '88143fd0-c28d-4b2b-8fef-8d882f6a9390'

const failed: Play = (play) => {
  const rpc = play.rpc({ port: 49157 })
  const binding = rpc.bind(SVCCTL, { logon: play.logon('CORP\\admin', 'privacy') })
  rpc.fault(rpc.request(binding, { opnum: 15, stub: new Uint8Array(8) }), 1722)
  rpc.close('client')
}

/** The server's process 700 serves the call, and asks another process meanwhile. */
const logs =
  (status: number, processId = 700): Logs =>
  ({ frames, client }) => {
    // The request is the frame before the fault, which is before the close.
    const fault = frames.findLastIndex(({ bytes }) => bytes.length > 60 && bytes[0] !== undefined)
    const at = (offset: number) => ({ microseconds: frames[fault - 1]!.microseconds + offset })
    const call = { interface: SVCCTL.uuid, opnum: 15, protocol: 1, address: client.address, endpoint: '49157' }
    const inner = { interface: TERMINAL_SERVER, opnum: 3, protocol: 3, endpoint: 'TermSrvApi' }
    return {
      events: [
        rpcStart('server', { ...at(1), processId: 700, activity: SERVED }, call),
        rpcStart('client', { ...at(2), processId, activity: INNER }, inner),
        rpcStop('client', { ...at(3), processId, activity: INNER }, status),
        rpcStop('server', { ...at(4), processId: 700, activity: SERVED }, 1722),
      ],
      kernel: [processRecord(frames[0]!.microseconds, 700, 'services.exe')],
    }
  }

test('the local call behind the remote one is named, with its endpoint', async () => {
  const findings = await diagnoseTrace(failed, logs(1722))
  const finding = found(findings, 'local-call-failed')!
  expect(finding).toMatchObject({ confidence: 'high', executed: 'yes' })
  expect(finding.title).toContain('A local call within the server caused the failure of svcctl::')
  expect(finding.explanation).toContain('While services.exe (process 700) served')
  expect(finding.explanation).toContain('at the local endpoint "TermSrvApi"')
  expect(wrong(findings)).toContain('local-call-failed')
})

test('with another status it is likely only', async () => {
  const finding = found(await diagnoseTrace(failed, logs(5)), 'local-call-failed')!
  expect(finding).toMatchObject({ confidence: 'medium' })
  expect(finding.title).toContain('likely')
})

test('of two calls of the method the one nearest in time is the one that was served', async () => {
  const withEarlier: Logs = (scenario) => {
    const { events, ...rest } = logs(1722)(scenario)
    const { frames, client } = scenario
    const fault = frames.findLastIndex(({ bytes }) => bytes.length > 60 && bytes[0] !== undefined)
    const earlier = { microseconds: frames[fault - 1]!.microseconds - 30_000, processId: 4, activity: INNER }
    const call = { interface: SVCCTL.uuid, opnum: 15, protocol: 1, address: client.address, endpoint: '49157' }
    return { events: [rpcStart('server', earlier, call), ...events!], ...rest }
  }
  expect(found(await diagnoseTrace(failed, withEarlier), 'local-call-failed')!.explanation).toContain(
    'While services.exe (process 700) served',
  )
})

test('a local call that succeeded, or of another process, explains nothing', async () => {
  for (const unrelated of [logs(0), logs(1722, 4)])
    expect(found(await diagnoseTrace(failed, unrelated), 'local-call-failed')).toBeUndefined()
})
