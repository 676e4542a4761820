// Streams as other programs number them: TCP and UDP each from 0, in the order in which they are first seen.
import { Stream } from '../../asm/layout'
import type { Table } from './table'

/** The number of each row of Stream among the rows of its transport: Wireshark's `tcp.stream` and `udp.stream`. */
export function streamNumbers(streams: Table): Uint32Array {
  const next = new Map<number, number>()
  return Uint32Array.from({ length: streams.rows }, (_, row) => {
    const transport = streams.get(Stream.Transport, row)
    const number = next.get(transport) ?? 0
    next.set(transport, number + 1)
    return number
  })
}
