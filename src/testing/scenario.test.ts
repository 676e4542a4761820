// Everything that scenarios are made of, read by tshark: it must understand it, and see what was meant.
import { describe, expect, test } from 'vitest'
import { ENDPOINT_MAPPER } from './captures/rpc/endpoint-mapper'
import {
  cutTo,
  duplicateAll,
  extendedError,
  FEATURES,
  Host,
  I_REM_UNKNOWN2,
  I_SYSTEM_ACTIVATOR,
  I_WBEM_SERVICES,
  IID_MANAGED_OBJECT,
  lose,
  NDR32,
  NDR64,
  PFC_DID_NOT_EXECUTE,
  PFC_FIRST,
  PFC_LAST,
  pcap,
  PROVIDER_REJECTION,
  remQueryInterface,
  remQueryInterfaceResult,
  remRelease,
  resultOnly,
  Scenario,
  sentBy,
  startingAt,
  swapWithPrevious,
  withContext,
} from './scenario'
import { complaints, HAS_TSHARK, TSHARK_TIMEOUT, tsharkFields, wrongChecksums } from './tshark'

const PASSWORD = 'ntlmssp.nt_password:Password1'

/** A query under one identity and the same under another that faults. */
function twoIdentities(play: Scenario, authPackage: 'ntlm' | 'spnego' = 'ntlm'): Scenario {
  const rpc = play.rpc({ port: 49157 })
  const admin = rpc.bind(I_REM_UNKNOWN2, {
    transfers: [NDR32, NDR64, FEATURES],
    logon: play.logon('CORP\\admin', 'privacy', { package: authPackage }),
  })
  const stub = remQueryInterface(play.causality, play.object.ipid, [IID_MANAGED_OBJECT])
  const ask = { opnum: 3, stub, object: play.remUnknown }
  rpc.call(admin, ask, remQueryInterfaceResult([{ hresult: 0, reference: play.object }]))
  const other = rpc.bind(I_REM_UNKNOWN2, { logon: play.logon('OTHER\\user', 'connect', { package: authPackage }) })
  rpc.fault(rpc.request(other, ask), 0x721)
  rpc.fault(rpc.request(other, ask), 0x5, { flags: PFC_FIRST | PFC_LAST | PFC_DID_NOT_EXECUTE })
  rpc.close('server')
  return play
}

describe('impairments', () => {
  const { frames, client, server } = twoIdentities(new Scenario())

  test('take away, turn round, double and cut what they say', () => {
    expect(lose(frames, 0, 2)).toEqual([frames[1], ...frames.slice(3)])
    expect(swapWithPrevious(frames, 5)[4]!.bytes).toBe(frames[5]!.bytes)
    expect(swapWithPrevious(frames, 5)[4]!.microseconds).toBe(frames[4]!.microseconds)
    expect(duplicateAll(frames)).toHaveLength(2 * frames.length)
    expect(cutTo(frames, 96).every(({ bytes }) => bytes.length <= 96)).toBe(true)
    expect(cutTo(frames, 96)[3]!.wireLength).toBe(frames[3]!.bytes.length)
    expect(sentBy(frames, client).length + sentBy(frames, server).length).toBe(frames.length)
    expect(startingAt(frames, 3)[0]).toBe(frames[3])
  })
})

test('what happens unseen is not recorded, and counts all the same', () => {
  const play = new Scenario()
  const rpc = play.rpc()
  const binding = play.wire.unseen(() => rpc.bind(I_WBEM_SERVICES))
  const call = rpc.request(binding, { opnum: 6 })
  expect(play.frames).toHaveLength(4)
  expect(call.callId).toBe(2)
})

test('an exporter that is not known: no bindings, the rest all the same, and the error last', () => {
  const play = new Scenario()
  play.resolveOxid(play.askResolver(), [])
  const stub = play.frames.at(-1).bytes.slice(14 + 20 + 20 + 24)
  const view = new DataView(stub.buffer)
  expect(stub).toHaveLength(4 + 16 + 4 + 4 + 4)
  expect(view.getUint32(0, true)).toBe(0)
  expect(view.getUint32(28, true)).toBe(1910)
})

