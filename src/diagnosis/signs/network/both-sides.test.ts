import { expect, test } from 'vitest'
import type { Finding } from '../../finding'
import { diagnose, returning, working, type Change, type Play } from '../../../testing/diagnose'
import { unreachable } from '../../../testing/captures/network/icmp'
import { inOrder, translateAll } from '../../../testing/impair'

const OUTSIDE = [10, 200, 1, 7]
const translated: Change = (frames, { client }) => translateAll(frames, client, OUTSIDE)
const oneSide: Change = (frames) => frames

/** What is found, with how often. */
const failures = (findings: Finding[]) =>
  findings.filter(({ kind }) => kind === 'finding').map(({ title, count = 1 }) => ({ title, count }))

const denied: Play = (play) => {
  const { session, binding } = working(play)
  session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(5))
}

const SVCCTL_UUID = [0x81, 0xbb, 0x7a, 0x36, 0x44, 0x98, 0xf1, 0x35, 0xad, 0x32, 0x98, 0xf0, 0x38, 0, 0x10, 3]
const REQUEST = 0
const FAULT = 3

/** A PDU of connectionless RPC: version 4, first and only fragment, little-endian, of svcctl's interface, with a body of 4 bytes. */
function datagram(type: number, status = 0): Uint8Array {
  const bytes = new Uint8Array(84)
  bytes.set([4, type, 0x08, 0, 0x10, 0, 0, 0])
  bytes.set(SVCCTL_UUID, 24)
  bytes.fill(7, 40, 56)
  bytes.set([2, 0, 0, 0], 60)
  bytes.set([12, 0, 0xff, 0xff, 0xff, 0xff, 4, 0], 68)
  new DataView(bytes.buffer).setUint32(80, status, true)
  return bytes
}

const faulted: Play = (play) => {
  play.wire.udp(play.client, 50123, play.server, 49200, datagram(REQUEST))
  play.wire.udp(play.server, 49200, play.client, 50123, datagram(FAULT, 5))
}

const CASES: [string, Play][] = [
  ['a method that was denied', denied],
  ['a refused port', (play) => play.refused({ port: 135 })],
  ['a port that a router reports as unreachable', (play) => play.undeliverable(13, play.router, { port: 135 })],
  ['a fault of connectionless RPC', faulted],
  [
    'a UDP port that ICMP reports as closed',
    (play) => {
      play.wire.udp(play.client, 50123, play.server, 49200, datagram(REQUEST))
      play.wire.put(unreachable(play.server, play.client, play.frames.at(-1)!.bytes, 3))
    },
  ],
  ['a ticket that the KDC refuses', (play) => play.ticketRefused(24, 'krbtgt/EXAMPLE.COM', 'EXAMPLE.COM', 'bob')],
  ['a clock that the KDC refuses', (play) => play.ticketRefused(37, 'cifs/fs')],
  ['a name that DNS does not know', (play) => play.lookUp('server.corp.example', [])],
  [
    'two methods that were denied on one connection',
    (play) => {
      const { session, binding } = working(play)
      session.call(binding, { opnum: 12, stub: new Uint8Array(40) }, returning(5))
      session.call(binding, { opnum: 16, stub: new Uint8Array(40) }, returning(5))
    },
  ],
]

test.each(CASES)('%s is found as often on both sides of an address translation as on one', async (_, play) => {
  const one = failures(await diagnose(play, oneSide))
  expect(one.length).toBeGreaterThan(0)
  expect(failures(await diagnose(play, translated))).toEqual(one)
})

test('calls that fail alike on two connections are two', async () => {
  const findings = await diagnose((play) => {
    for (const opnum of [12, 16]) {
      const { session, binding } = working(play)
      session.call(binding, { opnum, stub: new Uint8Array(40) }, returning(5))
    }
  })
  expect(failures(findings).reduce((sum, { count }) => sum + count, 0)).toBe(2)
})

test('a client’s requests that are refused alike are counted each', async () => {
  const findings = await diagnose((play) => {
    for (let times = 0; times < 2; times++) play.ticketRefused(24, 'krbtgt/EXAMPLE.COM', 'EXAMPLE.COM', 'bob')
  })
  expect(failures(findings).reduce((sum, { count }) => sum + count, 0)).toBe(2)
})

test.each([
  ['a second', 1, 2],
  ['2 ms', 0.002, 1],
])('the same request from another address %s later', async (_, seconds, count) => {
  const later: Change = (frames, { client }) =>
    inOrder(
      translateAll(frames, client, OUTSIDE).map((frame, at) =>
        at % 2 === 0 ? frame : { ...frame, microseconds: frame.microseconds + seconds * 1e6 },
      ),
    )
  const findings = await diagnose((play) => {
    play.wire.udp(play.client, 50123, play.server, 49200, datagram(REQUEST))
    play.wire.wait(0.01)
    play.wire.udp(play.server, 49200, play.client, 50123, datagram(FAULT, 5))
  }, later)
  expect(failures(findings).reduce((sum, one) => sum + one.count, 0)).toBe(count)
})
