// The samples of RFC 9001 Appendix A.
import { expect, test } from 'vitest'
import { quicInitial, quicRetry } from './packets'
import { QUIC_SAMPLES } from './samples'

const { clientId, serverId, clientFrames, serverFrames, clientInitial, serverInitial, retry } = QUIC_SAMPLES
const none = new Uint8Array(0)

test('the client’s Initial packet', () => {
  const packet = quicInitial({
    destination: clientId,
    source: none,
    packetNumber: 2,
    numberLength: 4,
    frames: [clientFrames],
    paddedTo: 1200,
  })
  expect(packet).toHaveLength(1200)
  expect(packet.subarray(0, clientInitial.head.length)).toEqual(clientInitial.head)
  expect(packet.subarray(1200 - clientInitial.tail.length)).toEqual(clientInitial.tail)
})

test('the server’s Initial packet', () =>
  expect(
    quicInitial({
      destination: none,
      source: serverId,
      keyedBy: clientId,
      fromServer: true,
      packetNumber: 1,
      frames: [serverFrames],
    }),
  ).toEqual(serverInitial))

test('the Retry packet, apart from its unused bits and its tag', () => {
  const packet = quicRetry({ destination: none, source: serverId }, new TextEncoder().encode('token'))
  expect(packet.subarray(1, -16)).toEqual(retry.subarray(1, -16))
})
