import { expect, test } from 'vitest'
import { diagnose, found, working, wrong, type Play } from '../../../testing/diagnose'
import { inOtherClothes } from '../../../testing/variations'
import { cutTo, startingAt } from '../../../testing/scenario'

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

test('a status that the capture cuts off is not made up', async () => {
  const statusAt = 14 + 20 + 20 + 24
  const finding = found(await diagnose(shows, (frames) => cutTo(frames, statusAt)), 'other-fault')!
  expect(finding.title).toBe('The server answered opnum 12 with a fault, cut off here')
  expect(JSON.stringify([finding.layers, finding.filter, finding.symptom])).not.toMatch(/ffffffff/i)
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
