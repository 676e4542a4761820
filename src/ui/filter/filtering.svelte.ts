// The display filter: its text, what is wrong with it, and the filters used before.
import type { FilterMistake } from '../../engine/api'
import type { Session } from '../session.svelte'

const KEY = 'faultline.filters'
const KEPT = 20

export class Filtering {
  /** As typed. */
  text = $state('')
  /** What is wrong with the text as it was last applied; positions count characters. */
  mistake = $state.raw<FilterMistake & { text: string }>()
  /** Filters used before, the latest first. */
  history = $state.raw(load())

  constructor(private readonly session: Session) {}

  /** Shows only the frames that the text holds for; blank text shows all. */
  async apply(text = this.text): Promise<void> {
    this.text = text
    this.mistake = undefined
    const asked = text.trim()
    if (!asked) return this.session.narrow(undefined)
    const result = await this.session.engine.filter(asked)
    if (asked !== this.text.trim()) return
    if ('message' in result) {
      this.mistake = { ...result, text: asked }
      return
    }
    this.session.narrow({ reason: asked, rows: result.rows })
    this.#remember(asked)
  }

  clear(): void {
    void this.apply('')
  }

  #remember(text: string): void {
    this.history = [text, ...this.history.filter((other) => other !== text)].slice(0, KEPT)
    try {
      localStorage.setItem(KEY, JSON.stringify(this.history))
    } catch {
      // refused: the history lasts as long as the page
    }
  }
}

function load(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string').slice(0, KEPT) : []
  } catch {
    return []
  }
}
