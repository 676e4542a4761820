// Marks and comments that the person puts on frames. Kept in localStorage by capture, guarded: it may be refused.
import { SvelteMap } from 'svelte/reactivity'

export interface Note {
  marked: boolean
  comment: string
}

interface Change {
  frame: number
  before: Note | undefined
}

const KEY = 'faultline.notes'
const NONE: Note = { marked: false, comment: '' }
const LONGEST_COMMENT = 10_000

export class Notes {
  #notes = new SvelteMap<number, Note>()
  #changes: Change[] = []
  readonly list = $derived([...this.#notes].sort(([a], [b]) => a - b).map(([frame, note]) => ({ frame, ...note })))

  /** `capture` tells captures apart: name and size. */
  constructor(private readonly capture: string) {
    for (const [frame, note] of load(capture)) this.#notes.set(frame, note)
  }

  of(frame: number): Note {
    return this.#notes.get(frame) ?? NONE
  }

  toggleMark(frame: number): void {
    const note = this.of(frame)
    this.#change(frame, { ...note, marked: !note.marked })
  }

  comment(frame: number, comment: string): void {
    this.#change(frame, { ...this.of(frame), comment: comment.trim().slice(0, LONGEST_COMMENT) })
  }

  /** Takes the last change back; returns the frame that it was about. */
  undo(): number | undefined {
    const change = this.#changes.pop()
    if (!change) return undefined
    this.#put(change.frame, change.before)
    return change.frame
  }

  #change(frame: number, note: Note): void {
    this.#changes.push({ frame, before: this.#notes.get(frame) })
    this.#put(frame, note)
  }

  #put(frame: number, note: Note | undefined): void {
    if (note && (note.marked || note.comment)) this.#notes.set(frame, note)
    else this.#notes.delete(frame)
    save(this.capture, [...this.#notes])
  }
}

function load(capture: string): [number, Note][] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`${KEY} ${capture}`) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isEntry) : []
  } catch {
    return []
  }
}

function isEntry(entry: unknown): entry is [number, Note] {
  if (!Array.isArray(entry) || !Number.isSafeInteger(entry[0])) return false
  const note = entry[1] as Partial<Note> | null
  return typeof note === 'object' && typeof note?.marked === 'boolean' && typeof note.comment === 'string'
}

function save(capture: string, notes: [number, Note][]): void {
  try {
    if (notes.length > 0) localStorage.setItem(`${KEY} ${capture}`, JSON.stringify(notes))
    else localStorage.removeItem(`${KEY} ${capture}`)
  } catch {
    // refused: the notes last as long as the page
  }
}
