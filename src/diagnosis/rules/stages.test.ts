import { expect, test } from 'vitest'
import { examine, SVCCTL, working } from '../../testing/diagnose'
import { Examination } from '../examination'
import { Scenario } from '../../testing/scenario'
import { winpeCapture } from '../../testing/case-study/winpe'
import { rules } from '.'
import { rulesFor } from './stages'

async function idsFor(frames: Parameters<typeof examine>[0]): Promise<string[]> {
  const { theCase } = await examine(frames)
  return (await rulesFor(new Examination(theCase))).map(({ id }) => id)
}

const stageOf = (ids: readonly string[], of: readonly string[]) => of.filter((id) => ids.includes(id))

test('RPC over TCP with NTLM needs neither the stages of SMB and Kerberos nor that of events', async () => {
  const ids = await idsFor(winpeCapture())
  expect(ids).toContain('identity-switch')
  for (const id of ['pipe-died', 'clock-skew', 'firewall-dropped']) expect(ids).not.toContain(id)
})

test('a connection to the port of SMB brings its stage, in the order of all rules', async () => {
  const scenario = new Scenario()
  scenario.tcp({ port: 445 }).open()
  const ids = await idsFor(scenario.frames)
  expect(ids).toContain('pipe-died')
  const all = rules.map(({ id }) => id)
  expect(ids).toEqual(stageOf(ids, all))
})

test('of failed calls, errors, ports and names the rules come where a capture holds such', async () => {
  const denied = await idsFor(winpeCapture())
  for (const id of ['other-fault', 'method-error', 'port-refused', 'name-not-resolved', 'connection-lost'])
    expect(denied).not.toContain(id)
  const scenario = new Scenario()
  const { session, binding } = working(scenario, {
    abstract: { uuid: '12345678-1234-1234-1234-123456789abc', version: '1.0' },
  })
  session.fault(session.request(binding, { opnum: 200 }), 0x1c010002)
  const tcp = scenario.tcp({ port: 135 })
  tcp.synchronize('client')
  tcp.refuse()
  const ids = await idsFor(scenario.frames)
  expect(ids).toEqual(expect.arrayContaining(['unknown-operation', 'method-error', 'port-refused']))
  expect(ids).toEqual(
    stageOf(
      ids,
      rules.map(({ id }) => id),
    ),
  )
})

test('a request without an answer, and one that ends in its middle, bring the rules about connections', async () => {
  const scenario = new Scenario()
  const { session, binding } = working(scenario)
  const before = scenario.frames.length
  session.request(binding, { opnum: 12, stub: new Uint8Array(30_000) })
  expect(await idsFor(scenario.frames)).toContain('no-response')
  expect(await idsFor(scenario.frames.slice(0, before + 2))).toContain('connection-lost')
  expect(await idsFor(scenario.frames.slice(0, before))).not.toContain('connection-lost')
})

test('a bind that was refused brings the rules about it; an encoding refused beside one that was agreed does not', async () => {
  const refused = ['package-refused', 'bind-refused', 'interface-not-offered', 'no-transfer-syntax', 'unknown-context']
  const agreed = await idsFor(winpeCapture())
  expect(agreed).toContain('bind-unanswered')
  for (const id of refused) expect(agreed).not.toContain(id)
  const scenario = new Scenario()
  const session = scenario.rpc({ port: 49157 })
  session.refuse(session.offer(SVCCTL), 4)
  const ids = await idsFor(scenario.frames)
  expect(ids).toEqual(expect.arrayContaining(refused))
  expect(ids).toEqual(
    stageOf(
      ids,
      rules.map(({ id }) => id),
    ),
  )
})
