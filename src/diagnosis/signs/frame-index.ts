// Things that happened in frames, by key, so that "the first one after frame N" costs a halving: rules ask it for every failure.

export class FrameIndex<Item extends { frame: number }> {
  readonly #byKey = new Map<string, Item[]>()
  #isSorted = true

  /** Keeps an item under a key. */
  add(key: string, item: Item): void {
    const items = this.#byKey.get(key)
    if (items) items.push(item)
    else this.#byKey.set(key, [item])
    this.#isSorted = false
  }

  /** Items of a key, by frame. */
  all(key: string): readonly Item[] {
    if (!this.#isSorted) {
      for (const items of this.#byKey.values()) items.sort((one, other) => one.frame - other.frame)
      this.#isSorted = true
    }
    return this.#byKey.get(key) ?? []
  }

  /** The first item of a key after a frame. */
  after(key: string, frame: number): Item | undefined {
    return this.all(key)[this.#indexAfter(key, frame)]
  }

  /** The last item of a key before a frame. */
  before(key: string, frame: number): Item | undefined {
    return this.all(key)[this.#indexAfter(key, frame - 1) - 1]
  }

  /** Items of a key after a frame, in order. */
  *allAfter(key: string, frame: number): Generator<Item> {
    const items = this.all(key)
    for (let at = this.#indexAfter(key, frame); at < items.length; at++) yield items[at]!
  }

  #indexAfter(key: string, frame: number): number {
    const items = this.all(key)
    let [from, to] = [0, items.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (items[middle]!.frame <= frame) from = middle + 1
      else to = middle
    }
    return from
  }

  get keys(): IterableIterator<string> {
    return this.#byKey.keys()
  }
}
