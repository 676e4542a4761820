import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quicCapture } from '../../../testing/captures/quic/capture'
import { QUIC_CONVERSATIONS } from '../../../testing/captures/quic/conversations'
import { quicCrypto, quicInitial } from '../../../testing/captures/quic/packets'
import { QUIC_SAMPLES } from '../../../testing/captures/quic/samples'
import { opened } from '../../../testing/diagnose'
import { HAS_TSHARK, tsharkFields } from '../../../testing/tshark'
import { QuicConnections } from './connections'
import { CryptoStream, cryptoRanges } from './crypto-data'
import { initialKeys, openInitial } from './initial-packets'
import { longHeader } from './long-header'

const { clientId, serverId, clientFrames, serverFrames, serverInitial, retry } = QUIC_SAMPLES
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))

describe('the samples of RFC 9001 Appendix A', () => {
  test('have these keys', () => {
    expect(initialKeys(1, clientId)).toEqual({
      client: {
        key: bytes('1f369613dd76d5467730efcbe3b1a22d'),
        iv: bytes('fa044b2f42a3fd3b46fb255c'),
        headerKey: bytes('9f50449e04a0e810283a1e9933adedd2'),
      },
      server: {
        key: bytes('cf3a5331653c364c88f0f379b6067e37'),
        iv: bytes('0ac1493ca1905853b0bba03e'),
        headerKey: bytes('c206b8d9b9f0f37644430b490eeaa314'),
      },
    })
  })

  test('the server’s Initial packet has this header and these frames', () => {
    const header = longHeader(serverInitial, 0)
    expect(header).toMatchObject({ version: 1, type: 'initial', source: serverId, numberAt: 18, end: 135 })
    expect(openInitial(serverInitial, 18, initialKeys(1, clientId).server, 0)).toEqual({
      frames: serverFrames,
      number: 1,
    })
    expect(cryptoRanges(serverFrames)).toEqual({ ranges: [{ from: 0, to: 90 }], isWhole: true })
  })

  test('the Retry packet gives its ID', () =>
    expect(longHeader(retry, 0)).toMatchObject({ type: 'retry', source: serverId, end: 36 }))
})

test('version 2 has these keys: RFC 9369 Appendix A', () =>
  expect(initialKeys(0x6b3343cf, clientId)).toEqual({
    client: {
      key: bytes('8b1a0bc121284290a29e0971b5cd045d'),
      iv: bytes('91f73e2351d8fa91660e909f'),
      headerKey: bytes('45b95e15235d6f45a6b19cbcb0294ba9'),
    },
    server: {
      key: bytes('82db637861d55e1d011f19ea71d5d2a7'),
      iv: bytes('dd13c276499c0249d3310652'),
      headerKey: bytes('edf6d05c83121201b436e16877593c3a'),
    },
  }))

const sides = { from: 'a', to: 'b', conversation: 0 }
const initial = (paddedTo: number) =>
  quicInitial({
    destination: clientId,
    source: bytes('01020304'),
    packetNumber: 0,
    frames: [clientFrames],
    paddedTo,
  })

