// Which streams a choice of frames belongs to.
import { Frame } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'

/** Rows of Stream that have one of these frames, rising. */
export function streamsOfFrames({ frames, streams }: Capture, rows: Uint32Array): Uint32Array<ArrayBuffer> {
  const met = new Uint8Array(streams.rows)
  for (const row of rows) {
    const stream = frames.get(Frame.Stream, row)
    if (stream < met.length) met[stream] = 1
  }
  return Uint32Array.from([...met.keys()].filter((stream) => met[stream]))
}
