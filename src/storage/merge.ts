// What a person changed in a saved analysis, and how it meets what another window changed meanwhile: nothing that
// anybody wrote is lost without a word. Pure.
import type { NoteOnFrame, Note, SavedAnalysis } from './database'

/** A value as the change found it and as it leaves it. */
interface Edit<T> {
  before: T
  after: T
}

/** What changed since the last time that it was stored. Absent means unchanged. */
export interface Change {
  name?: string
  tags?: string[]
  notes?: Edit<string>
  marks?: (Edit<Note> & { frame: number })[]
  accepted?: string[]
  filter?: string
  view?: string
  frame?: number
}

const NONE: Note = { marked: false, comment: '' }

/** One change that does what two did, one after the other. */
export function followed(first: Change, second: Change): Change {
  const marks = new Map((first.marks ?? []).map((mark) => [mark.frame, mark]))
  for (const mark of second.marks ?? [])
    marks.set(mark.frame, { ...mark, before: (marks.get(mark.frame) ?? mark).before })
  const notes = second.notes && { ...second.notes, before: (first.notes ?? second.notes).before }
  return { ...first, ...second, ...(notes && { notes }), ...(marks.size > 0 && { marks: [...marks.values()] }) }
}

/**
 * The analysis after a change. Where another window changed the same text, both texts are kept; `both` says on which
 * frames. Applying a change twice does no more than applying it once.
 */
export function merged(stored: SavedAnalysis, change: Change): { saved: SavedAnalysis; both: number[] } {
  const { notes, marks, ...plain } = change
  const both: number[] = []
  const byFrame = new Map(stored.marks.map((mark) => [mark.frame, mark]))
  for (const { frame, before, after } of marks ?? []) {
    const there = byFrame.get(frame) ?? NONE
    const comment = mergedText(there.comment, before.comment, after.comment)
    const marked = before.marked === after.marked ? there.marked : after.marked
    if (comment !== after.comment && comment !== there.comment) both.push(frame)
    if (marked || comment) byFrame.set(frame, { frame, marked, comment })
    else byFrame.delete(frame)
  }
  const saved: SavedAnalysis = { ...stored, ...plain, marks: inOrder(byFrame.values()) }
  if (notes) saved.notes = mergedText(stored.notes, notes.before, notes.after)
  return { saved, both }
}

function inOrder(marks: Iterable<NoteOnFrame>): NoteOnFrame[] {
  return [...marks].sort((a, b) => a.frame - b.frame)
}

function mergedText(there: string, before: string, after: string): string {
  if (after === before) return there
  if (there === before) return after
  if (there.includes(after)) return there
  return after.includes(there) ? after : `${there}\n\n${after}`
}
