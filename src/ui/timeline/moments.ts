// Steps of the timeline in which something happened, one object a step.
import type { Timeline } from '../../engine/api'

export interface Moment {
  /** Seconds from the first frame. */
  from: number
  to: number
  frames: number
  calls: number
  faults: number
  closes: number
}

export function momentsOf({ seconds, frames, calls, faults, closes }: Timeline): Moment[] {
  const width = (seconds[1] ?? 1) - (seconds[0] ?? 0)
  return seconds
    .map((from, step) => ({
      from,
      to: from + width,
      frames: frames[step] ?? 0,
      calls: calls[step] ?? 0,
      faults: faults[step] ?? 0,
      closes: closes[step] ?? 0,
    }))
    .filter((moment) => moment.frames > 0)
}
