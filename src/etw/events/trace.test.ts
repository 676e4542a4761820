import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ascii, ByteWriter, concatenate, utf16 } from '../../testing/bytes'
import {
  connectionRundown,
  connectRecord,
  dcomEvent,
  type Ends,
  eventOf,
  guid,
  imageRecord,
  processRecord,
  RPC,
  rpcStart,
  rpcStop,
  serviceRecord,
  TCPIP,
  transportDrop,
  WMI,
  wfpDrop,
  wmiFailure,
} from '../../testing/captures/etl/explaining-events'
import { mapBytes, schemaBytes } from '../../testing/captures/etl/schema-writer'
import { etl, type TraceOptions, type TraceRecord } from '../../testing/captures/etl/trace-file'
import { analysed } from '../../testing/trace'
import { decodeBySchema } from './decode'
import { machineOf } from './machine'
import { mapOf, schemaOf } from './schema'
import { Trace, type TraceEvent } from './trace'
import { decodeTraceLogging } from './trace-logging'

const NOW = 1_700_000_000_000_000
const at = (milliseconds: number) => ({ microseconds: NOW + milliseconds * 1000, processId: 4711, threadId: 12 })
const ACTIVITY = 'f078c035-5745-458f-ace5-c1d36bad0de7'
const SCM = '367abb81-9844-35f1-ad32-98f038001003'

async function traceOf(records: TraceRecord[], options?: TraceOptions): Promise<Trace> {
  return new Trace((await analysed(etl(records, options))).capture)
}

async function eventsOf(records: TraceRecord[], options?: TraceOptions): Promise<TraceEvent[]> {
  const trace = await traceOf(records, options)
  return Array.from({ length: trace.events }, (_, row) => trace.event(row))
}

