import { expect, test } from 'vitest'
import { wmiFailure } from '../../../testing/captures/etl/explaining-events'
import { found, working, wrong } from '../../../testing/diagnose'
import { diagnoseTrace, type Logs } from '../../../testing/machine'

const logs =
  (result: number): Logs =>
  ({ frames }) => ({
    events: [
      wmiFailure(
        { microseconds: frames.at(-1)!.microseconds },
        {
          machine: 'CLIENT',
          user: 'CORP\\admin',
          clientProcessId: 4711,
          operation: 'Start IWbemServices::ExecQuery - root\\cimv2 : select * from Win32_Nothing',
          result,
        },
      ),
    ],
  })

test('an operation that failed, with query, user and result', async () => {
  const findings = await diagnoseTrace((play) => void working(play, { port: 49157 }), logs(0x80041010))
  const finding = found(findings, 'wmi-operation-failed')!
  expect(finding).toMatchObject({
    confidence: 'high',
    title: 'WMI could not do what the client asked: WBEM_E_INVALID_CLASS',
  })
  expect(finding.explanation).toContain('Asked by CORP\\admin from CLIENT, process 4711')
  expect(finding.fix[0]!.copy).toBe('Get-CimInstance -Namespace root\\cimv2 -Query "select * from Win32_Nothing"')
})

test('the end of an enumeration is no failure', async () => {
  const findings = await diagnoseTrace((play) => void working(play, { port: 49157 }), logs(1))
  expect(found(findings, 'wmi-operation-failed')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('without the event nothing is wrong', async () => {
  expect(wrong(await diagnoseTrace((play) => void working(play, { port: 49157 })))).toEqual([])
})
