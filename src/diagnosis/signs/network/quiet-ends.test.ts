import { expect, test } from 'vitest'
import { examine, type Play, SVCCTL } from '../../../testing/diagnose'
import { Scenario } from '../../../testing/scenario'
import { Examination } from '../../examination'
import { quietEnds } from './quiet-ends'

async function ends(...plays: Play[]): Promise<number> {
  const scenario = new Scenario()
  for (const play of plays) play(scenario)
  return quietEnds(new Examination((await examine(scenario.frames)).theCase)).length
}

const negotiates: Play = (play) => play.pipe('svcctl', 'CORP\\eve', { leaves: true }).session.close('client')
const rejected: Play = (play) => play.pipe('svcctl', 'CORP\\eve', { sessionSetup: 0xc000006d }).session.close('client')
/** As many bytes of messages as are kept of a capture. */
const fill: Play = (play) => {
  const question = new Uint8Array(4096)
  for (let sent = 0; sent <= (16 << 20) / question.length; sent++)
    play.wire.udp(play.client, 50_000, play.controller, 53, question)
}

test('a client that leaves without a logon', async () => {
  expect(await ends(negotiates)).toBe(1)
  expect(await ends(rejected)).toBe(0)
})

test('a port that the endpoint mapper named is one of RPC', async () => {
  const opens: Play = (play) => play.tcp({ port: 49157 }).open().close('client')
  const named: Play = (play) => play.mapEndpoint(SVCCTL, 49157).close('client')
  expect(await ends(opens)).toBe(0)
  expect(await ends(named, opens)).toBe(1)
})

test('a logon of which no bytes are kept is no absent logon', async () => {
  expect(await ends(fill, rejected)).toBe(0)
})