describe.skipIf(!HAS_TSHARK)('tshark reads', { timeout: TSHARK_TIMEOUT }, () => {
  const variants: [string, Scenario][] = [
    ['two identities', twoIdentities(new Scenario())],
    ['two identities by SPNEGO', twoIdentities(new Scenario(), 'spnego')],
    ['IPv6', twoIdentities(new Scenario({ ipv6: true }))],
    ['two VLAN tags', twoIdentities(new Scenario({ vlans: [10, 20] }))],
    ['every method of the front door', everything()],
  ]

  test.each(variants)('%s without complaint', (_, play) => {
    expect(complaints(play.capture())).toEqual([])
    expect(wrongChecksums(play.capture())).toEqual([])
  })

  test('the users, the statuses and who closes', () => {
    const capture = twoIdentities(new Scenario()).capture()
    const users = tsharkFields(capture, ['ntlmssp.auth.username'], { filter: 'ntlmssp.messagetype == 3' })
    expect(users.flat()).toEqual(['admin', 'user'])
    const faults = tsharkFields(capture, ['dcerpc.cn_status', 'dcerpc.cn_flags'], { filter: 'dcerpc.pkt_type == 3' })
    expect(faults).toEqual([
      ['0x00000721', '0x03'],
      ['0x00000005', '0x23'],
    ])
    expect(tsharkFields(capture, ['ip.src'], { filter: 'tcp.flags.fin == 1' })[0]).toEqual(['10.0.0.6'])
  })

  test('a stub under its seal, by the password', () => {
    const fields = ['dcerpc.decrypted_stub_data', 'dcom.iid']
    const options = { filter: 'dcerpc.pkt_type == 0 && dcerpc.auth_level == 6', preferences: [PASSWORD] }
    expect(tsharkFields(twoIdentities(new Scenario()).capture(), fields, options).flat()).toContain(IID_MANAGED_OBJECT)
  })

  test('an integrity-level PDU in the clear, signed, with its verification trailer', () => {
    const play = new Scenario()
    const rpc = play.rpc()
    const binding = rpc.bind(I_REM_UNKNOWN2, { logon: play.logon('CORP\\admin', 'integrity') })
    const query = remQueryInterface(play.causality, play.object.ipid, [IID_MANAGED_OBJECT])
    rpc.request(binding, { opnum: 3, stub: withContext(query, I_REM_UNKNOWN2, NDR32), object: play.remUnknown })
    const [row] = tsharkFields(play.capture(), ['dcom.iid', 'dcerpc.rpc_sec_vt.command.cmd'], {
      filter: 'dcerpc.pkt_type == 0',
    })
    expect(row).toEqual([IID_MANAGED_OBJECT, '0x0002'])
  })

  test('fragments of a call as one', () => {
    const play = new Scenario()
    const rpc = play.rpc({ maxFragment: 1024 })
    const binding = rpc.bind(I_WBEM_SERVICES)
    rpc.call(binding, { opnum: 20, stub: new Uint8Array(3000).fill(1) }, new Uint8Array(5000).fill(2))
    const rows = tsharkFields(
      play.capture(),
      ['dcerpc.cn_alloc_hint', 'dcerpc.fragment.count', 'dcerpc.reassembled.length'],
      {
        filter: 'dcerpc.reassembled.length',
      },
    )
    expect(rows.map((row) => row[2])).toEqual(['3000', '5000'])
    expect(complaints(play.capture())).toEqual([])
  })

  test('a big-endian server', () => {
    const play = new Scenario()
    const rpc = play.rpc({ serverLittleEndian: false, maxFragment: 4280 })
    const binding = rpc.bind(ENDPOINT_MAPPER)
    rpc.fault(rpc.request(binding, { opnum: 77 }), 0x1c010002)
    const capture = play.capture()
    expect(complaints(capture)).toEqual([])
    expect(tsharkFields(capture, ['dcerpc.cn_max_xmit'], { filter: 'dcerpc.pkt_type == 12' })).toEqual([['4280']])
    expect(tsharkFields(capture, ['dcerpc.cn_status'], { filter: 'dcerpc.pkt_type == 3' })).toEqual([['0x1c010002']])
  })

  test('a named pipe, call by call', () => {
    const play = new Scenario()
    const { session, pipe } = play.pipe('svcctl', 'CORP\\admin')
    const services = { uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }
    const binding = session.bind(services, { transfers: [NDR32, FEATURES] })
    const close = { opnum: 0, stub: new Uint8Array(20) }
    session.call(binding, close, new Uint8Array(24))
    session.fault(session.request(binding, close), 5)
    session.request(binding, close)
    pipe.fail(0xc00000b0)
    pipe.close()
    session.close('client')
    const capture = play.capture()
    expect(complaints(capture)).toEqual([])
    const types = tsharkFields(capture, ['dcerpc.pkt_type'], { filter: 'dcerpc' })
    expect(types.flat()).toEqual(['11', '12', '0', '2', '0', '3', '0'])
    const created = { filter: 'smb2.cmd == 5 && smb2.flags.response == 0' }
    expect(tsharkFields(capture, ['smb2.filename'], created)).toEqual([['svcctl']])
    const failed = { filter: 'smb2.nt_status == 0xc00000b0' }
    expect(tsharkFields(capture, ['smb2.cmd'], failed)).toEqual([['11']])
  })

  test('a pipe that cannot be opened', () => {
    const play = new Scenario()
    play.pipe('eventlog', 'CORP\\admin', { create: 0xc0000022 }).session.close('client')
    const capture = play.capture()
    expect(complaints(capture)).toEqual([])
    expect(tsharkFields(capture, ['smb2.cmd'], { filter: 'smb2.nt_status == 0xc0000022' })).toEqual([['5']])
    expect(tsharkFields(capture, ['ntlmssp.auth.username'], { filter: 'ntlmssp.messagetype == 3' })).toEqual([
      ['admin'],
    ])
  })

  test.each(['kerberos', 'spnego-kerberos'] as const)('%s, and its errors', (authPackage) => {
    const play = new Scenario()
    play.ticketRefused(7, 'RPCSS/10.0.0.6')
    play.ticketRefused(24, 'krbtgt/EXAMPLE.COM', 'EXAMPLE.COM', 'alice')
    const kerberos = { package: authPackage, targetName: 'host/server.example.com' }
    for (const level of ['integrity', 'privacy'] as const) {
      const rpc = play.rpc()
      const binding = rpc.bind(I_REM_UNKNOWN2, { logon: play.logon('EXAMPLE\\alice', level, kerberos) })
      const stub = remRelease(play.causality, [play.object.ipid])
      rpc.call(binding, { opnum: 5, stub, object: play.remUnknown }, resultOnly(0))
    }
    const refused = play.rpc()
    const logon = play.logon('EXAMPLE\\alice', 'privacy', { ...kerberos, kerberosError: 41 })
    refused.answer(refused.offer(I_REM_UNKNOWN2, { logon }))
    const capture = play.capture()
    expect(complaints(capture)).toEqual([])
    const names = tsharkFields(capture, ['kerberos.SNameString'], { filter: 'dcerpc.pkt_type == 11' })
    expect(names.flat()).toEqual(['host', 'host', 'host'])
    const errors = tsharkFields(capture, ['kerberos.error_code'], { filter: 'kerberos.error_code' })
    expect(errors.flat()).toEqual(['7', '24', '41'])
    const levels = tsharkFields(capture, ['dcerpc.auth_level', 'dcerpc.auth_type'], { filter: 'dcerpc.pkt_type == 2' })
    const type = authPackage === 'kerberos' ? '16' : '9'
    expect(levels).toEqual([
      ['5', type],
      ['6', type],
    ])
  })

  test('classic pcap of either byte order', () => {
    const { frames } = twoIdentities(new Scenario())
    for (const littleEndian of [true, false]) {
      const rows = tsharkFields(pcap(frames, { littleEndian }), ['frame.time_epoch'])
      expect(rows).toHaveLength(frames.length)
      expect(Number(rows[0]![0])).toBe(frames[0]!.microseconds / 1e6)
    }
  })

  test('the answers of endpoint mapper, resolver and activation', () => {
    const capture = everything().capture()
    const ports = tsharkFields(capture, ['epm.proto.tcp_port'], { filter: 'epm.opnum == 3 && dcerpc.pkt_type == 2' })
    expect(ports.flat()).toEqual(['49152', ''])
    expect(tsharkFields(capture, ['epm.rc'], { filter: 'epm.rc == 0x16c9a0d6' })).toHaveLength(1)
    const results = tsharkFields(capture, ['dcom.hresult'], {
      filter: 'isystemactivator.opnum == 4 && dcerpc.pkt_type == 2',
    })
    expect(results.flat()).toEqual(['0x00000000', '0x80070005'])
    expect(tsharkFields(capture, ['icmp.code', 'tcp.dstport'], { filter: 'icmp' })).toEqual([['13', '49157']])
    expect(tsharkFields(capture, ['dns.flags.rcode'], { filter: 'dns.flags.response == 1' })).toEqual([['0'], ['3']])
  })
})

