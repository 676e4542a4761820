import { expect, test } from 'vitest'
import { opened } from '../../testing/diagnose'
import { Scenario } from '../../testing/scenario'
import { hostNames } from './host-names'
import { metNames } from './met-names'

test('a host has the names that answers give its address, each once', async () => {
  const scenario = new Scenario()
  const { address } = scenario.server
  scenario.lookUp('server1.corp.example', [address])
  scenario.lookUp('server1.corp.example', [address])
  scenario.lookUp('alias.corp.example', [address, '10.9.9.9'])
  scenario.lookUp('nowhere.corp.example', [])
  scenario.tcp({ port: 135 }).open()
  const { capture, conversation, names } = await opened(scenario.capture())
  expect([...hostNames(capture)]).toEqual([
    [address, ['server1.corp.example', 'alias.corp.example']],
    ['10.9.9.9', ['alias.corp.example']],
  ])
  const host = metNames({ capture, conversation: conversation!, names: names! }).find(({ name }) => name === address)
  expect(host!.detail).toBe('server1.corp.example, alias.corp.example')
})

test('a capture without answers names no host', async () => {
  const scenario = new Scenario()
  scenario.askNeighbours('wpad')
  expect((await opened(scenario.capture())).capture.frames.rows).toBeGreaterThan(0)
  expect(hostNames((await opened(scenario.capture())).capture).size).toBe(0)
})

test('of the many names that answers may give one address some are listed', async () => {
  const scenario = new Scenario()
  for (let i = 0; i < 50; i++) scenario.lookUp(`name${i}.corp.example`, [scenario.server.address])
  const names = hostNames((await opened(scenario.capture())).capture).get(scenario.server.address)!
  expect(names[0]).toBe('name0.corp.example')
  expect(names.length).toBeLessThan(20)
})
