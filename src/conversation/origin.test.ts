import { expect, test } from 'vitest'
import { examine, type Play, SVCCTL, working } from '../testing/diagnose'
import { winpeCapture } from '../testing/case-study/winpe'
import { Scenario } from '../testing/scenario'
import { leads, withWhatLed } from './origin'

async function originsOf(play: Play) {
  const scenario = new Scenario()
  play(scenario)
  const { theCase } = await examine(scenario.frames)
  return { ...theCase, leads: leads(theCase.capture, theCase.conversation) }
}

test('a look-up and the question to port 135 lead to the port that was called', async () => {
  const { conversation, leads } = await originsOf((play) => {
    play.lookUp('server1.corp.example', [play.server.address])
    play.mapEndpoint(SVCCTL, 49200).close('client')
    working(play, { port: 49200 })
  })
  expect(leads[0]).toMatchObject({ name: { name: 'server1.corp.example', frame: 1 } })
  expect(leads[0]).not.toHaveProperty('endpoint')
  expect(leads[1]!.endpoint).toMatchObject({ connection: 0, port: 49200, interface: SVCCTL.uuid })
  expect(withWhatLed(conversation, leads, 1).map(({ server }) => server.port)).toEqual([135, 49200])
})

test('an activation leads to its object’s exporter', async () => {
  const { leads } = await originsOf((play) => {
    play.activate({ exporterPort: 49201 }).session.close('client')
    working(play, { port: 49201 })
  })
  expect(leads[1]!.endpoint).toMatchObject({ connection: 0, port: 49201 })
})

test('a port that no answer named, one that was named to another host, or later, was not led to', async () => {
  const { leads } = await originsOf((play) => {
    working(play, { port: 49202 })
    play.mapEndpoint(SVCCTL, 49202).close('client')
    working(play, { port: 49203 })
    const back = play.rpc({ client: play.server, server: play.client, port: 49202 })
    back.call(back.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) })
  })
  expect(leads.map(({ endpoint }) => endpoint)).toEqual([undefined, undefined, undefined, undefined])
})

test('a sealed activation likely led to what is connected to right behind it', async () => {
  const { theCase } = await examine(winpeCapture())
  const found = leads(theCase.capture, theCase.conversation)
  const { connections } = theCase.conversation
  const exporter = connections.find(({ server }) => server.port === 49157)!
  expect(found[exporter.index]!.sealed).toMatchObject({ answered: 410 })
  expect(found[exporter.index]).not.toHaveProperty('endpoint')
  expect(withWhatLed(theCase.conversation, found, exporter.index).map(({ server }) => server.port)).toEqual([
    135, 49157,
  ])
})
