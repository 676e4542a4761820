// Changes to saved analyses that the database has not taken yet, in localStorage: written at once, so that a tab which
// dies before they are stored loses none of them. Guarded: storage may be refused.
import type { Change } from '../../engine/api'

const KEY = 'faultline.pending'
/** Distinguishes windows that show the same analysis. */
const WINDOW = Math.random().toString(36).slice(2)

/** Remembers this window's changes to an analysis; undefined when they are stored. */
export function journal(id: string, change: Change | undefined): void {
  try {
    const key = `${KEY} ${id} ${WINDOW}`
    if (change) localStorage.setItem(key, JSON.stringify(change))
    else localStorage.removeItem(key)
  } catch {
    // refused: what is not stored yet lasts as long as the page
  }
}

/** Changes that windows left behind. Applying one twice does no harm, so a live window's may be among them. */
export function leftBehind(id: string): { key: string; change: Change }[] {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(`${KEY} ${id} `))
    return keys.map((key) => ({ key, change: JSON.parse(localStorage.getItem(key) ?? '{}') as Change }))
  } catch {
    return []
  }
}

/** Forgets one that was applied. */
export function forget(key: string): void {
  localStorage.removeItem(key)
}
