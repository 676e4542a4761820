import { expect, test } from 'vitest'
import { arp } from './arp'
import { Reader } from '../reader'
import { bytesOf, survives, treeOf } from '../testing'

const REQUEST = bytesOf(`
  0001 0800 06 04 0001
  08002716 6659 c0a80a0a                        // 192.168.10.10 asks
  000000000000 c0a80a1f                         // for 192.168.10.31
`)
const REPLY = bytesOf('0001 0800 06 04 0002 0800277fb58b c0a80a1f 080027166659 c0a80a0a')
const PROBE = bytesOf('0001 0800 06 04 0001 0800277fb58b 00000000 000000000000 c0a80a1f')
const ANNOUNCEMENT = bytesOf('0001 0800 06 04 0001 0800277fb58b c0a80a1f 000000000000 c0a80a1f')
/** InfiniBand addresses have 20 bytes. */
const INFINIBAND = bytesOf(`0020 0800 14 04 0002 ${'0b'.repeat(20)} 0a000001 ${'0c'.repeat(20)} 0a000002`)

test('who has an address', () => {
  const reader = new Reader(REQUEST)
  expect(arp(reader)).toEqual({
    operation: 1,
    senderHardware: '08:00:27:16:66:59',
    senderAddress: '192.168.10.10',
    targetHardware: '00:00:00:00:00:00',
    targetAddress: '192.168.10.31',
    meaning: 'request',
  })
  expect(reader.note).toBeUndefined()
})

test('what a packet is for', () => {
  expect([REPLY, PROBE, ANNOUNCEMENT, INFINIBAND].map((bytes) => treeOf(arp, bytes)[0])).toEqual([
    'ARP: 192.168.10.31 is at 08:00:27:7f:b5:8b',
    'ARP: who has 192.168.10.31? 08:00:27:7f:b5:8b would use it',
    'ARP: 192.168.10.31 is at 08:00:27:7f:b5:8b',
    `ARP: 10.0.0.1 is at ${'0b'.repeat(20)}`,
  ])
  expect(arp(new Reader(ANNOUNCEMENT))?.meaning).toBe('announcement')
})

survives(arp, REQUEST, INFINIBAND)