/** A little of all that Scenario and RpcSession can do. */
function everything(): Scenario {
  const play = new Scenario()
  play.lookUp('server.example.com', ['10.0.0.6'])
  play.lookUp('nobody.example.com', [])
  play.mapEndpoint(I_WBEM_SERVICES, 49152).close('client')
  play.mapEndpoint(I_WBEM_SERVICES).close('client')
  const resolver = play.askResolver()
  play.resolveOxid(resolver, ['SERVER1[49157]'])
  resolver.tcp.reset('client')
  play.activate({ logon: play.logon('CORP\\admin', 'integrity') })
  play.activate({ logon: play.logon('CORP\\guest', 'connect', { version1: true }), hresult: 0x80070005 })
  play.unanswered({ port: 49157 })
  play.refused({ port: 49158 })
  play.undeliverable(13, new Host({ address: '10.0.0.1', timeToLive: 255 }))
  rejections(play)
  const rpc = play.rpc({ signsHeaders: false })
  const binding = rpc.bind(I_REM_UNKNOWN2, { logon: play.logon('', 'packet') })
  const call = rpc.request(binding, {
    opnum: 3,
    stub: remQueryInterface(play.causality, play.object.ipid, [IID_MANAGED_OBJECT]),
  })
  rpc.cancel(call)
  rpc.orphan(call)
  const parameters = [0x8009030c | 0, 10, 5]
  const record = {
    computer: 'SERVER',
    processId: 812,
    fileTime: 129210048310000000n,
    component: 2,
    status: 5,
    parameters,
  }
  rpc.fault(rpc.request(binding, { opnum: 5, stub: remRelease(play.causality, [play.object.ipid]) }), 5, {
    extendedError: extendedError({ ...record, detectionLocation: 131 }),
  })
  rpc.shutdown()
  rpc.tcp.acknowledge('client')
  rpc.close('client')
  return play
}

function rejections(play: Scenario): void {
  const refused = play.rpc()
  refused.refuse(refused.offer(I_SYSTEM_ACTIVATOR), 4)
  refused.close('server')
  const rejected = play.rpc()
  const offer = rejected.offer(I_SYSTEM_ACTIVATOR)
  rejected.answer(offer, [{ result: PROVIDER_REJECTION, reason: 1 }])
  rejected.close('client')
}
