import { expect, test } from 'vitest'
import { examine, SVCCTL, working } from '../../e2e/diagnosing'
import { winpeCapture } from '../../e2e/generate/case-study/winpe'
import { Scenario } from '../../e2e/generate/scenario'
import { stories } from './story'

test('the question to port 135 leads to the port that was called', async () => {
  const play = new Scenario()
  play.mapEndpoint(SVCCTL, 49200).close('client')
  working(play, { port: 49200 })
  working(play, { port: 49200 })
  const { theCase } = await examine(play.frames)
  const [story, ...others] = stories(theCase.conversation)
  expect(others).toEqual([])
  expect(story!.steps.map(({ kind, ledHere }) => [kind, ledHere])).toEqual([
    ['locate', undefined],
    ['call', 0],
    ['call', 0],
  ])
})

test('a pipe needs no question, and another pair of hosts is another story', async () => {
  const play = new Scenario()
  const { session } = play.pipe('svcctl', 'CORP\\admin')
  session.call(session.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) })
  const back = play.rpc({ client: play.server, server: play.client, port: 49300 })
  back.call(back.bind(SVCCTL), { opnum: 12, stub: new Uint8Array(40) })
  const { theCase } = await examine(play.frames)
  const found = stories(theCase.conversation)
  expect(found.map(({ client, server }) => [client, server])).toEqual([
    ['10.0.0.15', '10.0.0.6'],
    ['10.0.0.6', '10.0.0.15'],
  ])
  expect(found[0]!.steps).toMatchObject([{ kind: 'call' }])
  expect(found[0]!.steps[0]).not.toHaveProperty('ledHere')
})

test('the case study is one story of one client and one server', async () => {
  const { theCase } = await examine(winpeCapture())
  const [story] = stories(theCase.conversation)
  expect(story!.steps[0]!.kind).toBe('locate')
  expect(story!.steps.filter(({ kind }) => kind === 'call').length).toBeGreaterThan(2)
})
