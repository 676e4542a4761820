import { expect, test } from 'vitest'
import { Tables } from '../../asm/layout'
import { Capture } from '../capture/capture'
import { GrowingTable, NONE } from '../capture/table'
import { Call, type Connection, type Conversation, Executed, Outcome } from '../conversation/model'
import { Names } from '../names/names'
import { storyOf } from './story'

const UUID = '00000143-0000-0000-c000-000000000046'
const names = Names.from({ interfaces: '', guids: '', win32: '', hresult: '', ntstatus: '', protocol: '' })
const noTables = () => ({ rows: () => 0, page: () => new Uint32Array(0) })
const capture = new Capture({ table: (_which: Tables) => noTables(), bytes: () => new Uint8Array(0) })

function call(columns: Partial<Record<Call, number>>): GrowingTable {
  const calls = new GrowingTable(Call.COLUMNS)
  const row = calls.add()
  for (const [column, value] of Object.entries(columns)) calls.set(Number(column), row, value)
  return calls
}

const connection: Connection = {
  index: 0,
  stream: 0,
  transport: 'tcp',
  client: { address: 0, text: '10.0.0.1', port: 50000 },
  server: { address: 1, text: '10.0.0.2', port: 49157 },
  firstFrame: 0,
  lastFrame: 8,
  sawStart: true,
  sawBind: true,
  close: { how: 'fin', by: 'server', frame: 8 },
  closes: [{ how: 'fin', by: 'server', frame: 8 }],
  contexts: [
    { id: 0, interface: UUID, version: '0.0', offered: [], state: 'accepted', offeredFrame: 1, answeredFrame: 2 },
    { id: 1, interface: UUID, version: '0.0', offered: [], state: 'refused', offeredFrame: 1, answeredFrame: 2 },
  ],
  security: [
    {
      id: 0,
      type: 10,
      level: 2,
      state: 'failed',
      user: 'eve',
      domain: 'CORP',
      tokenFrames: [1, 2, 3],
      thirdLegFrame: 3,
    },
  ],
  calls: [0],
  gaps: 0,
}

function conversation(calls: GrowingTable): Conversation {
  return {
    connections: [connection],
    smbLogons: [],
    calls,
    interfaces: [UUID],
    objects: [],
    callOfPdu: () => NONE,
    connectionOfPdu: () => undefined,
  }
}

test('bind, logon, call, fault and close stand in order of frames', () => {
  const calls = call({
    [Call.Opnum]: 3,
    [Call.RequestFrame]: 4,
    [Call.ResponseFrame]: 6,
    [Call.Outcome]: Outcome.Fault,
    [Call.Status]: 0x721,
    [Call.Executed]: Executed.No,
  })
  const story = storyOf({ capture, conversation: conversation(calls), names, leads: [] }, [connection])
  expect(story.map(({ frame, from, kind, text }) => `${frame} ${from} ${kind}: ${text}`)).toEqual([
    `1 client bind: Bind ${UUID}`,
    `2 server bind: Accept ${UUID}`,
    '3 client token: Log on as CORP\\eve',
    '4 client request: opnum 3',
    '6 server fault: Fault 0x00000721',
    '8 server close: Close (FIN)',
  ])
  expect(story[3]?.identity).toBe(0)
})

test('a call that was never answered says so', () => {
  const calls = call({
    [Call.Opnum]: 3,
    [Call.RequestFrame]: 4,
    [Call.ResponseFrame]: NONE,
    [Call.Security]: NONE,
    [Call.Outcome]: Outcome.Lost,
  })
  const request = storyOf({ capture, conversation: conversation(calls), names, leads: [] }, [connection]).find(
    ({ kind }) => kind === 'request',
  )
  expect(request).toMatchObject({
    connection: 0,
    frame: 4,
    from: 'client',
    kind: 'request',
    text: 'opnum 3 (never answered)',
  })
})
