// The field `tls` within QUIC: frames whose Initial packets carry a part of a TLS handshake that TLS has not had.
import { Frame, Protocol, Stream } from '../../../../asm/layout'
import { type Bits, noBits, setBit } from '../../bits'
import type { Field } from '../../field'
import type { Subject } from '../../subject'
import { otherwiseOf, type ReadField } from '../readings'
import { QuicConnections } from './connections'

const UDP = 17
const QUIC_PORT = 443
/** Bytes that a datagram with a client's Initial packet has at least: RFC 9000 14.1. */
const LEAST_INITIAL = 1200

/** What has to be read for a field that QUIC has too. */
export function inQuic(subject: Subject, field: Field): ReadField[] {
  const among = field.name === 'tls' ? subject.of(findFrames) : undefined
  if (!among) return []
  return [
    {
      name: `all ${field.name} in QUIC`,
      among,
      ...otherwiseOf(field),
      start: () => {
        const connections = new QuicConnections()
        const { frames } = subject.capture
        const end = (row: number, address: Frame, port: Frame) => `${frames.get(address, row)} ${frames.get(port, row)}`
        return (row, { bytes }) => {
          const at = frames.get(Frame.PayloadAt, row)
          const showsTls = connections.add({
            payload: bytes.subarray(at, at + frames.get(Frame.PayloadLength, row)),
            conversation: frames.get(Frame.Stream, row),
            from: end(row, Frame.Source, Frame.SourcePort),
            to: end(row, Frame.Destination, Frame.DestinationPort),
          })
          return showsTls ? [1] : []
        }
      },
    },
  ]
}

/** Datagrams of no other protocol in conversations that may be QUIC, by their port or a size; undefined where there is none. */
function findFrames({ capture: { frames: table, streams }, frames }: Subject): Bits | undefined {
  const mayBe = new Uint8Array(streams.rows)
  for (let row = 0; row < streams.rows; row++)
    mayBe[row] = Number(
      streams.get(Stream.Transport, row) === UDP &&
        [streams.get(Stream.PortA, row), streams.get(Stream.PortB, row)].includes(QUIC_PORT),
    )
  let found: Bits | undefined
  for (const pass of [0, 1]) {
    for (let first = 0; first < frames; first += 0x10000) {
      const column = (which: Frame) => table.column(which, first >>> 16)
      const [own, met, lengths] = [column(Frame.Stream), column(Frame.Protocol), column(Frame.PayloadLength)]
      const end = Math.min(0x10000, frames - first)
      for (let row = 0; row < end; row++) {
        const stream = own[row]!
        if (met[row] !== Protocol.Udp || stream >= mayBe.length) continue
        if (pass === 0 && lengths[row]! >= LEAST_INITIAL) mayBe[stream] = 1
        if (pass === 1 && mayBe[stream] === 1 && lengths[row]! > 0) setBit((found ??= noBits(frames)), first + row)
      }
    }
  }
  return found
}
