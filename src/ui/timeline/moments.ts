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

/** Heights of bars that stand on each other, the highest first, so that none hides another: closes on faults on calls. */
export function stacked({
  calls,
  faults,
  closes,
}: Pick<Timeline, 'calls' | 'faults' | 'closes'>): Record<'closes' | 'faults' | 'calls', number[]> {
  const both = calls.map((count, step) => count + (faults[step] ?? 0))
  return { closes: both.map((count, step) => count + (closes[step] ?? 0)), faults: both, calls }
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
