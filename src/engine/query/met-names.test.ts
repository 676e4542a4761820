import { expect, test } from 'vitest'
import { opened } from '../../testing/diagnose'
import { Scenario } from '../../testing/scenario'
import { metNames } from './met-names'

const SVCCTL = { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }

// SMB 1 writes a backslash before the name of a pipe, SMB 2 does not.
test.each(['svcctl', '\\svcctl'])(
  'a pipe opened as %s is named, and found by a filter, without a backslash',
  async (name) => {
    const scenario = new Scenario({ throughPipe: name })
    const session = scenario.rpc({ port: 49700 })
    session.call(session.bind(SVCCTL), { opnum: 15 })
    const open = await opened(scenario.capture())
    const { capture, conversation, names } = open
    const pipes = metNames({ capture, conversation: conversation!, names: names! }).filter(
      ({ kind }) => kind === 'pipe',
    )
    expect(pipes.map((pipe) => pipe.name)).toEqual(['svcctl'])
    const filters = await open.filters()
    const found = await filters.rows(`rpc.pipe == "${pipes[0]!.name}"`)
    expect('rows' in found && found.rows.length).toBeGreaterThan(0)
    const column = await filters.column('rpc.pipe', 'rows' in found ? found.rows : [])
    expect(column!.texts).toContain('svcctl')
  },
)

test('with frames given, names what those mention, and counts these only', async () => {
  const scenario = new Scenario()
  const first = scenario.rpc({ port: 49700 })
  first.call(first.bind(SVCCTL), { opnum: 15 })
  const before = scenario.frames.length
  const second = scenario.rpc({ port: 49701 })
  second.call(second.bind({ ...SVCCTL, uuid: '12345778-1234-abcd-ef00-0123456789ac' }), { opnum: 0 })
  const { capture, conversation, names } = await opened(scenario.capture())
  const theCase = { capture, conversation: conversation!, names: names! }
  const interfacesOf = (from: number, to: number) =>
    metNames(
      theCase,
      Uint32Array.from({ length: to - from }, (_, at) => from + at),
    )
      .filter(({ kind }) => kind === 'interface')
      .map(({ name, count }) => [name, count])
  expect(interfacesOf(0, scenario.frames.length)).toEqual(
    metNames(theCase)
      .filter(({ kind }) => kind === 'interface')
      .map(({ name, count }) => [name, count]),
  )
  expect(interfacesOf(0, before)).toEqual([['svcctl', 1]])
  expect(interfacesOf(before, scenario.frames.length)).toEqual([['samr', 1]])
  expect(metNames(theCase, Uint32Array.of())).toEqual([])
  const [host] = metNames(theCase, Uint32Array.of(0, 2))
  expect([host!.kind, host!.count, host!.frame]).toEqual(['host', 2, 0])
})
