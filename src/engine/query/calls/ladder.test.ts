import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Tables } from '../../../../asm/layout'
import { Capture } from '../../../capture/capture'
import { GrowingTable, NONE } from '../../../capture/table'
import { Call, type Connection, type Conversation, Executed, Outcome } from '../../../conversation/model'
import { Names } from '../../../names/names'
import { namesFrom } from '../../read/names-text'
import { ladderOf } from './ladder'

const UUID = '00000143-0000-0000-c000-000000000046'
const names = Names.from({ interfaces: '', guids: '', win32: '', hresult: '', ntstatus: '', protocol: '' })
const noTables = () => ({ rows: () => 0, page: () => new Uint32Array(0) })
const capture = new Capture({ table: (_which: Tables) => noTables(), bytes: () => new Uint8Array(0), word: () => 0 })

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
  transfers: new Map(),
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
  const { steps: ladder } = ladderOf({ capture, conversation: conversation(calls), names, leads: [] }, [connection])
  expect(ladder.map(({ frame, from, kind, text }) => `${frame} ${from} ${kind}: ${text}`)).toEqual([
    `1 client bind: Bind ${UUID}`,
    `2 server bind: Accept ${UUID}`,
    '3 client token: Log on as CORP\\eve',
    '4 client request: opnum 3',
    '6 server fault: Fault 0x00000721',
    '8 server close: Close (FIN)',
  ])
  expect(ladder[3]?.identity).toBe(0)
})

test('a call that was never answered says so', () => {
  const calls = call({
    [Call.Opnum]: 3,
    [Call.RequestFrame]: 4,
    [Call.ResponseFrame]: NONE,
    [Call.Security]: NONE,
    [Call.Outcome]: Outcome.Lost,
  })
  const request = ladderOf({ capture, conversation: conversation(calls), names, leads: [] }, [connection]).steps.find(
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

test('of more calls than there is room for, the one that failed is drawn and the rest is counted', () => {
  const many = 30_000
  const failing = many - 1
  const calls = new GrowingTable(Call.COLUMNS)
  for (let row = 0; row < many; row++) {
    calls.add()
    calls.set(Call.Security, row, NONE)
    calls.set(Call.RequestFrame, row, 10 + 2 * row)
    calls.set(Call.ResponseFrame, row, 11 + 2 * row)
    calls.set(Call.Outcome, row, row === failing ? Outcome.Fault : Outcome.Response)
  }
  const close = { how: 'fin', by: 'server', frame: 10 + 2 * many } as const
  const long = { ...connection, closes: [close], calls: Array.from({ length: many }, (_, row) => row) }
  const other = { ...connection, index: 1, security: [], calls: [] }
  const theCase = { capture, conversation: { ...conversation(calls), connections: [other, long] }, names, leads: [] }
  const { steps, callsLeftOut } = ladderOf(theCase, [other, long])
  expect(steps.length).toBeLessThan(many)
  expect(steps.filter(({ kind }) => kind === 'fault')).toMatchObject([{ frame: 11 + 2 * failing }])
  expect(steps.at(-1)).toMatchObject({ kind: 'close', frame: close.frame })
  expect(callsLeftOut).toBe(many - steps.filter(({ kind }) => kind === 'request').length)
})

test('an answer that says that the method failed says with what', async () => {
  const known = await namesFrom((table) =>
    Promise.resolve(readFileSync(new URL(`../../../names/data/${table}.tsv`, import.meta.url), 'utf8')),
  )
  const calls = call({
    [Call.Opnum]: 26,
    [Call.RequestFrame]: 4,
    [Call.ResponseFrame]: 6,
    [Call.Security]: NONE,
    [Call.Outcome]: Outcome.Response,
    [Call.Status]: 0xc0000022,
  })
  const theCase = { ...conversation(calls), interfaces: ['12345678-1234-abcd-ef00-01234567cffb'] }
  const { steps } = ladderOf({ capture, conversation: theCase, names: known, leads: [] }, [connection])
  expect(steps.find(({ kind }) => kind === 'response')?.text).toBe('NetrServerAuthenticate3: STATUS_ACCESS_DENIED')
})
