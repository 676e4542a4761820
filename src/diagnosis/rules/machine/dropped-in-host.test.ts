import { expect, test } from 'vitest'
import { found, SVCCTL, working, wrong, type Play } from '../../../testing/diagnose'
import { diagnoseTrace, isSynTo } from '../../../testing/machine'

const blocked: Play = (play) => {
  play.mapEndpoint(SVCCTL, 49200).close('client')
  play.unanswered({ port: 49200 })
}

test('a virtual switch that filters the attempt', async () => {
  const findings = await diagnoseTrace(blocked, () => ({
    pktmon: { drop: (frame) => (isSynTo(49200)(frame) ? { reason: 8, location: 0xe0002000 } : undefined) },
  }))
  const finding = found(findings, 'dropped-in-host')!
  expect(finding).toMatchObject({ severity: 'error', title: 'The virtual switch dropped the connection attempt' })
  expect(finding.explanation).toContain('filtered by the virtual switch (reason 8)')
  expect(wrong(findings)).toEqual(['dropped-in-host'])
})

test('a card that drops one packet of a connection that works costs time only', async () => {
  let dropped = 0
  const findings = await diagnoseTrace(
    (play) => void working(play, { port: 49200 }),
    () => ({
      pktmon: { drop: (_, index) => (index === 6 && ++dropped ? { reason: 204, location: 0xe0001001 } : undefined) },
    }),
  )
  expect(dropped).toBe(1)
  expect(found(findings, 'dropped-in-host')).toMatchObject({ severity: 'warning' })
})

test('multicast without a receiver is normal', async () => {
  const findings = await diagnoseTrace(
    (play) => {
      play.askNeighbours('server9')
      working(play, { port: 49200 })
    },
    () => ({
      pktmon: {
        drop: ({ bytes }) => (bytes[0] === 1 || bytes[0] === 0x33 ? { reason: 204, location: 0xe0001001 } : undefined),
      },
    }),
  )
  expect(found(findings, 'dropped-in-host')).toBeUndefined()
})
