// Which steps of a long ladder a report shows: those around what is evidence, and those that set the stage.
import type { LadderStep } from './lanes'

/** A ladder longer than this is not read on paper. */
const MOST_STEPS = 150
/** Ordinary calls that are shown before and after each step of evidence. */
const AROUND = 2

/** At most MOST_STEPS steps in their order, and how many are left out. `evidence` are rows of frames. */
export function tellingSteps(
  steps: readonly LadderStep[],
  evidence: ReadonlySet<number>,
): { steps: LadderStep[]; omitted: number } {
  if (steps.length <= MOST_STEPS) return { steps: [...steps], omitted: 0 }
  const worth = new Uint8Array(steps.length)
  steps.forEach(({ kind, frame }, index) => {
    if (kind !== 'request' && kind !== 'response') worth[index] = Math.max(worth[index]!, 1)
    if (!evidence.has(frame)) return
    for (let near = Math.max(0, index - AROUND); near <= Math.min(steps.length - 1, index + AROUND); near++)
      worth[near] = Math.max(worth[near]!, 2)
  })
  const chosen = [2, 1]
    .flatMap((rank) => [...worth.keys()].filter((index) => worth[index] === rank))
    .slice(0, MOST_STEPS)
    .sort((a, b) => a - b)
  return { steps: chosen.map((index) => steps[index]!), omitted: steps.length - chosen.length }
}
