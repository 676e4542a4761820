import { expect, test } from 'vitest'
import { icmp, icmpv6, icmpText } from './icmp'
import { Reader } from '../reader'
import { bytesOf, survives, treeOf } from '../testing'

/** A host has no listener at UDP port 52328 any longer when DNS answers. */
const PORT_UNREACHABLE = bytesOf(`
  03 03 92bc 00000000
  45 00 0048 4cff 4000 80 11 182c c0a80a0a c0a80a1f  // UDP, 192.168.10.10 to 192.168.10.31
  0035 cc68 0034 7694
`)
const FRAGMENTATION_NEEDED = bytesOf(`
  03 04 0000 0000 0578                               // next-hop MTU 1400
  46 00 05dc 0001 4000 80 06 0000 0a000001 0a000002  // TCP, with an option of 4 bytes
  01010100
  c001 0087 12345678
`)
const TOO_BIG = bytesOf(`
  02 00 0000 00000500                                // MTU 1280
  60000000 0020 00 40                                // hop-by-hop options follow
  20010db8000000000000000000000001 20010db8000000000000000000000002
  06 00 000000000000                                 // then TCP
  c001 0087 00000001
`)

test('a port without a listener', () => {
  const reader = new Reader(PORT_UNREACHABLE)
  expect(icmp(reader)).toEqual({
    type: 3,
    code: 3,
    text: 'destination unreachable: port unreachable',
    quoted: {
      source: '192.168.10.10',
      destination: '192.168.10.31',
      protocol: 17,
      sourcePort: 53,
      destinationPort: 52328,
    },
  })
  expect(reader.note).toBeUndefined()
  expect(treeOf(icmp, PORT_UNREACHABLE)[0]).toBe(
    'ICMP: destination unreachable: port unreachable; UDP 192.168.10.10:53 to 192.168.10.31:52328',
  )
})

test('a packet that a link cannot carry', () => {
  expect(icmp(new Reader(FRAGMENTATION_NEEDED))).toMatchObject({
    nextHopMtu: 1400,
    quoted: { protocol: 6, sourcePort: 0xc001, destinationPort: 135, sequence: 0x12345678 },
  })
  expect(icmpv6(new Reader(TOO_BIG))).toEqual({
    type: 2,
    code: 0,
    text: 'packet too big',
    nextHopMtu: 1280,
    quoted: {
      source: '2001:db8::1',
      destination: '2001:db8::2',
      protocol: 6,
      sourcePort: 0xc001,
      destinationPort: 135,
      sequence: 1,
    },
  })
})

test('later fragments have no ports', () => {
  const fragment = Uint8Array.from(PORT_UNREACHABLE)
  fragment[8 + 7] = 1 // fragment offset
  expect(icmp(new Reader(fragment))?.quoted).toEqual({
    source: '192.168.10.10',
    destination: '192.168.10.31',
    protocol: 17,
  })
})

test('words', () => {
  expect(icmpText(3, 13, 4)).toBe('destination unreachable: communication administratively prohibited')
  expect(icmpText(3, 99, 4)).toBe('destination unreachable: code 99')
  expect(icmpText(1, 4, 6)).toBe('destination unreachable: port unreachable')
  expect(icmpText(250, 1, 6)).toBe('type 250, code 1')
})

survives(icmp, PORT_UNREACHABLE, FRAGMENTATION_NEEDED)
survives(icmpv6, TOO_BIG)
