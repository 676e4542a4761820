// One suite for every rule that reports a fault by its status alone; what else such a rule knows is tested beside it.
import { describe, expect, test } from 'vitest'
import { diagnose, found, returning, working, wrong, type Play } from '../../../testing/diagnose'
import { faultsByStatus } from '../../../testing/faults-by-status'
import { startingAt } from '../../../testing/scenario'
import { inOtherClothes } from '../../../testing/variations'

const METHOD = { opnum: 12, stub: new Uint8Array(40) }

describe.each(faultsByStatus)('$rule', ({ rule, status, method, overcome }) => {
  const shows: Play = (play) => {
    const { session, binding } = working(play)
    session.fault(session.request(binding, METHOD), status)
  }

  test(`reports the fault 0x${status.toString(16)} with its method and its server`, async () => {
    const finding = found(await diagnose(shows), rule)
    expect(finding).toMatchObject({ kind: 'finding', streams: [0] })
    expect(finding![method]).toContain('svcctl::')
    expect(finding!.title).not.toContain('10.0.0.6')
    expect(finding!.explanation).toContain('from 10.0.0.15 to 10.0.0.6')
  })

  test('is silent on a healthy connection', async () => {
    const findings = await diagnose((play) => void working(play))
    expect(found(findings, rule)).toBeUndefined()
    expect(wrong(findings)).toEqual([])
  })

  test('reports it where the capture starts after the bind', async () => {
    const findings = await diagnose(shows, (frames) => startingAt(frames, 7))
    expect(found(findings, rule)).toMatchObject({ kind: 'finding' })
  })

  test(`is a finding of severity ${overcome} where the same method succeeds later`, async () => {
    const findings = await diagnose((play) => {
      const { session, binding } = working(play)
      session.fault(session.request(binding, METHOD), status)
      session.call(binding, METHOD, returning(0))
    })
    expect(found(findings, rule)).toMatchObject({ severity: overcome })
    expect(wrong(findings)).toEqual(overcome === 'warning' ? [rule] : [])
  })

  inOtherClothes(rule, shows)
})