describe('events without a schema', () => {
  test('a call of RPC and its end, joined by their activity', async () => {
    const call = { interface: SCM, opnum: 15, protocol: 1, address: '10.0.0.6', endpoint: '49157' }
    const [start, stop] = await eventsOf([
      rpcStart('client', { ...at(0), activity: ACTIVITY }, call),
      rpcStop('client', { ...at(5), activity: ACTIVITY }, 1722),
    ])
    expect(start).toMatchObject({
      provider: { name: 'Microsoft-Windows-RPC' },
      id: 5,
      name: 'Client call start',
      processId: 4711,
      activity: ACTIVITY,
      left: 0,
    })
    expect(start!.fields).toMatchObject({
      InterfaceUuid: SCM,
      ProcNum: 15,
      NetworkAddress: '10.0.0.6',
      Endpoint: '49157',
    })
    expect(stop).toMatchObject({ id: 7, activity: ACTIVITY, fields: { Status: 1722 }, left: 0 })
  })

  test('extended error information with its parameters', async () => {
    const parameters = [
      new ByteWriter().u32(3).u8(0).u16(0).u32(0xc0000034).u64(0n).take(),
      new ByteWriter().u32(1).u8(0).bytes(utf16('\\RPC Control\\TermSrvApi\0')).u32(0).u64(0n).take(),
    ]
    const head = concatenate(
      utf16('svchost.exe\0\0'),
      new ByteWriter().u32(7928).take(),
      // 2022-12-01, a Thursday, 14:05:00.013
      new ByteWriter().u16(2022).u16(12).u16(4).u16(1).u16(14).u16(5).u16(0).u16(13).take(),
      new ByteWriter().u32(2).u32(1722).u16(10).u16(0).u16(2).take(),
    )
    const [event] = await eventsOf([
      { ...at(0), provider: RPC, id: 1, version: 1, data: concatenate(head, ...parameters) },
    ])
    expect(event!.left).toBe(0)
    expect(event!.fields).toMatchObject({ ProcessID: 7928, Status: 1722, TimeStamp: '2022-12-01T14:05:00.013Z' })
    expect(event!.fields.Params).toMatchObject([{ LValue: 0xc0000034 }, { UnicodeValue: '\\RPC Control\\TermSrvApi' }])
  })

  test('both shapes of an operation of WMI, which have one number', async () => {
    const old = ['{1}', 7, 8, 'select * from A', 'PC', 'CORP\\u', 99, '\\\\.\\root\\cimv2']
    const now = [
      '{1}',
      7,
      8,
      'select * from A',
      'PC',
      'pc.corp',
      'CORP\\u',
      99,
      new Uint8Array(8),
      '\\\\.\\root',
      Uint8Array.of(1),
    ]
    const [first, second] = await eventsOf([eventOf(WMI, 11, at(0), old), eventOf(WMI, 11, at(1), now)])
    expect([first!.left, second!.left]).toEqual([0, 0])
    expect(first!.fields).toMatchObject({ User: 'CORP\\u', ClientProcessId: 99, NamespaceName: '\\\\.\\root\\cimv2' })
    expect(second!.fields).toMatchObject({ ClientMachineFQDN: 'pc.corp', NamespaceName: '\\\\.\\root', IsLocal: true })
  })

  test('a failed query, a refused activation, a connection, drops', async () => {
    const ends = { local: ['10.0.0.6', 49157], remote: ['10.0.0.15', 50001] } as const
    const both = { local: [...ends.local] as [string, number], remote: [...ends.remote] as [string, number] }
    const all = await eventsOf([
      wmiFailure(at(0), { machine: 'PC', user: 'CORP\\u', clientProcessId: 5, operation: 'x', result: 0x80041010 }),
      dcomEvent(10036, at(1), ['CORP', 'u', 'S-1-5-21-1', '10.0.0.15']),
      connectionRundown(at(2), both, 880),
      transportDrop(at(3), both, 9),
      wfpDrop(at(4), { ...both, application: '\\device\\x.exe', filterId: 70001, layerId: 44, inbound: true }),
    ])
    expect(all.map(({ left }) => left)).toEqual([0, 0, 0, 0, 0])
    expect(all[0]!.fields.ResultCode).toBe(0x80041010)
    expect(all[1]!.fields.param4).toBe('10.0.0.15')
    expect(all[2]!.fields).toMatchObject({ LocalAddress: '10.0.0.6:49157', RemoteAddress: '10.0.0.15:50001', Pid: 880 })
    expect(all[3]!.fields).toMatchObject({ LocalSockAddr: '10.0.0.6:49157', Reason: 9 })
    expect(all[4]!.fields).toMatchObject({ FilterId: 70001, LayerId: 44, UserSID: 'S-1-5-18' })
  })

  test('packets of pktmon of which only headers, or what the card took over, were logged', async () => {
    const packet = (data: ByteWriter) =>
      data.u64(7n).u16(1).u16(2).u16(3).u16(1).u16(20).u16(2).u16(0).u32(1207).u32(0xe0004505)
    const headers = (addresses: Uint8Array) =>
      packet(
        new ByteWriter()
          .bytes(new Uint8Array(12).fill(0xaa))
          .u16(0x0800)
          .u16(0)
          .bytes(addresses)
          .u8(6)
          .u16(49157)
          .u16(50001)
          .u8(2),
      ).take()
    const offload = packet(new ByteWriter())
      .bytes(new Uint8Array(9 * 8 + 24))
      .take()
    const pktmon = '4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac'
    const events = await eventsOf([
      eventOf(pktmon, 140, at(0), [headers(Uint8Array.of(10, 0, 0, 6, 10, 0, 0, 15))]),
      eventOf(pktmon, 150, at(1), [headers(new Uint8Array(32).fill(0xfe))]),
      eventOf(pktmon, 180, at(2), [offload]),
    ])
    expect(events.map(({ name, left }) => [name, left])).toEqual([
      ['Headers of a dropped packet', 0],
      ['Headers of a dropped packet', 0],
      ['Offload of a packet', 0],
    ])
    expect(events[0]!.fields).toMatchObject({ DestinationIP: '10.0.0.6', SourcePort: 50001, DropReason: 1207 })
  })

  test('pointers of a 32-bit process are four bytes wide', async () => {
    const data = new ByteWriter().u32(1).u32(2).u32(3).u32(0x77001000).take()
    const [event] = await eventsOf([{ ...at(0), provider: TCPIP, id: 1051, data, is32Bit: true }])
    expect(event).toMatchObject({ left: 0, fields: { SndNxt: 3, Tcb: 0x77001000 } })
  })

  test('of what is not known, provider, number and size remain', async () => {
    const provider = '11111111-2222-3333-4444-555555555555'
    const [event] = await eventsOf([{ ...at(0), provider, id: 9, data: new Uint8Array(20) }])
    expect(event).toMatchObject({
      provider: { guid: provider, name: provider },
      id: 9,
      isKnown: false,
      left: 20,
      fields: {},
    })
  })
})

const PROVIDER = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const SCHEMA = {
  provider: PROVIDER,
  providerName: 'Contoso-Service',
  id: 7,
  task: 'Request',
  message: 'Request of %1 ended with %3 after %2!d! ms%n100%%',
  properties: [
    { name: 'User', inType: 1 },
    { name: 'Milliseconds', inType: 8 },
    { name: 'Result', inType: 8, map: 'Results' },
    { name: 'Count', inType: 6 },
    {
      name: 'Items',
      inType: 0,
      countOf: 3,
      members: [
        { name: 'Key', inType: 2 },
        { name: 'Value', inType: 4 },
      ],
    },
    { name: 'Size', inType: 8 },
    { name: 'Blob', inType: 14, lengthOf: 5 },
  ],
}

