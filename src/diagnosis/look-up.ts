// Look-ups for rules, so that none walks a whole list once for each of its items: a hostile capture makes lists long.

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

/** The first row of each kind among calls, in order; those of an undefined kind are left out. */
export function firstOfEachKind(
  calls: readonly number[],
  kindOf: (call: number) => number | undefined,
): readonly number[] {
  if (calls.length === 1 && kindOf(calls[0]!) !== undefined) return calls
  const first: number[] = []
  let seen: Set<number> | undefined
  // Most calls are of the kind of the one before: those cost a comparison.
  let before: number | undefined
  for (const call of calls) {
    const kind = kindOf(call)
    if (kind === undefined || kind === before) continue
    // Of most connections all calls are of one kind: those need no set.
    if (before !== undefined) seen ??= new Set([before])
    before = kind
    if (seen?.has(kind)) continue
    seen?.add(kind)
    first.push(call)
  }
  return first
}

/** Items in order, each with a value: finds the first whose value is above a bound, by halving. */
export class FirstAbove<Item> {
  /** Items of a value above that of all before them: no other item can be the first above a bound. */
  readonly #items: Item[] = []
  readonly #values: number[] = []

  add(value: number, item: Item): void {
    if (value <= (this.#values.at(-1) ?? -Infinity)) return
    this.#values.push(value)
    this.#items.push(item)
  }

  above(bound: number): Item | undefined {
    let [from, to] = [0, this.#values.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.#values[middle]! <= bound) from = middle + 1
      else to = middle
    }
    return this.#items[from]
  }
}
