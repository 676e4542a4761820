// A row of the frame list as far as the tables' columns go. Runs on the page: drawing needs no message.
import { Frame } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { NONE, type Table } from '../../capture/table'
import { frameEnds, protocolName, relativeTime } from '../../capture/text'
import type { FrameColumns, FrameTime } from '../api'

/** The columns of one frame; `row` must be below capture.frames.rows. */
export function frameColumns(capture: Capture, row: number): FrameColumns {
  const { frames } = capture
  return {
    frame: row,
    ...frameTime(frames, row),
    ...frameEnds(capture, row),
    protocol: protocolName(frames.get(Frame.Protocol, row)).toUpperCase(),
    length: frames.get(Frame.Length, row),
    status: frames.get(Frame.Status, row),
  }
}

/** When a frame was captured; its row and the one before must be there. */
export function frameTime(frames: Table, row: number): FrameTime {
  const time = relativeTime(frames, row)
  const delta = row === 0 ? 0 : time - relativeTime(frames, row - 1)
  const nanos = frames.get(Frame.Nanos, row)
  return nanos === NONE ? { time, delta } : { time, delta, seconds: frames.get(Frame.Seconds, row), nanos }
}