describe('events with a schema', () => {
  const data = concatenate(
    utf16('CORP\\u\0'),
    new ByteWriter()
      .u32(250)
      .u32(5)
      .u16(2)
      .ascii('a\0')
      .u8(1)
      .ascii('b\0')
      .u8(2)
      .u32(3)
      .u8(0xde)
      .u8(0xad)
      .u8(0x01)
      .take(),
  )
  const record = { ...at(0), provider: PROVIDER, id: 7, data }
  const options = {
    merged: true,
    compressed: true,
    schemas: [schemaBytes(SCHEMA)],
    maps: [mapBytes(PROVIDER, 'Results', { 0: 'Success', 5: 'Denied ' })],
  }

  test('fields, lists of structures, binary, the texts of values, and the message', async () => {
    const [event] = await eventsOf([record], options)
    expect(event).toMatchObject({
      provider: { name: 'Contoso-Service' },
      name: 'Request',
      left: 0,
      numbers: { Result: 5 },
    })
    expect(event!.fields).toEqual({
      User: 'CORP\\u',
      Milliseconds: 250,
      Result: 'Denied',
      Count: 2,
      Items: [
        { Key: 'a', Value: 1 },
        { Key: 'b', Value: 2 },
      ],
      Size: 3,
      Blob: 'dead01',
    })
    expect(event!.message).toBe('Request of CORP\\u ended with Denied after 250 ms\n100%')
  })

  test('cut at every length: what is there is shown', () => {
    const schema = schemaOf(schemaBytes(SCHEMA))!
    for (let length = 0; length < data.length; length++) {
      const { fields } = decodeBySchema(schema, data.subarray(0, length), false, () => undefined)
      expect(Object.keys(fields).length).toBeLessThanOrEqual(7)
    }
  })

  test('a schema of any bytes ends', () => {
    const whole = schemaBytes(SCHEMA)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 30 }), (changes) => {
        const bytes = whole.slice()
        for (const [place, value] of changes) bytes[place] = value
        const schema = schemaOf(bytes)
        mapOf(bytes)
        if (schema) decodeBySchema(schema, data, false, () => undefined)
      }),
      { numRuns: 500 },
    )
  })

  test('structures that hold themselves end', () => {
    const schema = schemaOf(schemaBytes(SCHEMA))!
    for (const property of schema.properties) Object.assign(property, { flags: 1, inType: 0, outType: 7 })
    expect(decodeBySchema(schema, data, false, () => undefined).left).toBe(data.length)
  })
})

describe('TraceLogging', () => {
  // Size, tag, name, then fields: name, type (with 0x80: type of display follows; 0x40: a list).
  const fields = concatenate(
    Uint8Array.of(0),
    ascii('Started\0'),
    ascii('who\0'),
    Uint8Array.of(1),
    ascii('ports\0'),
    Uint8Array.of(0x40 | 6),
    ascii('where\0'),
    Uint8Array.of(0x80 | 24, 2),
    ascii('line\0'),
    Uint8Array.of(8),
    ascii('ok\0'),
    Uint8Array.of(13),
  )
  const schema = concatenate(new ByteWriter().u16(fields.length + 2).take(), fields)
  const data = concatenate(utf16('me\0'), new ByteWriter().u16(2).u16(135).u16(445).u32(12).u32(1).take())

  test('carries its own schema, and its provider its name', async () => {
    const traits = concatenate(new ByteWriter().u16(10).take(), ascii('Contoso\0'))
    const items = [
      { type: 11, data: schema },
      { type: 12, data: traits },
    ]
    const [event] = await eventsOf([{ ...at(0), provider: PROVIDER, id: 0, items, data }])
    expect(event).toMatchObject({ provider: { name: 'Contoso' }, name: 'Started', left: 0 })
    expect(event!.fields).toEqual({ who: 'me', ports: [135, 445], where: { line: 12, ok: true } })
  })

  test('cut anywhere it ends', () => {
    for (let length = 0; length <= schema.length; length++) decodeTraceLogging(schema.subarray(0, length), data, false)
    for (let length = 0; length <= data.length; length++)
      expect(decodeTraceLogging(schema, data.subarray(0, length), false)!.name).toBe('Started')
  })
})

