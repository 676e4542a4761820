// Lines two sequences up by their longest common subsequence. Myers, "An O(ND) difference algorithm", 1986.

/** A place in both sequences, or in one of them where the other has nothing like it. */
export interface Pair {
  a?: number
  b?: number
}

/** Beyond so many differences the sequences have too little in common for an exact answer to be worth its time. */
const MOST_DIFFERENCES = 1500

/** Pairs equal keys in order; what only one side has comes before the next common key, A's first. */
export function align(a: readonly string[], b: readonly string[]): Pair[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let endA = a.length
  let endB = b.length
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const common = matches(a.slice(start, endA), b.slice(start, endB))
  const pairs: Pair[] = []
  let nextA = 0
  let nextB = 0
  const until = (toA: number, toB: number) => {
    while (nextA < toA) pairs.push({ a: nextA++ })
    while (nextB < toB) pairs.push({ b: nextB++ })
  }
  const both = () => pairs.push({ a: nextA++, b: nextB++ })
  while (nextA < start) both()
  for (const [inA, inB] of common) {
    until(start + inA, start + inB)
    both()
  }
  until(endA, endB)
  while (nextA < a.length) both()
  return pairs
}

/** Index pairs of a longest common subsequence; of a greedy one where there are too many differences. */
function matches(a: readonly string[], b: readonly string[]): [number, number][] {
  const most = Math.min(a.length + b.length, MOST_DIFFERENCES)
  const furthest = new Map<number, number>([[1, 0]])
  const history: Map<number, number>[] = []
  for (let differences = 0; differences <= most; differences++) {
    history.push(new Map(furthest))
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      const down =
        diagonal === -differences ||
        (diagonal !== differences && reach(furthest, diagonal - 1) < reach(furthest, diagonal + 1))
      let inA = down ? reach(furthest, diagonal + 1) : reach(furthest, diagonal - 1) + 1
      while (inA < a.length && inA - diagonal < b.length && inA - diagonal >= 0 && a[inA] === b[inA - diagonal]) inA++
      furthest.set(diagonal, inA)
      if (inA >= a.length && inA - diagonal >= b.length) return walkBack(a, b, history, differences)
    }
  }
  return greedy(a, b)
}

function reach(furthest: ReadonlyMap<number, number>, diagonal: number): number {
  return furthest.get(diagonal) ?? -1
}

function walkBack(
  a: readonly string[],
  b: readonly string[],
  history: readonly Map<number, number>[],
  differences: number,
): [number, number][] {
  const found: [number, number][] = []
  let inA = a.length
  let inB = b.length
  for (let d = differences; d >= 0; d--) {
    const furthest = history[d]!
    const diagonal = inA - inB
    const down = diagonal === -d || (diagonal !== d && reach(furthest, diagonal - 1) < reach(furthest, diagonal + 1))
    const before = down ? diagonal + 1 : diagonal - 1
    const beforeA = d === 0 ? 0 : reach(furthest, before)
    const beforeB = d === 0 ? 0 : beforeA - before
    while (inA > beforeA && inB > beforeB) found.push([--inA, --inB])
    inA = beforeA
    inB = beforeB
  }
  return found.reverse()
}

/** Pairs each key with the next free one like it: linear, and in order. */
function greedy(a: readonly string[], b: readonly string[]): [number, number][] {
  const places = new Map<string, number[]>()
  b.forEach((key, i) => {
    const known = places.get(key)
    if (known) known.push(i)
    else places.set(key, [i])
  })
  const used = new Map<string, number>()
  const found: [number, number][] = []
  let last = -1
  a.forEach((key, inA) => {
    const candidates = places.get(key) ?? []
    let next = used.get(key) ?? 0
    while (next < candidates.length && candidates[next]! <= last) next++
    const inB = candidates[next]
    used.set(key, inB === undefined ? next : next + 1)
    if (inB === undefined) return
    last = inB
    found.push([inA, inB])
  })
  return found
}
