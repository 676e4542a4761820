import { describe, expect, test } from 'vitest'
import { dns, llmnr, nameMessageText, nbns, type NameMessage } from './dns'
import { Reader } from '../reader'
import { asciiOf, bytesOf, survives, treeOf } from '../testing'

/** A label with its length. */
function label(text: string): string {
  return (text.length + 0x100).toString(16).slice(1) + asciiOf(text)
}

/** A Samba server answers where Kerberos is: SRV, with an address besides. Its names point to each other. */
const SRV = bytesOf(`
  fcb4 8180 0001 0001 0000 0001                // answer; 1 question, 1 answer, 1 additional
  ${label('_kerberos')} ${label('_tcp')} ${label('dc')} ${label('_msdcs')} // from byte 12
  ${label('s4')} ${label('howto')} ${label('abartlet')} ${label('net')} 00 // s4 at byte 37
  0021 0001
  c00c 0021 0001 0000000a 0022                 // the name asked for; SRV; 10 s; 34 bytes
  0000 0064 0058                               // priority, weight, port 88
  ${label('obed')} ${label('s4')} ${label('howto')} ${label('abartlet')} ${label('net')} 00
  c052 0001 0001 00000009 0004 c0a87a03        // byte 0x52: that target
`)
const NO_SUCH_NAME = bytesOf(`
  692d 8183 0001 0000 0000 0000
  ${label('pc7')} ${label('example')} 00 001c 0001
`)
/** BADVERS: its low four bits are 0 and the rest is in the OPT record. */
const BAD_VERSION = bytesOf(`
  002a 8500 0001 0000 0000 0001
  ${label('test')} ${label('example')} ${label('com')} 00 0001 0001
  00 0029 0001 01 00 0000 0000                 // OPT: extended code 1, version 0
`)
const ALIAS = bytesOf(`
  0001 8180 0001 0002 0000 0000
  ${label('w')} ${label('example')} 00 001c 0001
  c00c 0005 0001 00000001 0002 c00e            // CNAME: example, at byte 14
  c00e 001c 0001 00000001 0010 20010db8000000000000000000000001
`)
/** A Windows client looks for a proxy: WPAD and a zero, encoded as letters. */
const NETBIOS_QUERY = bytesOf(`
  e0ab 0110 0001 0000 0000 0000
  ${label('FHFAEBEECACACACACACACACACACACAAA')} 00 0020 0001
`)
const NETBIOS_ANSWER = bytesOf(`
  7d19 8500 0000 0001 0000 0000
  ${label('FHEJEOEEEPFHFDDHCNDDCACACACACACA')} 00 0020 0001 000493e0
  0006 0000 c0a87a91                           // unique name; 192.168.122.145
`)
/** All names of a workstation of the domain THESHIRE. */
const NODE_STATUS = bytesOf(`
  b240 8400 0000 0001 0000 0000
  ${label('CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')} 00 0021 0001 00000000 0065 03
  ${asciiOf('WORKSTATION6   ')} 20 0400
  ${asciiOf('THESHIRE       ')} 00 8400
  ${asciiOf('WORKSTATION6   ')} 00 0400
  000d3a1e0f00 ${'00'.repeat(40)}
`)

function read(dissect: (from: Reader) => NameMessage | undefined, bytes: Uint8Array): NameMessage {
  const reader = new Reader(bytes)
  const message = dissect(reader)
  expect(reader.note).toBeUndefined()
  return message!
}

describe('DNS', () => {
  test('where a service is', () => {
    const message = read(dns, SRV)
    expect(message).toMatchObject({ id: 0xfcb4, response: true, opcode: 0, rcode: 0, truncated: false, authority: [] })
    const name = '_kerberos._tcp.dc._msdcs.s4.howto.abartlet.net'
    expect(message.questions).toEqual([{ name, type: 33 }])
    expect(message.answers).toEqual([
      { name, type: 33, timeToLive: 10, port: 88, target: 'obed.s4.howto.abartlet.net' },
    ])
    expect(message.additional).toEqual([
      { name: 'obed.s4.howto.abartlet.net', type: 1, timeToLive: 9, addresses: ['192.168.122.3'] },
    ])
  })

  test('no such name', () => {
    expect(nameMessageText(read(dns, NO_SUCH_NAME))).toBe('no such name (3): pc7.example AAAA')
    expect(treeOf(dns, NO_SUCH_NAME)).toContain('  Flags: 0x8183, query (0), answer: no such name (3)')
  })

  test('an extended code', () => expect(read(dns, BAD_VERSION).rcode).toBe(16))

  test('an alias and its address', () => {
    expect(nameMessageText(read(dns, ALIAS))).toBe('answer: w.example CNAME example, example AAAA 2001:db8::1')
  })

  test('names that point at themselves have no end', () => {
    const reader = new Reader(bytesOf('0001 0000 0001 0000 0000 0000 c00c 0001 0001'))
    expect(dns(reader)?.questions).toEqual([])
    expect(reader.note).toBe('a name without an end')
  })

  test('bytes that would spoil a line', () => {
    const message = bytesOf('0001 0000 0001 0000 0000 0000 04 61200a5c 00 0001 0001')
    expect(read(dns, message).questions[0]!.name).toBe('a\\032\\010\\092')
  })

  test('many records that share a long name are read quickly', () => {
    const records = 4000
    const message = new Uint8Array(12 + 255 + 12 * records)
    message.set(
      bytesOf(`0001 8180 0000 ffff 0000 0000 ${label('a'.repeat(62)).repeat(3) + label('a'.repeat(61)) + '00'}`),
    )
    for (let i = 0; i < records; i++) message.set(bytesOf('c00c 00ff 0001 00000000 0000'), 264 + 12 * i)
    const start = performance.now()
    dns(new Reader(message))
    expect(performance.now() - start).toBeLessThan(1000)
  })

  survives(dns, SRV, NO_SUCH_NAME, BAD_VERSION, ALIAS)
})

describe('LLMNR', () => {
  test('has the same layout', () => {
    expect(treeOf(llmnr, NO_SUCH_NAME)[0]).toBe('LLMNR: no such name (3): pc7.example AAAA')
  })
})

describe('NetBIOS name service', () => {
  test('a query', () => {
    const message = read(nbns, NETBIOS_QUERY)
    expect(message.questions).toEqual([{ name: 'WPAD<00>', type: 32 }])
    expect(nameMessageText(message, true)).toBe('query: WPAD<00> NB')
  })

  test('an answer', () => {
    expect(read(nbns, NETBIOS_ANSWER).answers).toEqual([
      { name: 'WINDOWS7-3<20>', type: 32, timeToLive: 300000, addresses: ['192.168.122.145'] },
    ])
  })

  test('all names of a machine', () => {
    expect(read(nbns, NODE_STATUS).answers[0]).toMatchObject({
      name: '*<00>',
      netbiosNames: ['WORKSTATION6<20>', 'THESHIRE<00>', 'WORKSTATION6<00>'],
    })
  })

  survives(nbns, NETBIOS_QUERY, NETBIOS_ANSWER, NODE_STATUS)
})
