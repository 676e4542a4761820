// QUIC conversations, each with what the filter tls shows of it; tests hold that against tshark.
import {
  QUIC_ACK,
  QUIC_PING,
  quicCrypto,
  type QuicInitial,
  quicInitial,
  quicRetry,
  quicSealed,
  quicShort,
  type QuicVersion,
} from './packets'
import { QUIC_SAMPLES } from './samples'

interface QuicDatagram {
  fromServer: boolean
  payload: Uint8Array
}

export interface QuicConversation {
  name: string
  serverPort: number
  datagrams: QuicDatagram[]
  /** Of each datagram, whether it shows TLS. */
  shows: boolean[]
}

const hello = QUIC_SAMPLES.clientFrames.subarray(4)
const answer = QUIC_SAMPLES.serverFrames.subarray(QUIC_SAMPLES.serverFrames.length - 90)
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const ids = (which: number) => ({
  first: Uint8Array.of(which, 1, 1, 1, 1, 1, 1, 1),
  client: Uint8Array.of(which, 2, 2, 2),
  server: Uint8Array.of(which, 3, 3, 3, 3, 3),
  retry: Uint8Array.of(which, 4, 4, 4, 4, 4, 4),
})

let count = 0
const all: QuicConversation[] = []

interface Sides {
  id: ReturnType<typeof ids>
  version: QuicVersion
  /** An Initial of 1200 bytes under the client's first connection ID. */
  client(packetNumber: number, frames: Uint8Array[], more?: Partial<QuicInitial>): [Uint8Array, boolean?]
  server(packetNumber: number, frames: Uint8Array[], more?: Partial<QuicInitial>): [Uint8Array, boolean?]
}

/** Adds a conversation: payloads, each with its side, and a mark for each datagram that shows TLS. */
function conversation(
  name: string,
  shows: string,
  make: (sides: Sides) => [payload: Uint8Array, fromServer?: boolean][],
  { serverPort = 443, version = 'v1' }: { serverPort?: number; version?: QuicVersion } = {},
) {
  const id = ids(++count)
  const sides: Sides = {
    id,
    version,
    client: (packetNumber, frames, more) => [
      quicInitial({
        version,
        destination: id.first,
        source: id.client,
        packetNumber,
        frames,
        paddedTo: 1200,
        ...more,
      }),
    ],
    server: (packetNumber, frames, more) => [
      quicInitial({
        version,
        destination: id.client,
        source: id.server,
        keyedBy: id.first,
        fromServer: true,
        packetNumber,
        frames,
        ...more,
      }),
      true,
    ],
  }
  const datagrams = make(sides).map(([payload, fromServer = false]) => ({ payload, fromServer }))
  all.push({ name, serverPort, datagrams, shows: [...shows].map((mark) => mark === '+') })
}

const HELLO = quicCrypto(0, hello)
const ANSWER = quicCrypto(0, answer)
const part = (from: number, to: number) => quicCrypto(from, hello.subarray(from, to))

for (const version of ['v1', 'v2', 'draft29'] as const)
  conversation(
    `${version}: hellos, with a Handshake packet behind`,
    '++-',
    ({ id, client, server }) => [
      client(0, [HELLO]),
      [
        joined(
          server(0, [QUIC_ACK, ANSWER])[0],
          quicSealed({ version, destination: id.client, source: id.server }, 'handshake'),
        ),
        true,
      ],
      [quicShort(id.server)],
    ],
    { version },
  )
