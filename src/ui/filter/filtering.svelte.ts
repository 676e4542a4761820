// The display filter: its text, what is wrong with it, and the filters used before or kept.
import { untrack } from 'svelte'
import type { FilterMistake } from '../../engine/api'
import type { EngineClient } from '../../engine/page/client'
import type { FrameList } from '../state/frame-list.svelte'
import type { OpenCapture } from '../state/opening/open-capture.svelte'

const HISTORY = 'faultline.filters'
const KEPT = 'faultline.kept-filters'
const MOST = 20

interface Parts {
  engine: EngineClient
  capture: OpenCapture
  list: FrameList
  readonly selection: { readonly frame: number | undefined }
}

export class Filtering {
  /** As typed. */
  text = $state('')
  /** What is wrong with the text as it was last applied; positions count characters. */
  mistake = $state.raw<FilterMistake & { text: string }>()
  /** How far the file was read again for the filter; undefined while none is read. */
  reading = $state.raw<{ frames: number; of: number }>()
  /** What the filter in force could not look at: fields that are not indexed in full. */
  notes = $state.raw<string[]>([])
  /** Counts filters asked for and cancelled. */
  #asked = 0
  /** What the box held when a filter was asked for last; anything else in it is still being typed. */
  #used = ''
  /** Filters used before, the latest first. */
  history = $state.raw(load(HISTORY))
  /** Filters that the user keeps. */
  kept = $state.raw(load(KEPT))

  constructor(private readonly parts: Parts) {}

  /** Shows only the frames that the text holds for; blank text shows all. A step says whether Back undoes it. */
  async apply(text = this.text, { step = false } = {}): Promise<void> {
    this.text = text
    await this.#use(text, step)
  }

  /** Uses the filter on a capture that has changed since; what is being typed stays in the box. */
  async renew(filter: string): Promise<void> {
    if (untrack(() => this.text) === this.#used) this.text = filter
    await this.#use(filter, false)
  }

  async #use(text: string, step: boolean): Promise<void> {
    if (this.reading) this.cancel()
    this.mistake = undefined
    this.notes = []
    this.#used = text
    const { engine, capture, list, selection } = this.parts
    const asked = text.trim()
    const mine = ++this.#asked
    if (!asked) {
      if (list.narrowing) list.narrow(undefined, { step })
      return
    }
    const marks = capture.notes?.list.filter(({ marked }) => marked).map(({ frame }) => frame)
    const selected = untrack(() => selection.frame)
    const result = await engine
      .filter(asked, { marks, selected }, (frames, of) => {
        if (mine === this.#asked) this.reading = { frames, of }
      })
      .finally(() => {
        if (mine === this.#asked) this.reading = undefined
      })
    if (mine !== this.#asked) return
    if ('cancelled' in result) return
    if ('message' in result) {
      this.mistake = { ...result, text: asked }
      return
    }
    this.notes = result.notes ?? []
    list.narrow({ reason: asked, filter: asked, rows: result.rows }, { step })
    this.history = [asked, ...this.history.filter((other) => other !== asked)].slice(0, MOST)
    save(HISTORY, this.history)
  }

  /** Stops reading the file; what is shown stays. */
  cancel(): void {
    this.#asked++
    this.reading = undefined
    this.parts.engine.cancelFilter()
  }

  /** Shows all frames again, whatever narrowed them. */
  clear({ step = true } = {}): void {
    this.reset()
    this.parts.list.narrow(undefined, { step })
  }

  /** Empties the box; what is shown stays. */
  reset(): void {
    if (this.reading) this.cancel()
    this.#asked++
    this.text = this.#used = ''
    this.mistake = undefined
    this.notes = []
  }

  /** Keeps the filter for another day, or keeps it no more. */
  toggleKept(text: string): void {
    const others = this.kept.filter((other) => other !== text)
    this.setKept(others.length < this.kept.length ? others : [text, ...others])
  }

  setKept(filters: string[]): void {
    this.kept = filters.slice(0, MOST)
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
