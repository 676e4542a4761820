import { describe, expect, test } from 'vitest'
import { eptLookupRequest, eptLookupResponse, eptMapRequest, eptMapResponse } from './epm'
import { Reader } from '../reader'
import { asciiOf, bytesOf, survives, treeOf } from '../testing'

const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003'
const NDR = '8a885d04-1ceb-11c9-9fe8-08002b104860'

/** Five floors: svcctl 2.0, NDR, connection-oriented, TCP 49163, 192.168.10.10. */
const TOWER = `
  0500
  1300 0d 81bb7a364498f135ad3298f038001003 0200  0200 0000
  1300 0d 045d888aeb1cc9119fe808002b104860 0200  0200 0000
  0100 0b  0200 0000
  0100 07  0200 c00b
  0100 09  0400 c0a80a0a
`
const HANDLE = '00000000 00000000000000000000000000000000'

const REQUEST = bytesOf(`
  01000000 00000000000000000000000000000000  // object: all zeros
  02000000 4b000000 4b000000 ${TOWER} 00     // tower of 75 bytes; padding
  ${HANDLE} 04000000                         // at most 4 towers
`)
const RESPONSE = bytesOf(`
  ${HANDLE} 01000000
  04000000 00000000 01000000                 // array of 4: from 0, 1 of them
  03000000 4b000000 4b000000 ${TOWER} 00
  00000000
`)
/** The same of a server that speaks NDR64: pointers and counts have 8 bytes. */
const RESPONSE_64 = bytesOf(`
  ${HANDLE} 01000000
  0400000000000000 0000000000000000 0100000000000000
  0300000000000000 4b00000000000000 4b000000 ${TOWER} 00
  00000000
`)
/** Interface not registered: no towers. */
const NOT_REGISTERED = bytesOf(`${HANDLE} 00000000 04000000 00000000 00000000 d6a0c916`)
const BIG_ENDIAN = bytesOf(`
  ${HANDLE} 00000001
  00000004 00000000 00000001 00000003 0000004b 0000004b ${TOWER} 00
  16c9a0d6
`)

const LOOKUP_REQUEST = bytesOf(`
  01000000 00000000                          // by interface; no object
  01000000 81bb7a364498f135ad3298f038001003 0200 0000
  01000000 ${HANDLE} f4010000                // version option; at most 500
`)
/** Two entries, a pipe and a local port; towers come after both. */
const PIPE = asciiOf('\\PIPE\\ntsvcs\0')
const LOCAL = asciiOf('ntsvcs\0')
const LOOKUP_RESPONSE = bytesOf(`
  ${HANDLE} 02000000
  02000000 00000000 02000000
  00000000000000000000000000000000 03000000 00000000 05000000 ${asciiOf('Plug\0')} 000000
  00000000000000000000000000000000 04000000 00000000 01000000 00 000000
  57000000 57000000                          // 87 bytes, 5 floors
  0500
  1300 0d 81bb7a364498f135ad3298f038001003 0200  0200 0000
  1300 0d 045d888aeb1cc9119fe808002b104860 0200  0200 0000
  0100 0b  0200 0000
  0100 0f  0d00 ${PIPE}
  0100 11  0500 ${asciiOf('\\\\S1\0')}
  00                                         // padding
  47000000 47000000                          // 71 bytes, 4 floors
  0400
  1300 0d 81bb7a364498f135ad3298f038001003 0200  0200 0000
  1300 0d 045d888aeb1cc9119fe808002b104860 0200  0200 0000
  0100 0c  0200 0000
  0100 10  0700 ${LOCAL} 00
  00000000
`)

describe('ept_map', () => {
  test('asks for an interface over TCP', () => {
    const reader = new Reader(REQUEST)
    expect(eptMapRequest(reader)).toMatchObject({
      tower: { interface: SVCCTL, version: '2.0', transfer: NDR, protocol: 'ncacn_ip_tcp' },
      maxTowers: 4,
    })
    expect(reader.note).toBeUndefined()
  })

  test('answers with a port', () => {
    for (const [stub, wide] of [
      [RESPONSE, false],
      [RESPONSE_64, true],
    ] as const) {
      const reader = new Reader(stub)
      expect(eptMapResponse(reader, wide)).toEqual({
        towers: [
          {
            interface: SVCCTL,
            version: '2.0',
            transfer: NDR,
            protocol: 'ncacn_ip_tcp',
            port: 49163,
            address: '192.168.10.10',
          },
        ],
        status: 0,
      })
      expect(reader.note).toBeUndefined()
    }
  })

  test('answers that the interface is not registered', () => {
    expect(eptMapResponse(new Reader(NOT_REGISTERED))).toEqual({ towers: [], status: 0x16c9a0d6 })
    expect(treeOf(eptMapResponse, NOT_REGISTERED)).toContain('  Status: ept_s_not_registered (0x16c9a0d6)')
  })

  test('big-endian stub: the tower stays little-endian', () => {
    const reader = new Reader(BIG_ENDIAN)
    reader.little = false
    const { towers, status } = eptMapResponse(reader)
    expect(towers[0]).toMatchObject({ interface: SVCCTL, port: 49163 })
    expect(status).toBe(0x16c9a0d6)
  })

  test('field tree', () => {
    expect(treeOf(eptMapResponse, RESPONSE)).toContain('  Tower: ncacn_ip_tcp:192.168.10.10[49163]')
    expect(treeOf(eptMapResponse, RESPONSE)).toContain('      Port: 49163')
  })

  survives(eptMapRequest, REQUEST)
  survives(eptMapResponse, RESPONSE, NOT_REGISTERED)
  survives((from) => eptMapResponse(from, true), RESPONSE_64)
})

describe('ept_lookup', () => {
  test('asks for an interface', () => {
    expect(eptLookupRequest(new Reader(LOOKUP_REQUEST))).toEqual({
      inquiry: 1,
      interface: SVCCTL,
      version: '2.0',
      maxEntries: 500,
    })
  })

  test('answers with entries, then their towers', () => {
    const reader = new Reader(LOOKUP_RESPONSE)
    const { entries, status } = eptLookupResponse(reader)
    expect(reader.note).toBeUndefined()
    expect(
      entries.map(({ annotation, tower }) => [annotation, tower?.protocol, tower?.endpoint, tower?.netbios]),
    ).toEqual([
      ['Plug', 'ncacn_np', '\\PIPE\\ntsvcs', '\\\\S1'],
      ['', 'ncalrpc', 'ntsvcs', undefined],
    ])
    expect(status).toBe(0)
  })

  test('counts are not believed', () => {
    const stub = bytesOf(`${HANDLE} ffffffff ffffffff 00000000 ffffffff`)
    expect(eptLookupResponse(new Reader(stub)).entries).toEqual([])
    expect(eptMapResponse(new Reader(stub)).towers).toEqual([])
  })

  survives(eptLookupRequest, LOOKUP_REQUEST)
  survives(eptLookupResponse, LOOKUP_RESPONSE)
})
