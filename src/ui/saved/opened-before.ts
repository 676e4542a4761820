// What was open before, as one list: analyses that were saved, and captures of which this browser keeps the result only.
import type { SavedAnalysis } from '../../engine/api'
import type { Recent } from '../start/recent.svelte'

export type OpenedBefore = { saved: SavedAnalysis } | { recent: Recent }

/**
 * The one opened last first. A capture that was saved is listed once. Only entries with all words of the query are left, and
 * of a tag only saved analyses, which have tags.
 */
export function openedBefore(saved: SavedAnalysis[], recents: Recent[], query = '', tag = ''): OpenedBefore[] {
  const isSaved = ({ name, bytes }: Recent) =>
    saved.some(({ fileName, fileBytes }) => fileName === name && fileBytes === bytes)
  const words = query.toLowerCase().split(/\s+/)
  const has = (texts: string[]) => {
    const text = texts.join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const entries: (OpenedBefore & { openedAt: number })[] = [
    ...saved
      .filter(({ name, fileName, found, notes, tags }) => has([name, fileName, found, notes, ...tags]))
      .filter(({ tags }) => !tag || tags.includes(tag))
      .map((one) => ({ saved: one, openedAt: one.openedAt })),
    ...recents
      .filter((one) => !tag && !isSaved(one) && has([one.name, one.found]))
      .map((one) => ({ recent: one, openedAt: one.openedAt })),
  ]
  return entries.sort((a, b) => b.openedAt - a.openedAt)
}
