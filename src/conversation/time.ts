// Spans of time between frames.
import { Frame } from '../../asm/layout'
import { NONE, type Table } from '../capture/table'

/** Whole microseconds from one frame to a later one, at most some 71 minutes; NONE where the second was captured first. */
export function microsecondsBetween(frames: Table, from: number, to: number): number {
  const seconds = frames.get(Frame.Seconds, to) - frames.get(Frame.Seconds, from)
  const nanos = frames.get(Frame.Nanos, to) - frames.get(Frame.Nanos, from)
  const micros = Math.floor(seconds * 1e6 + nanos / 1e3)
  return micros < 0 ? NONE : Math.min(micros, NONE - 1)
}

/** Seconds from one frame to another; negative where the second was captured first. */
export function secondsBetween(frames: Table, from: number, to: number): number {
  const seconds = frames.get(Frame.Seconds, to) - frames.get(Frame.Seconds, from)
  return seconds + (frames.get(Frame.Nanos, to) - frames.get(Frame.Nanos, from)) / 1e9
}