describe('what a trace says about its machine', () => {
  test('processes and the services in them', async () => {
    const kernel = [
      processRecord(NOW, 880, 'svchost.exe', 'C:\\Windows\\system32\\svchost.exe -k rpcss'),
      processRecord(NOW, 4711, 'collector.exe'),
      serviceRecord(NOW, 880, 'RpcSs'),
      serviceRecord(NOW, 880, 'RpcEptMapper'),
    ]
    const { processes } = await traceOf([rpcStop('client', at(1), 0)], { kernel })
    expect(processes.byId.get(880)).toMatchObject({ image: 'svchost.exe', services: ['RpcSs', 'RpcEptMapper'] })
    expect(processes.byId.get(880)!.commandLine).toBe('C:\\Windows\\system32\\svchost.exe -k rpcss')
    expect(processes.byId.get(4711)!.image).toBe('collector.exe')
  })

  test('programs that processes have loaded, where there is no list of processes', async () => {
    const kernel = [
      imageRecord(NOW, 5000, '\\Device\\HarddiskVolume3\\Windows\\System32\\Collector.EXE'),
      imageRecord(NOW, 5000, '\\Device\\HarddiskVolume3\\tools\\other.exe'),
      imageRecord(NOW, 5001, '\\Device\\HarddiskVolume3\\Windows\\System32\\ntdll.dll'),
      processRecord(NOW, 880, 'svchost.exe'),
      imageRecord(NOW, 880, '\\Device\\x\\stub.exe'),
      { ...imageRecord(NOW, 5002, 'a.exe'), data: utf16('a.exe\0') },
    ]
    const { byId } = (await traceOf([rpcStop('client', at(1), 0)], { kernel })).processes
    expect([...byId.values()].map(({ pid, image }) => [pid, image])).toEqual([
      [5000, 'Collector.EXE'],
      [880, 'svchost.exe'],
    ])
  })

  test('connections by the kernel’s own records, with the process that made them, over IPv4 and IPv6', async () => {
    const ends = (local: string, remote: string) => ({ local: [local, 50001], remote: [remote, 135] }) as Ends
    const kernel = [
      connectRecord(NOW, ends('10.0.0.15', '10.0.0.6'), 4711),
      connectRecord(NOW, ends('fe80::15', 'fe80::6'), 4712),
      { ...connectRecord(NOW, ends('10.0.0.15', '10.0.0.6'), 1), data: new Uint8Array(12) },
    ]
    const { capture } = await analysed(etl([rpcStop('client', at(1), 0)], { kernel }))
    expect(machineOf(capture).connections).toEqual([
      { local: { address: '10.0.0.15', port: 50001 }, remote: { address: '10.0.0.6', port: 135 }, processId: 4711 },
      { local: { address: 'fe80::15', port: 50001 }, remote: { address: 'fe80::6', port: 135 }, processId: 4712 },
    ])
  })

  test('a process that starts and ends while it is traced, of a 32-bit system too', async () => {
    const started = { ...processRecord(NOW + 1_000_000, 99, 'tool.exe'), hook: 0x301 }
    const ended = { ...processRecord(NOW + 3_000_000, 99, 'tool.exe'), hook: 0x302 }
    const { processes } = await traceOf([rpcStop('client', at(1), 0)], { kernel: [started, ended] })
    expect(processes.byId.get(99)).toMatchObject({ image: 'tool.exe', started: NOW / 1e6 + 1, ended: NOW / 1e6 + 3 })
    // Key and page table are pointers of 4 bytes there, and those before the SID as well.
    const data = new ByteWriter().u32(0x81000000).u32(99).u32(4).u32(0).u32(259).u32(0).u32(0).u32(1).u32(0)
    data
      .bytes(Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0))
      .ascii('tool.exe\0')
      .bytes(utf16('tool.exe /x\0'))
    const kernel = [{ microseconds: NOW, hook: 0x303, data: data.take() }]
    const narrow = await traceOf([rpcStop('client', at(1), 0)], { kernel, pointerBytes: 4 })
    expect(narrow.processes.byId.get(99)).toMatchObject({ image: 'tool.exe', commandLine: 'tool.exe /x', parent: 4 })
  })

  test('a trace without packets says so, and how to capture them', async () => {
    const trace = await traceOf([rpcStop('client', at(1), 0), { ...at(2), provider: RPC, id: 99, data: guid(SCM) }])
    const sentences = trace.explanation(0)!.join(' ')
    expect(sentences).toContain('2 events and no packets')
    expect(sentences).toContain('netsh trace start capture=yes')
    expect(sentences).toContain('was not merged')
  })
})
