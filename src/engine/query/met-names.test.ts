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
