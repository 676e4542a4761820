import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Protocol } from '../../../asm/layout'
import type { FrameBytes, Layer } from './frame-bytes'
import { Fragments } from './fragments'

const UDP = Uint8Array.from([0x13, 0x88, 0, 53, 0, 24, 0xab, 0xcd, ...new Array<number>(16).fill(7)])

function frameOf(protocol: Protocol, bytes: Uint8Array, header: number): FrameBytes {
  const layer: Layer = { protocol, at: 0, headerEnd: header, end: bytes.length, isQuoted: false }
  return { bytes, layers: () => [layer] }
}

/** An IPv4 fragment of the datagram: RFC 791 3.1. */
function ipv4(offset: number, end: number, identification = 7): FrameBytes {
  const more = end < UDP.length ? 0x20 : 0
  const header = [0x45, 0, 0, 0, 0, identification, more, offset / 8, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
  return frameOf(Protocol.Ipv4, Uint8Array.from([...header, ...UDP.subarray(offset, end)]), 20)
}

/** An IPv6 fragment of it, behind hop-by-hop options: RFC 8200 4.5. */
function ipv6(offset: number, end: number): FrameBytes {
  const more = end < UDP.length ? 1 : 0
  const options = [44, 0, 1, 4, 0, 0, 0, 0]
  const bytes = [...new Array<number>(6).fill(0), 0, 64, ...new Array<number>(32).fill(1), ...options]
  return frameOf(
    Protocol.Ipv6,
    Uint8Array.from([...bytes, 17, 0, 0, offset | more, 0, 0, 0, 9, ...UDP.subarray(offset, end)]),
    40,
  )
}

const CUTS = [
  [0, 8],
  [8, 16],
  [16, 24],
] as const

describe('fragments', () => {
  test.each([
    ['IPv4', ipv4],
    ['IPv6', ipv6],
  ])('of %s are a datagram with the last of them, in any order', (_, make) =>
    fc.assert(
      fc.property(fc.shuffledSubarray([...CUTS], { minLength: 3, maxLength: 3 }), (order) => {
        const fragments = new Fragments()
        const found = order.map(([offset, end]) => fragments.layers(make(offset, end), Protocol.Udp))
        expect(found.map(({ length }) => length)).toEqual([0, 0, 1])
        expect(found[2]![0]!.bytes).toEqual(UDP)
        expect(found[2]![0]!.layer).toMatchObject({ headerEnd: 8, end: 24 })
      }),
    ),
  )

  test('of several datagrams are not mixed, and a missing one gives nothing', () => {
    const fragments = new Fragments()
    const seen = [ipv4(0, 8, 1), ipv4(8, 16, 2), ipv4(16, 24, 1), ipv4(16, 24, 2)]
    expect(seen.flatMap((frame) => fragments.layers(frame, Protocol.Udp))).toEqual([])
    expect(fragments.layers(ipv4(8, 16, 1), Protocol.Tcp)).toEqual([])
  })

  test('cut at every length cause no exception', () => {
    for (const frame of [ipv4(8, 16), ipv6(8, 16)])
      for (let end = 0; end < frame.bytes.length; end++) {
        const [layer] = frame.layers()
        const cut = { bytes: frame.bytes.subarray(0, end), layers: () => [{ ...layer!, end }] }
        expect(new Fragments().layers(cut, Protocol.Udp)).toEqual([])
      }
  })
})
