// Look-ups for rules, so that none walks a whole list once for each of its items: a hostile capture makes lists long.
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

/** Lists of items with the same key, in their order. */
export function grouped<Key, Item>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const known = groups.get(key)
    if (known) known.push(item)
    else groups.set(key, [item])
  }
  return groups
}
