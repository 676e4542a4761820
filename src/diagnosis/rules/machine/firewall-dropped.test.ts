import { expect, test } from 'vitest'
import { transportDrop, wfpDrop } from '../../../testing/captures/etl/explaining-events'
import type { PackedFile } from '../../../testing/captures/etl/cabinet-writer'
import { netEvents, netStat, taskList, wfpState } from '../../../testing/captures/etl/report-files'
import type { Scenario } from '../../../testing/scenario'
import { found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { diagnoseTrace, isSynTo, timeOf, type Logs } from '../../../testing/machine'

const blocked: Play = (play) => {
  play.mapEndpoint(SVCCTL, 49200).close('client')
  play.unanswered({ port: 49200 })
}
const inspected: Logs = () => ({
  pktmon: { drop: (frame) => (isSynTo(49200)(frame) ? { reason: 1231, location: 0xe0004504 } : undefined) },
})

test('a port that the server’s firewall drops, as pktmon saw it', async () => {
  const findings = await diagnoseTrace(blocked, inspected)
  const finding = found(findings, 'firewall-dropped')!
  expect(findings[0]).toBe(finding)
  expect(finding).toMatchObject({ severity: 'error', confidence: 'high', atFault: { party: 'configuration' } })
  expect(finding.title).toBe('The server’s firewall dropped the connection to port 49200')
  expect(finding.explanation).toContain('refused by inspection at accept (firewall) (reason 1231)')
  expect(finding.evidence.length).toBeGreaterThan(1)
  expect(wrong(findings)).toEqual(['firewall-dropped'])
})

test('with the event of the filtering platform, filter and layer are named', async () => {
  const findings = await diagnoseTrace(blocked, (play) => ({
    ...inspected(play),
    events: [
      wfpDrop(
        { microseconds: timeOf(play.frames, isSynTo(49200)) + 30 },
        {
          local: [play.server.address, 49200],
          remote: [play.client.address, 50002],
          application: '\\device\\harddiskvolume3\\windows\\system32\\services.exe',
          filterId: 70123,
          layerId: 44,
          inbound: true,
        },
      ),
    ],
  }))
  const { explanation } = found(findings, 'firewall-dropped')!
  expect(explanation).toContain('Filter 70123 decided it, at the receive or accept layer (44)')
  expect(explanation).toContain('services.exe')
})

test('netsh’s trace has the same proof in an event of TCP/IP', async () => {
  const findings = await diagnoseTrace(blocked, (play) => ({
    events: [
      transportDrop(
        { microseconds: timeOf(play.frames, isSynTo(49200)) + 30 },
        { local: [play.server.address, 49200], remote: [play.client.address, 50002] },
        7,
      ),
    ],
  }))
  expect(found(findings, 'firewall-dropped')).toMatchObject({ confidence: 'high' })
})

const inReport = (play: Scenario, protocol = 6): PackedFile => {
  const { server, client, frames } = play
  return netEvents([
    {
      microseconds: timeOf(frames, isSynTo(49200)) + 30,
      local: [server.address, 49200],
      remote: [client.address, 50002],
      application: '\\device\\harddiskvolume3\\windows\\system32\\services.exe',
      filterId: 70123,
      layerId: 44,
      inbound: true,
      protocol,
    },
  ])
}

test('the report beside a netsh trace names the rule of the filter, and who listened', async () => {
  const findings = await diagnoseTrace(blocked, (play) => ({
    report: [
      inReport(play),
      wfpState({ 70123: 'Block RPC from clients' }, 'Contoso Protection'),
      taskList([{ pid: 640, image: 'services.exe' }]),
      netStat([{ local: ['0.0.0.0', 49200], pid: 640 }]),
    ],
  }))
  const finding = found(findings, 'firewall-dropped')!
  expect(findings[0]).toBe(finding)
  expect(finding.confidence).toBe('high')
  expect(finding.explanation).toContain(
    'Filter 70123 (“Block RPC from clients”, added by Contoso Protection) decided it, at the receive or accept layer (44), sublayer Windows firewall rules',
  )
  expect(finding.explanation).toContain('services.exe (process 640) listened on the port')
  expect(finding.fix[1]!.text).toContain('“Block RPC from clients”')
})

test('names of rules in the report are joined with the events of the trace', async () => {
  const findings = await diagnoseTrace(blocked, (play) => ({
    events: [
      wfpDrop(
        { microseconds: timeOf(play.frames, isSynTo(49200)) + 30 },
        {
          local: [play.server.address, 49200],
          remote: [play.client.address, 50002],
          application: 'x',
          filterId: 5,
          layerId: 44,
          inbound: true,
        },
      ),
    ],
    report: [wfpState({ 5: 'Block all' }, 'Contoso')],
  }))
  expect(found(findings, 'firewall-dropped')!.explanation).toContain('Filter 5 (“Block all”, added by Contoso)')
})

test('drops of UDP in the report, and drops of another hour, say nothing about TCP', async () => {
  for (const shifted of [false, true]) {
    const findings = await diagnoseTrace(blocked, (play) => {
      const file = inReport(play, shifted ? 6 : 17)
      const text = new TextDecoder().decode(file.bytes)
      const bytes = shifted ? new TextEncoder().encode(text.replace(/T\d\d:/, 'T02:')) : file.bytes
      return { report: [{ ...file, bytes }] }
    })
    expect(found(findings, 'firewall-dropped')).toBeUndefined()
    expect(found(findings, 'dynamic-port-blocked')).toBeDefined()
  }
})

test('the same trace without drops is the conclusion from silence, as before', async () => {
  const findings = await diagnoseTrace(blocked)
  expect(found(findings, 'firewall-dropped')).toBeUndefined()
  expect(found(findings, 'dynamic-port-blocked')).toBeDefined()
})

test('a drop of another connection’s packet, and one for a port that answers, say nothing', async () => {
  const findings = await diagnoseTrace(
    (play) => {
      play.mapEndpoint(SVCCTL, 49200).close('client')
      working(play, { port: 49200 })
    },
    (play) => ({
      events: [
        transportDrop(
          { microseconds: timeOf(play.frames, isSynTo(49200)) },
          { local: [play.server.address, 5353], remote: [play.client.address, 5353] },
          7,
        ),
      ],
      pktmon: { drop: (frame) => (isSynTo(49200)(frame) ? { reason: 1231, location: 0xe0004504 } : undefined) },
    }),
  )
  expect(wrong(findings)).toEqual([])
})

test('over IPv6', async () => {
  const findings = await diagnoseTrace(blocked, inspected, { ipv6: true })
  expect(found(findings, 'firewall-dropped')).toMatchObject({ confidence: 'high' })
})

test('what the client’s own firewall drops never reaches the wire', async () => {
  const findings = await diagnoseTrace(blocked, () => ({
    pktmon: {
      isSent: isSynTo(49200),
      stays: isSynTo(49200),
      drop: (frame) => (isSynTo(49200)(frame) ? { reason: 909, location: 0xe0004109 } : undefined),
    },
  }))
  expect(found(findings, 'firewall-dropped')!.title).toContain('The client’s own firewall')
})

test.each([80, 8080, 51413])(
  'what the firewall drops at port %i, which is none of RPC’s, stays silent',
  async (port) => {
    const findings = await diagnoseTrace(
      (play) => void play.unanswered({ port }),
      () => ({
        pktmon: { drop: (frame) => (isSynTo(port)(frame) ? { reason: 1231, location: 0xe0004504 } : undefined) },
      }),
    )
    expect(found(findings, 'firewall-dropped')).toBeUndefined()
  },
)

test.each([
  ['\\device\\harddiskvolume3\\windows\\system32\\lsass.exe', true],
  ['\\device\\harddiskvolume3\\program files\\share\\share.exe', false],
])('a dynamic port without any other RPC counts where Windows itself listens: %s', async (application, isFound) => {
  const findings = await diagnoseTrace(
    (play) => void play.unanswered({ port: 49667 }),
    (play) => ({
      events: [
        wfpDrop(
          { microseconds: timeOf(play.frames, isSynTo(49667)) + 30 },
          {
            local: [play.server.address, 49667],
            remote: [play.client.address, 50001],
            application,
            filterId: 9,
            layerId: 44,
            inbound: true,
          },
        ),
      ],
    }),
  )
  expect(found(findings, 'firewall-dropped') !== undefined).toBe(isFound)
})
