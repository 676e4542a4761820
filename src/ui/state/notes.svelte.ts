// Marks and comments that the user puts on frames. Of a saved analysis they are stored with it; else in localStorage
// by capture, guarded: it may be refused.
import { SvelteMap } from 'svelte/reactivity'
import type { NoteOnFrame, Note } from '../../engine/api'

/** A change to one frame, as it was found and as it is now. */
export interface NoteChange {
  frame: number
  before: Note
  after: Note
}

/** Receives each change and stores it, or stores all notes. */
export type NoteKeeper = (change: NoteChange, all: [number, Note][]) => void

const KEY = 'faultline.notes'
const NONE: Note = { marked: false, comment: '' }
const LONGEST_COMMENT = 10_000

export class Notes {
  #notes = new SvelteMap<number, Note>()
  #changes: NoteChange[] = []
  readonly list: NoteOnFrame[] = $derived(
    [...this.#notes].sort(([a], [b]) => a - b).map(([frame, note]) => ({ frame, ...note })),
  )

  /** `keep` may be another one later: when the capture is saved. */
  constructor(
    notes: readonly NoteOnFrame[],
    public keep: NoteKeeper,
  ) {
    for (const { frame, marked, comment } of notes) this.#notes.set(frame, { marked, comment })
  }

  /** Those on a capture that is not saved; `capture` identifies a capture: name and size. */
  static ofCapture(capture: string): Notes {
    const notes = load(capture).map(([frame, note]) => ({ frame, ...note }))
    return new Notes(notes, (_, all) => save(capture, all))
  }

  of(frame: number): Note {
    return this.#notes.get(frame) ?? NONE
  }

  toggleMark(frame: number): void {
    const note = this.of(frame)
    this.#change(frame, { ...note, marked: !note.marked })
  }

  /** `found` is the comment that was changed, where another window may have changed it since. */
  comment(frame: number, comment: string, found = this.of(frame).comment): void {
    const note = this.of(frame)
    const kept = comment.trim().slice(0, LONGEST_COMMENT)
    this.#change(frame, { ...note, comment: kept }, { ...note, comment: found })
  }

  /** Takes the last change back, and nothing that another window added to it; returns the frame that it was about. */
  undo(): number | undefined {
    const change = this.#changes.pop()
    if (!change) return undefined
    this.#put({ frame: change.frame, before: change.after, after: change.before })
    return change.frame
  }

  /** What is stored now, another window's changes included; frames in `except` stay as they are here. */
  adopt(stored: readonly NoteOnFrame[], except: readonly number[]): void {
    const own = except.map((frame) => ({ frame, note: this.#notes.get(frame) }))
    this.#notes.clear()
    for (const { frame, marked, comment } of stored) this.#notes.set(frame, { marked, comment })
    for (const { frame, note } of own) {
      if (note) this.#notes.set(frame, note)
      else this.#notes.delete(frame)
    }
  }

  #change(frame: number, after: Note, before = this.of(frame)): void {
    const change = { frame, before, after }
    this.#changes.push(change)
    this.#put(change)
  }

  #put(change: NoteChange): void {
    const { frame, after } = change
    if (after.marked || after.comment) this.#notes.set(frame, after)
    else this.#notes.delete(frame)
    this.keep(change, [...this.#notes])
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
