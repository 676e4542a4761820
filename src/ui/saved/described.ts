// what a user changed in a dialog that says what a saved analysis is called.
import type { Change, SavedAnalysis } from '../../engine/api'

export type Description = Pick<SavedAnalysis, 'name' | 'tags' | 'notes'>

/** The change from what the dialog found to what it leaves; what another window changed meanwhile is not in it. */
export function described(found: Description, { name, tags, notes }: Description): Change {
  return {
    ...(name !== found.name && { name }),
    ...(tags.join() !== found.tags.join() && { tags }),
    ...(notes !== found.notes && { notes: { before: found.notes, after: notes } }),
  }
}
