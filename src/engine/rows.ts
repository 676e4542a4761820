// A row of the frame list as far as the tables' columns go. Runs on the page: drawing needs no message.
import { Frame, type Protocol, type Status } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { frameEnds, protocolName, relativeTime } from '../capture/text'
import type { FrameColumns } from './api'

/** The columns of one frame; `row` must be below capture.frames.rows. */
export function frameColumns(capture: Capture, row: number): FrameColumns {
  const { frames } = capture
  return {
    frame: row,
    time: relativeTime(frames, row),
    ...frameEnds(capture, row),
    protocol: protocolName(frames.get(Frame.Protocol, row) as Protocol).toUpperCase(),
    length: frames.get(Frame.Length, row),
    status: frames.get(Frame.Status, row) as Status,
  }
}
