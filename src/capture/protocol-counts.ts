// How many frames of each protocol a capture holds.
import { Frame, type Protocol } from '../../asm/layout'
import type { Table } from './table'
import { protocolName } from './text'

const PIECE = 200_000

/** Most frequent first. Yields after every 200,000 frames, so that a caller with a screen to draw can pause. */
export function* protocolCounts(frames: Table): Generator<undefined, { name: string; frames: number }[]> {
  const counts = new Map<Protocol, number>()
  const rows = frames.rows
  for (let row = 0; row < rows; row++) {
    const protocol = frames.get(Frame.Protocol, row)
    counts.set(protocol, (counts.get(protocol) ?? 0) + 1)
    if (row % PIECE === PIECE - 1) yield
  }
  return [...counts]
    .map(([protocol, count]) => ({ name: protocolName(protocol).toUpperCase(), frames: count }))
    .sort((a, b) => b.frames - a.frames)
}