describe('a datagram', () => {
  test('cut at every length shows nothing, and whole its hello', () => {
    const payload = initial(400)
    for (let end = 0; end < payload.length; end++)
      expect(new QuicConnections().add({ ...sides, payload: payload.subarray(0, end) }), `${end}`).toBe(false)
    expect(new QuicConnections().add({ ...sides, payload })).toBe(true)
  })

  test('cut within its second packet shows the first', () => {
    const first = initial(400)
    const payload = Uint8Array.from([...first, ...initial(400)])
    for (let end = first.length; end <= payload.length; end++)
      expect(new QuicConnections().add({ ...sides, payload: payload.subarray(0, end) }), `${end}`).toBe(true)
  })

  test('frames cut at every length: the hello is there once its range is', () => {
    for (let end = 0; end <= clientFrames.length; end++)
      expect(cryptoRanges(clientFrames.subarray(0, end)).ranges, `${end}`).toHaveLength(end < 4 ? 0 : 1)
  })

  test('with any bytes changed throws nothing, in any order', () => {
    const all = QUIC_CONVERSATIONS.flatMap(({ datagrams }) => datagrams)
    const change = fc.tuple(fc.nat(80), fc.nat(255))
    const step = fc.tuple(fc.nat(all.length - 1), fc.array(change, { maxLength: 3 }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const connections = new QuicConnections()
        for (const [which, changes] of steps) {
          const { payload, fromServer } = all[which]!
          const changed = payload.slice()
          for (const [at, value] of changes) if (at < changed.length) changed[at] = value
          const [from, to] = fromServer ? ['b', 'a'] : ['a', 'b']
          expect(connections.add({ payload: changed, from, to, conversation: which % 3 })).toBeTypeOf('boolean')
        }
      }),
      { numRuns: 200 },
    )
  })

  test('any bytes as frames give ascending ranges that end', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (frames) => {
        for (const { from, to } of cryptoRanges(frames).ranges) expect(to).toBeGreaterThanOrEqual(from)
      }),
    ))
})

test('pieces in any order bring TLS all bytes exactly once, at the last', () =>
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), (order) => {
      const stream = new CryptoStream()
      const shown = order.map((piece) => stream.add({ from: piece * 10, to: piece * 10 + 10 }))
      expect(shown.at(-1)).toBe(true)
      expect(order.map((piece) => stream.add({ from: piece * 10, to: piece * 10 + 10 }))).not.toContain(true)
    }),
  ))

test('very many pieces behind a gap are bounded', () => {
  const stream = new CryptoStream()
  for (let at = 1; at < 100_000; at++) stream.add({ from: 2 * at, to: 2 * at + 1 })
  expect(stream.add({ from: 0, to: 10 })).toBe(false)
  expect(stream.add({ from: 10, to: 1000 })).toBe(true)
})

const marks = QUIC_CONVERSATIONS.flatMap(({ shows }) => shows)
const expected = marks.flatMap((shows, at) => (shows ? [at + 1] : []))

describe('the filter tls', () => {
  test('has the frames of each conversation', async () => {
    const filters = await (await opened(quicCapture(QUIC_CONVERSATIONS))).filters()
    const result = await filters.rows('tls')
    expect(result).not.toHaveProperty('notes')
    expect('rows' in result && Array.from(result.rows, (row) => row + 1)).toEqual(expected)
  })

  for (const { name, datagrams, shows } of QUIC_CONVERSATIONS)
    test(`within ${name}`, () => {
      const connections = new QuicConnections()
      const found = datagrams.map(({ payload, fromServer }) =>
        connections.add({ payload, conversation: 0, from: fromServer ? 'b' : 'a', to: fromServer ? 'a' : 'b' }),
      )
      expect(found).toEqual(shows)
    })

  test('has nothing of a port that is another protocol’s, and of datagrams that are too small elsewhere', async () => {
    const [hellos] = QUIC_CONVERSATIONS
    const dns = { ...hellos!, serverPort: 53 }
    const small = { fromServer: false, payload: initial(0) }
    const file = quicCapture([dns, { ...hellos!, serverPort: 50001, datagrams: [small] }])
    const result = await (await (await opened(file)).filters()).rows('tls')
    expect('rows' in result && [...result.rows]).toEqual([])
  })

  test.skipIf(!HAS_TSHARK)('has those that tshark shows', () => {
    const file = quicCapture(QUIC_CONVERSATIONS)
    expect(tsharkFields(file, ['frame.number'], { filter: 'tls' }).map(([number]) => Number(number))).toEqual(expected)
  })
})

test('a varint of eight bytes is a length like others', () =>
  expect(
    cryptoRanges(Uint8Array.of(6, 0xc0, 0, 0, 0, 0, 0, 0, 5, ...quicCrypto(0, new Uint8Array(3)).subarray(2))),
  ).toEqual({
    ranges: [{ from: 5, to: 8 }],
    isWhole: true,
  }))
