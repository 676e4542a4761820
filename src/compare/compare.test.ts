import { describe, expect, test } from 'vitest'
import { examine } from '../testing/diagnose'
import { type RpcSession, Scenario } from '../testing/scenario'
import { fixedCapture } from '../testing/case-study/fixed'
import { fullOsCapture } from '../testing/case-study/full-os'
import { winpeCapture } from '../testing/case-study/winpe'
import { I_WBEM_SERVICES } from '../testing/captures/com/interfaces'
import { compare } from './compare'

const of = async (frames: Parameters<typeof examine>[0]) => (await examine(frames)).theCase

describe('the case study', async () => {
  const broken = await of(winpeCapture())
  const fullOs = await of(fullOsCapture())
  const fixed = await of(fixedCapture())

  test('against the full system: the server kept the connection after the same fault', () => {
    const { summary, differences } = compare(broken, fullOs)
    expect(summary).toContain('second server kept the connection after the same fault, 0x00000721')
    expect(differences[0]!.a.map(({ frame }) => frame + 1)).toContain(528)
    expect(differences.map(({ kind }) => kind)).toContain('close')
  })

  test('the other way round it is the first server that kept it', () => {
    expect(compare(fullOs, broken).summary).toContain('first server kept the connection')
  })

  test('against the fixed client: the two interfaces are no longer asked for, no second identity', () => {
    const { summary } = compare(broken, fixed)
    expect(summary).toContain('IManagedObject and IProvideClassInfo are no longer asked for')
    expect(summary).toContain('no second identity: REDMOND\\jiangyue')
  })

  test('against itself: nothing', () => {
    const { summary, differences, calls } = compare(broken, broken)
    expect(summary).toContain('same calls')
    expect(differences).toEqual([])
    expect(calls.every(({ same }) => same)).toBe(true)
  })
})

const account = { user: 'u', domain: 'D', password: 'p', workstation: 'W' }
function services(milliseconds: number, answer: (session: RpcSession, call: number) => void) {
  const scenario = new Scenario()
  const session = scenario.rpc({ port: 49200 })
  const binding = session.bind(I_WBEM_SERVICES, { logon: { account, level: 'integrity' } })
  for (let i = 0; i < 3; i++) {
    const call = session.request(binding, { opnum: 6, stub: new Uint8Array(40) })
    scenario.wire.wait(milliseconds / 1000)
    if (i === 2) answer(session, call.callId)
    else session.respond(call, new Uint8Array(12))
  }
  return scenario.frames
}

test('a call that ends differently is named with both outcomes', async () => {
  const good = await of(services(1, (session, callId) => session.respond({ callId, contextId: 0 }, new Uint8Array(12))))
  const bad = await of(services(1, (session, callId) => session.fault({ callId, contextId: 0 }, 5)))
  expect(compare(good, bad).summary).toMatch(/is answered in the first capture, and faults with 0x00000005/)
})

test('a method that takes far longer is a difference of timing, listed last', async () => {
  const end = (session: RpcSession, callId: number) => session.respond({ callId, contextId: 0 }, new Uint8Array(12))
  const fast = await of(services(1, end))
  const slow = await of(services(900, end))
  const { differences, summary } = compare(fast, slow)
  expect(differences.map(({ kind }) => kind)).toEqual(['timing'])
  expect(summary).toContain('same calls')
})
