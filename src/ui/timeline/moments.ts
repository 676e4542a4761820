// Steps of the timeline in which something happened, one object a step, and what its chart draws. Pure.
import type { Timeline } from '../../engine/api'

export interface Moment {
  /** Seconds from the first frame. */
  from: number
  to: number
  frames: number
  calls: number
  /** Who made calls, and how many. */
  users: { name: string; calls: number }[]
  faults: number
  closes: number
}

/** Calls that the chart draws alike, a number a step. */
export interface CallSeries {
  label: string
  /** Number of the identity's colour; undefined for calls without an identity that has one. */
  colour?: number
  calls: number[]
}

/** Calls by the colour of their identity, the busiest first; what has no colour is the last series. */
export function callSeries(
  { calls, users }: Pick<Timeline, 'calls' | 'users'>,
  colourOf: (identity: string) => number | undefined,
): CallSeries[] {
  const series = new Map<number, { names: string[]; calls: number[] }>()
  const rest = [...calls]
  for (const { name, calls: own } of users) {
    const colour = colourOf(name)
    if (colour === undefined) continue
    const { names, calls: before } = series.get(colour) ?? { names: [], calls: [] }
    series.set(colour, { names: [...names, name], calls: own.map((count, step) => count + (before[step] ?? 0)) })
    own.forEach((count, step) => (rest[step] = (rest[step] ?? 0) - count))
  }
  const coloured = [...series].map(([colour, { names, calls }]) => ({ label: names.join(', '), colour, calls }))
  if (coloured.length === 0) return [{ label: 'calls', calls }]
  return rest.some((count) => count > 0) ? [...coloured, { label: 'other calls', calls: rest }] : coloured
}

/** Heights of bars that stand on each other, each layer on those before it. */
export function stacked(layers: readonly number[][]): number[][] {
  const heights: number[][] = []
  for (const layer of layers) {
    const below = heights.at(-1)
    heights.push(layer.map((count, step) => count + (below?.[step] ?? 0)))
  }
  return heights
}

export function momentsOf({ seconds, frames, calls, users, faults, closes }: Timeline): Moment[] {
  const width = (seconds[1] ?? 1) - (seconds[0] ?? 0)
  return seconds
    .map((from, step) => ({
      from,
      to: from + width,
      frames: frames[step] ?? 0,
      calls: calls[step] ?? 0,
      users: users.map(({ name, calls }) => ({ name, calls: calls[step] ?? 0 })).filter(({ calls }) => calls > 0),
      faults: faults[step] ?? 0,
      closes: closes[step] ?? 0,
    }))
    .filter((moment) => moment.frames > 0)
}
