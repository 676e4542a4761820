import { expect, test } from 'vitest'
import { wfpDrop } from '../../testing/captures/etl/explaining-events'
import { schemaBytes } from '../../testing/captures/etl/schema-writer'
import { etl, type TraceOptions } from '../../testing/captures/etl/trace-file'
import { analysed } from '../../testing/trace'
import { endOf } from './event-fields'
import { machineOf } from './machine'

const drop = {
  local: ['10.0.0.6', 49200] as [string, number],
  remote: ['10.0.0.15', 50002] as [string, number],
  application: 'x',
  filterId: 7,
  layerId: 44,
  inbound: false,
}

async function dropsOf(options: TraceOptions = {}, layerId = 44) {
  const { capture } = await analysed(etl([wfpDrop({ microseconds: 1.7e15 }, { ...drop, layerId })], options))
  return machineOf(capture).drops
}

test('the layer says which way a packet went: the field says "out" also at the layer that accepts', async () => {
  expect((await dropsOf())[0]).toMatchObject({ inbound: true, where: 'receive or accept layer (44)' })
  expect((await dropsOf({}, 48))[0]).toMatchObject({ inbound: false, where: 'connect layer (48)' })
  expect((await dropsOf({}, 12))[0]).toMatchObject({ inbound: false, where: 'inbound transport layer (12)' })
})

test('addresses that the trace’s own schema calls binary are read all the same', async () => {
  const [uint32, uint64, text, binary, sid, uint8, uint16] = [8, 10, 1, 14, 19, 4, 6]
  const properties = [
    { name: 'Timestamp', inType: uint64 },
    { name: 'LocalAddressLength', inType: uint32 },
    { name: 'LocalAddress', inType: binary, lengthOf: 1 },
    { name: 'RemoteAddressLength', inType: uint32 },
    { name: 'RemoteAddress', inType: binary, lengthOf: 3 },
    { name: 'ScopeId', inType: uint32 },
    { name: 'AppId', inType: text },
    { name: 'UserSID', inType: sid },
    ...['ReauthReason', 'OriginalProfile', 'CurrentProfile', 'PacketDirection'].map((name) => ({
      name,
      inType: uint32,
    })),
    { name: 'Loopback', inType: uint8 },
    { name: 'FilterId', inType: uint64 },
    { name: 'LayerId', inType: uint16 },
  ]
  const schema = schemaBytes({
    provider: '0c478c5b-0351-41b1-8c58-4a6737da32e3',
    providerName: 'Microsoft-Windows-WFP',
    id: 1001,
    properties,
  })
  expect((await dropsOf({ merged: true, schemas: [schema] }))[0]).toMatchObject({
    filterId: 7,
    local: { address: '10.0.0.6', port: 49200 },
    remote: { address: '10.0.0.15', port: 50002 },
  })
})

test('ends as texts and as digits; other digits are no address', () => {
  expect(endOf('[fe80::1]:135')).toEqual({ address: 'fe80::1', port: 135 })
  expect(endOf(`1700008700000000fe80${'0'.repeat(26)}0100000000`)).toMatchObject({ port: 135 })
  expect(endOf('0200008')).toBeUndefined()
  expect(endOf('0500008710000001')).toBeUndefined()
})
