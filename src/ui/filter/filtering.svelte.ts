// The display filter: its text, what is wrong with it, and the filters used before or kept.
import type { FilterMistake } from '../../engine/api'
import type { Session } from '../state/session.svelte'

const HISTORY = 'faultline.filters'
const KEPT = 'faultline.kept-filters'
const MOST = 20

export class Filtering {
  /** As typed. */
  text = $state('')
  /** What is wrong with the text as it was last applied; positions count characters. */
  mistake = $state.raw<FilterMistake & { text: string }>()
  /** Filters used before, the latest first. */
  history = $state.raw(load(HISTORY))
  /** Filters that the person keeps. */
  kept = $state.raw(load(KEPT))

  constructor(private readonly session: Session) {}

  /** Shows only the frames that the text holds for; blank text shows all. A step says whether Back undoes it. */
  async apply(text = this.text, { step = false } = {}): Promise<void> {
    this.text = text
    this.mistake = undefined
    const { session } = this
    const asked = text.trim()
    if (!asked) return session.narrowing && session.narrow(undefined, { step })
    const marks = session.notes?.list.filter(({ marked }) => marked).map(({ frame }) => frame)
    const result = await session.engine.filter(asked, marks)
    if (asked !== this.text.trim()) return
    if ('message' in result) {
      this.mistake = { ...result, text: asked }
      return
    }
    session.narrow({ reason: asked, filter: asked, rows: result.rows }, { step })
    this.history = [asked, ...this.history.filter((other) => other !== asked)].slice(0, MOST)
    save(HISTORY, this.history)
  }

  /** Shows all frames again, whatever narrowed them. */
  clear({ step = true } = {}): void {
    this.text = ''
    this.mistake = undefined
    this.session.narrow(undefined, { step })
  }

  /** Keeps the filter for another day, or keeps it no more. */
  toggleKept(text: string): void {
    const others = this.kept.filter((other) => other !== text)
    this.kept = others.length < this.kept.length ? others : [text, ...others].slice(0, MOST)
    save(KEPT, this.kept)
  }
}

function save(key: string, texts: string[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(texts))
  } catch {
    // refused: it lasts as long as the page
  }
}

function load(key: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string').slice(0, MOST) : []
  } catch {
    return []
  }
}
