import { expect, test } from 'vitest'
import { Address, AddressKind, Stream } from '../../asm/layout'
import { Capture } from './capture'
import { addressRoles } from './hosts'
import { GrowingTable } from './table'

const [TCP, UDP] = [6, 17]

type Words = [number, number, number, number]

/** Streams of a capture: who talks to whom, how, and whether an answer came. */
function captureOf(
  addresses: [AddressKind, ...Words][],
  streams: [a: number, b: number, transport: number, answer: number][],
) {
  const addressTable = new GrowingTable(Address.COLUMNS)
  for (const columns of addresses) {
    const row = addressTable.add()
    columns.forEach((value, column) => addressTable.set(column, row, value))
  }
  const streamTable = new GrowingTable(Stream.COLUMNS)
  for (const [a, b, transport, answer] of streams) {
    const row = streamTable.add()
    streamTable.set(Stream.Transport, row, transport)
    streamTable.set(Stream.AddressA, row, a)
    streamTable.set(Stream.AddressB, row, b)
    streamTable.set(Stream.BytesA, row, 50)
    streamTable.set(Stream.BytesB, row, answer)
  }
  return { addresses: addressTable, streams: streamTable } as unknown as Capture
}

const { Mac, Ipv4, Ipv6 } = AddressKind

test.each([
  ['an address that speaks', [Ipv4, 0x0a000001, 0, 0, 0], 0, 'host'],
  ['LLMNR’s group', [Ipv4, 0xe00000fc, 0, 0, 0], 0, 'multicast'],
  ['every host on the link', [Ipv4, 0xffffffff, 0, 0, 0], 0, 'broadcast'],
  ['the end of a subnet that never answers', [Ipv4, 0x0a0000ff, 0, 0, 0], 0, 'broadcast'],
  ['the same address where it answers', [Ipv4, 0x0a0000ff, 0, 0, 0], 20, 'host'],
  ['who has no address yet', [Ipv4, 0, 0, 0, 0], 20, 'unspecified'],
  ['all nodes', [Ipv6, 0xff020000, 0, 0, 1], 0, 'multicast'],
  ['IPv6 that ends in ff', [Ipv6, 0xfe800000, 0, 0, 0xff], 0, 'host'],
  ['IPv6 without an address', [Ipv6, 0, 0, 0, 0], 0, 'unspecified'],
  ['the loopback address', [Ipv6, 0, 0, 0, 1], 0, 'host'],
  ['a MAC address', [Mac, 0x00155d00, 0x00010000, 0, 0], 0, 'host'],
] as [string, [AddressKind, ...Words], number, string][])('%s', (_, address, answer, role) => {
  const capture = captureOf([[Ipv4, 0x0a000002, 0, 0, 0], address], [[0, 1, UDP, answer]])
  expect(addressRoles(capture).get(0)).toBe('host')
  expect(addressRoles(capture).get(1)).toBe(role)
})

test('who is talked to by TCP is a host, answer or none', () => {
  const capture = captureOf(
    [
      [Ipv4, 0x0a000002, 0, 0, 0],
      [Ipv4, 0x0a0000ff, 0, 0, 0],
    ],
    [
      [0, 1, UDP, 0],
      [0, 1, TCP, 0],
    ],
  )
  expect(addressRoles(capture).get(1)).toBe('host')
})
