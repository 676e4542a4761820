// What several findings ask of a case, made once for each case.
import type { Examination } from './examination'

/** The function, called once for each case; later calls get the same answer. */
export function memo<T>(make: (theCase: Examination) => T): (theCase: Examination) => T {
  const made = new WeakMap<Examination, { value: T }>()
  return (theCase) => {
    let known = made.get(theCase)
    if (!known) made.set(theCase, (known = { value: make(theCase) }))
    return known.value
  }
}

/** Index of the first item for which `passes` holds, where it holds for all after the first; their number where it holds for none. */
export function firstIndex<T>(items: readonly T[], passes: (item: T) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (passes(items[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
