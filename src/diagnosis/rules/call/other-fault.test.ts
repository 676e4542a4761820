import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { startingAt } from '../../../testing/scenario'

const shows: Play = (play) => {
  const { session, binding } = working(play)
  session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c000020)
}

test('a fault 0x1c000020 is reported, with the method and the server', async () => {
  const findings = await diagnose(shows)
  const finding = found(findings, 'other-fault')
  expect(finding).toMatchObject({ kind: 'finding', streams: [0] })
  expect(finding!.title).toContain('svcctl::')
  expect(finding!.title).not.toContain('10.0.0.6')
  expect(finding!.explanation).toContain('from 10.0.0.15 to 10.0.0.6')
})

test('a status of a client says that a call of the service itself likely failed', async () => {
  const findings = await diagnose((play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x800706ba)
  })
  const finding = found(findings, 'other-fault')!
  expect(finding).toMatchObject({ severity: 'error', confidence: 'medium' })
  expect(finding.title).toBe('The server likely could not reach another one for svcctl::RCreateServiceW')
  expect(found(await diagnose(shows), 'other-fault')!.title).not.toContain('likely')
})

test('a healthy connection is not', async () => {
  const findings = await diagnose((play) => {
    working(play)
  })
  expect(found(findings, 'other-fault')).toBeUndefined()
  expect(wrong(findings)).toEqual([])
})

test('it is reported as well where the capture starts after the bind', async () => {
  const findings = await diagnose(
    (play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, { opnum: 12, stub: new Uint8Array(40) }), 0x1c000020)
    },
    (frames) => startingAt(frames, 7),
  )
  const finding = found(findings, 'other-fault')
  expect(finding).toMatchObject({ kind: 'finding' })
})

inOtherClothes('other-fault', shows)
