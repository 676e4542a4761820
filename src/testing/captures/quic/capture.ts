// QUIC conversations as a capture.
import { pcap } from '../file/pcap'
import { Host } from '../network/host'
import { udpFrame } from '../network/udp'
import type { QuicConversation } from './conversations'

const client = new Host({ address: '10.0.0.1' })
const server = new Host({ address: '10.0.0.2' })

/** All datagrams one after the other, each conversation from a port of its own. */
export function quicCapture(conversations: readonly QuicConversation[]): Uint8Array<ArrayBuffer> {
  const frames = conversations.flatMap(({ serverPort, datagrams }, which) =>
    datagrams.map(({ fromServer, payload }) =>
      fromServer
        ? udpFrame(server, serverPort, client, 52000 + which, payload)
        : udpFrame(client, 52000 + which, server, serverPort, payload),
    ),
  )
  return pcap(frames.map((bytes, at) => ({ microseconds: at * 1000, bytes })))
}
