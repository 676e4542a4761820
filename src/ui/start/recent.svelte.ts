// Captures opened before, with what was found: what the start page lists. Results themselves are the worker's to keep.
import type { Opened } from '../../engine/api'
import { foundText } from '../../describe/finding-text'

export interface Recent {
  name: string
  bytes: number
  /** Milliseconds since the epoch. */
  openedAt: number
  /** The first finding, or that there is none. */
  found: string
  /** Under what the browser keeps the result; absent where it keeps none. */
  key?: string
}

const KEY = 'faultline.recent'
const KEPT = 10

export class Recents {
  list = $state.raw(load())

  add(opened: Opened): void {
    const { name, bytes, findings, key } = opened
    const found = foundText(findings, opened)
    const others = this.list.filter((other) => other.name !== name || other.bytes !== bytes)
    this.#keep(
      [{ name, bytes, openedAt: Date.now(), found, ...(key !== undefined && { key }) }, ...others].slice(0, KEPT),
    )
  }

  /** Takes a capture from the list: it was saved. */
  drop(name: string, bytes: number): void {
    this.#keep(this.list.filter((one) => one.name !== name || one.bytes !== bytes))
  }

  forget(): void {
    this.#keep([])
  }

  #keep(list: Recent[]): void {
    this.list = list
    try {
      localStorage.setItem(KEY, JSON.stringify(list))
    } catch {
      // refused: the list lasts as long as the page
    }
  }
}

function load(): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isRecent) : []
  } catch {
    return []
  }
}

function isRecent(item: unknown): item is Recent {
  const { name, bytes, openedAt, found } = (item ?? {}) as Partial<Recent>
  return (
    typeof name === 'string' && typeof found === 'string' && typeof bytes === 'number' && typeof openedAt === 'number'
  )
}