conversation('two packets in order', '+++', ({ client, server }) => [
  client(0, [part(0, 100)]),
  client(1, [part(100, 241)]),
  server(0, [ANSWER]),
])
conversation('two packets out of order', '-+', ({ client }) => [client(1, [part(100, 241)]), client(0, [part(0, 100)])])
conversation('pieces out of order in one packet', '+', ({ client }) => [
  client(0, [part(100, 241), QUIC_PING, part(0, 60), part(60, 100)]),
])
conversation('three packets, the last first', '--+', ({ client }) => [
  client(2, [part(200, 241)]),
  client(0, [part(0, 100)]),
  client(1, [part(100, 200)]),
])
conversation('a gap behind a gap', '+---+', ({ client }) => [
  client(0, [part(0, 50)]),
  client(3, [part(150, 241)]),
  client(1, [part(50, 100)]),
  client(0, [part(0, 50)]),
  client(2, [part(100, 150)]),
])
conversation('a repeated hello', '+-+', ({ client, server }) => [
  client(0, [HELLO]),
  client(1, [HELLO]),
  server(0, [ANSWER]),
])
conversation('a repeated datagram', '+-', ({ client }) => [client(0, [HELLO]), client(0, [HELLO])])
conversation('a repeated hello with a little more', '+++', ({ client }) => [
  client(0, [part(0, 100)]),
  client(1, [part(50, 150)]),
  client(2, [part(100, 241)]),
])
conversation('a server that only acknowledges', '+-+', ({ client, server }) => [
  client(0, [HELLO]),
  server(0, [QUIC_ACK]),
  server(1, [ANSWER]),
])
conversation('a client that goes on with the server’s ID', '++-+', ({ id, client, server }) => [
  client(0, [part(0, 100)]),
  server(0, [QUIC_ACK, ANSWER]),
  client(1, [QUIC_ACK], { destination: id.server, keyedBy: id.first }),
  client(2, [part(100, 241)], { destination: id.server, keyedBy: id.first }),
])
conversation('a Retry', '+--+', ({ id, version, client, server }) => [
  client(0, [HELLO]),
  [quicRetry({ version, destination: id.client, source: id.retry }, Uint8Array.of(7, 7, 7)), true],
  client(1, [HELLO], { destination: id.retry, token: Uint8Array.of(7, 7, 7) }),
  server(0, [ANSWER], { keyedBy: id.retry }),
])
conversation('a Retry, then another hello, longer', '+-++', ({ id, version, client, server }) => [
  client(0, [part(0, 100)]),
  [quicRetry({ version, destination: id.client, source: id.retry }, Uint8Array.of(7, 7, 7)), true],
  client(1, [HELLO], { destination: id.retry, token: Uint8Array.of(7, 7, 7) }),
  server(0, [ANSWER], { keyedBy: id.retry }),
])
conversation('another port', '++', ({ client, server }) => [client(0, [HELLO]), server(0, [ANSWER])], {
  serverPort: 50001,
})
conversation('Initial packets, two in a datagram', '+', ({ client }) => [
  [joined(client(0, [QUIC_PING], { paddedTo: 100 })[0], client(1, [HELLO], { paddedTo: 1100 })[0])],
])
conversation('another connection ID behind', '-', ({ client }) => [
  [
    joined(
      client(0, [QUIC_PING], { paddedTo: 100 })[0],
      client(1, [HELLO], { destination: Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9), paddedTo: 1100 })[0],
    ),
  ],
])
conversation('a server whose client is not in the capture', '--', ({ server }) => [
  server(0, [ANSWER]),
  server(1, [ANSWER]),
])
conversation('no connection IDs of the client', '++', ({ client, server }) => [
  client(0, [HELLO], { source: new Uint8Array(0) }),
  server(0, [ANSWER], { destination: new Uint8Array(0) }),
])
conversation('0-RTT beside a hello and after it', '+-', ({ id, version, client }) => [
  [
    joined(
      client(0, [HELLO], { paddedTo: 600 })[0],
      quicSealed({ version, destination: id.first, source: id.client }, 'zeroRtt'),
    ),
  ],
  [quicSealed({ version, destination: id.first, source: id.client }, 'zeroRtt')],
])
conversation('a damaged packet, then a whole one', '-+', ({ client }) => {
  const damaged = client(0, [HELLO])[0]
  damaged[600]! ^= 1
  return [[damaged], client(0, [HELLO])]
})
conversation('a damaged packet before a whole one in a datagram', '+', ({ client }) => {
  const damaged = client(0, [HELLO], { paddedTo: 600 })[0]
  damaged[500]! ^= 1
  return [[joined(damaged, client(1, [HELLO], { paddedTo: 600 })[0])]]
})
conversation('packet numbers of one byte that wrap', '-+', ({ client }) => [
  client(255, [QUIC_PING], { numberLength: 1 }),
  client(256, [HELLO], { numberLength: 1 }),
])
conversation('an empty CRYPTO frame', '-', ({ client }) => [client(0, [quicCrypto(0, new Uint8Array(0))])])
conversation('a CRYPTO frame beyond the packet', '+', ({ client }) => [
  client(0, [quicCrypto(0, hello).subarray(0, 50)], { paddedTo: 0 }),
])
conversation('a change of version by the server', '++', ({ client, server }) => [
  client(0, [HELLO]),
  server(0, [ANSWER], { version: 'v2' }),
])
conversation('a change of version within a datagram', '++', ({ client, server }) => [
  client(0, [HELLO]),
  [joined(server(0, [QUIC_ACK])[0], server(1, [ANSWER], { version: 'v2' })[0]), true],
])
conversation('a short Initial packet', '+', ({ client }) => [client(0, [HELLO], { paddedTo: 0 })])
conversation('bytes behind that are no packet', '+', ({ client }) => [
  [joined(client(0, [HELLO], { paddedTo: 1200 })[0], new Uint8Array(30))],
])

export const QUIC_CONVERSATIONS: readonly QuicConversation[] = all
