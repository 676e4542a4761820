import { expect, test } from 'vitest'
import { examine } from '../../testing/diagnose'
import { Scenario } from '../../testing/scenario'
import { winpeCapture } from '../../testing/case-study/winpe'
import { rules } from '.'
import { rulesFor } from './stages'

async function idsFor(frames: Parameters<typeof examine>[0]): Promise<string[]> {
  const { theCase } = await examine(frames)
  return (await rulesFor(theCase)).map(({ id }) => id)
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
