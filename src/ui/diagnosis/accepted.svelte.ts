// Findings that the user marked as known. Of a saved analysis they are stored with it; else in localStorage by capture.
import { SvelteSet } from 'svelte/reactivity'

const KEY = 'faultline.accepted'

export class Accepted {
  readonly #keys = new SvelteSet<string>()
  #keep: (keys: string[]) => void = () => {}

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  get list(): string[] {
    return [...this.#keys]
  }

  toggle(key: string): void {
    if (!this.#keys.delete(key)) this.#keys.add(key)
    this.#keep(this.list)
  }

  /** Takes the marks of what is open; `keep` stores each change. */
  begin(keys: readonly string[], keep: (keys: string[]) => void): void {
    this.#keys.clear()
    for (const key of keys) this.#keys.add(key)
    this.#keep = keep
  }

  /** Takes the marks of a capture that is not saved; `capture` identifies a capture: name and size. */
  beginFor(capture: string): void {
    this.begin(load(capture), (keys) => save(capture, keys))
  }

  /** From now on `keep` stores changes: the capture was saved. */
  keepBy(keep: (keys: string[]) => void): void {
    this.#keep = keep
  }
}

function load(capture: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`${KEY} ${capture}`) ?? '[]')
    return Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : []
  } catch {
    return []
  }
}

function save(capture: string, keys: string[]): void {
  try {
    if (keys.length > 0) localStorage.setItem(`${KEY} ${capture}`, JSON.stringify(keys))
    else localStorage.removeItem(`${KEY} ${capture}`)
  } catch {
    // refused: they last as long as the page
  }
}
