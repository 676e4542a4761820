// Saved analyses: what a person keeps by name until they delete it. Every save is one transaction over all that it
// writes, so that a save which fails, or a tab that dies during it, leaves the earlier ones as they were.
import { snapshotBytes } from '../capture/snapshot'
import { type SavedAnalysis, type StoredResult, database } from './database'
import { type Change, merged } from './merge'
import { storable } from './blobs'
import { announce } from './changes'
import { type Refused, isQuotaExceeded, refusing } from './storage-error'
import { dropOldestResults } from './results'

/** What a save is given; the rest of SavedAnalysis it finds out itself. */
export type Draft = Omit<
  SavedAnalysis,
  'id' | 'revision' | 'tableBytes' | 'captureBytes' | 'savedAt' | 'changedAt' | 'openedAt'
>

/** A saved analysis with its tables, and the capture where that is kept. */
export interface Loaded {
  saved: SavedAnalysis
  result: StoredResult
  capture: Blob | undefined
}

const UNKNOWN: Refused = {
  refused: 'This browser keeps no saved analysis under this address: it was deleted, or saved in another browser.',
}
/** A deletion that was not undone for so long never will be: its window is gone. */
const UNDO_MILLISECONDS = 600_000

/** Keeps an analysis. When there is no room, deleted analyses and then cached results give way, the oldest first. */
export async function save(
  draft: Draft,
  result: StoredResult,
  capture?: Blob,
): Promise<{ saved: SavedAnalysis } | Refused> {
  const now = Date.now()
  const saved: SavedAnalysis = {
    ...draft,
    id: freshId(),
    revision: 1,
    tableBytes: snapshotBytes(result.snapshot),
    captureBytes: capture?.size ?? 0,
    savedAt: now,
    changedAt: now,
    openedAt: now,
  }
  return makingRoom(saved.tableBytes + saved.captureBytes, async () => {
    const bytes = capture && (await storable(capture))
    const transaction = (await database()).transaction(['saved', 'savedResults', 'savedCaptures'], 'readwrite')
    await whole(transaction, [
      () => transaction.objectStore('saved').add(saved),
      () => transaction.objectStore('savedResults').add(result, saved.id),
      ...(bytes ? [() => transaction.objectStore('savedCaptures').add(bytes, saved.id)] : []),
    ])
    announce(saved)
    return { saved }
  })
}

/** All that are kept, the one opened last first. */
export async function savedList(): Promise<{ list: SavedAnalysis[] } | Refused> {
  try {
    const all = await (await database()).getAll('saved')
    const expired = all.filter(({ deletedAt }) => deletedAt !== undefined && deletedAt < Date.now() - UNDO_MILLISECONDS)
    for (const { id } of expired) await purge(id)
    const list = all.filter(({ deletedAt }) => deletedAt === undefined)
    return { list: list.sort((a, b) => b.openedAt - a.openedAt) }
  } catch (error) {
    return refusing(error)
  }
}

/** One of them, without its tables. */
export async function savedOne(id: string): Promise<{ saved: SavedAnalysis } | Refused> {
  try {
    const saved = await (await database()).get('saved', id)
    return saved && saved.deletedAt === undefined ? { saved } : UNKNOWN
  } catch (error) {
    return refusing(error)
  }
}

/** All of one, as it stood at one moment; remembers that it was opened. */
export async function load(id: string): Promise<Loaded | Refused> {
  try {
    const transaction = (await database()).transaction(['saved', 'savedResults', 'savedCaptures'], 'readwrite')
    const saved = await transaction.objectStore('saved').get(id)
    const result = await transaction.objectStore('savedResults').get(id)
    const capture = await transaction.objectStore('savedCaptures').get(id)
    if (!saved || !result || saved.deletedAt !== undefined) return UNKNOWN
    const opened = { ...saved, openedAt: Date.now() }
    await transaction.objectStore('saved').put(opened)
    await transaction.done
    return { saved: opened, result, capture: capture instanceof ArrayBuffer ? new Blob([capture]) : capture }
  } catch (error) {
    return refusing(error)
  }
}

/** Stores what a person changed; `both` names frames on which another window's comment was kept beside this one. */
export async function change(id: string, changed: Change): Promise<{ saved: SavedAnalysis; both: number[] } | Refused> {
  return makingRoom(0, () =>
    rewritten(id, (stored) => {
      const { saved, both } = merged(stored, changed)
      return { saved: { ...saved, revision: stored.revision + 1, changedAt: Date.now() }, both }
    }),
  )
}

/** What a result says of itself. */
export type About = Pick<SavedAnalysis, 'found' | 'frames' | 'findings' | 'resultVersion' | 'toolVersion'>

/** Puts a result of this version in place of an older one. */
export async function renew(
  id: string,
  result: StoredResult,
  about: About,
): Promise<{ saved: SavedAnalysis } | Refused> {
  const tableBytes = snapshotBytes(result.snapshot)
  return makingRoom(tableBytes, async () => {
    const transaction = (await database()).transaction(['saved', 'savedResults'], 'readwrite')
    const stored = await transaction.objectStore('saved').get(id)
    if (!stored) return UNKNOWN
    const saved = { ...stored, ...about, tableBytes }
    await whole(transaction, [
      () => transaction.objectStore('saved').put(saved),
      () => transaction.objectStore('savedResults').put(result, id),
    ])
    return { saved }
  })
}

/** Keeps the capture's bytes too, or (undefined) no more. The caller has checked that they are the analysis's. */
export async function keepCapture(id: string, capture: Blob | undefined): Promise<{ saved: SavedAnalysis } | Refused> {
  return makingRoom(capture?.size ?? 0, async () => {
    const bytes = capture && (await storable(capture))
    const transaction = (await database()).transaction(['saved', 'savedCaptures'], 'readwrite')
    const stored = await transaction.objectStore('saved').get(id)
    if (!stored) return UNKNOWN
    const saved = { ...stored, captureBytes: capture?.size ?? 0, revision: stored.revision + 1, changedAt: Date.now() }
    const captures = transaction.objectStore('savedCaptures')
    await whole(transaction, [
      () => transaction.objectStore('saved').put(saved),
      () => (bytes ? captures.put(bytes, id) : captures.delete(id)),
    ])
    announce(saved)
    return { saved }
  })
}

/** Takes it off the list; restore() brings it back until purge() frees its space. */
export async function remove(id: string): Promise<{ saved: SavedAnalysis } | Refused> {
  return guarded(() => rewritten(id, (stored) => ({ saved: { ...stored, deletedAt: Date.now() } })))
}

export async function restore(id: string): Promise<{ saved: SavedAnalysis } | Refused> {
  return guarded(() =>
    rewritten(
      id,
      (stored) => {
        const { deletedAt: _, ...saved } = stored
        return { saved }
      },
      { deleted: true },
    ),
  )
}

/** Frees the space of a deleted analysis. One that is not deleted stays. */
export async function purge(id: string): Promise<void> {
  const transaction = (await database()).transaction(['saved', 'savedResults', 'savedCaptures'], 'readwrite')
  const stored = await transaction.objectStore('saved').get(id)
  if (stored?.deletedAt !== undefined)
    await Promise.all([
      transaction.objectStore('saved').delete(id),
      transaction.objectStore('savedResults').delete(id),
      transaction.objectStore('savedCaptures').delete(id),
    ])
  await transaction.done
}

/** Reads, changes and writes one in a transaction, so that no other window writes in between. */
async function rewritten<T extends { saved: SavedAnalysis }>(
  id: string,
  change: (stored: SavedAnalysis) => T,
  { deleted = false } = {},
): Promise<T | Refused> {
  const transaction = (await database()).transaction('saved', 'readwrite')
  const stored = await transaction.store.get(id)
  if (!stored || (stored.deletedAt !== undefined) !== deleted) return UNKNOWN
  const result = change(stored)
  await whole(transaction, [() => transaction.store.put(result.saved)])
  announce(result.saved)
  return result
}

/** Runs a write; when the quota is reached, frees what may go and tries again until nothing more may. */
async function makingRoom<T>(bytes: number, write: () => Promise<T | Refused>): Promise<T | Refused> {
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (!isQuotaExceeded(error)) return refusing(error)
      if (!(await freed(bytes).catch(() => false))) return refusing(error)
    }
  }
}

/** Makes room: whether there was anything that could go. */
async function freed(bytes: number): Promise<boolean> {
  const deleted = (await (await database()).getAll('saved')).filter(({ deletedAt }) => deletedAt !== undefined)
  for (const { id } of deleted) await purge(id)
  return deleted.length > 0 || (await dropOldestResults(bytes)) > 0
}

async function guarded<T>(act: () => Promise<T>): Promise<T | Refused> {
  try {
    return await act()
  } catch (error) {
    return refusing(error)
  }
}

/** Writes all or nothing. The first write to fail says why; the failures of the others follow from it. */
async function whole(
  transaction: { done: Promise<void>; abort(): void },
  writes: (() => Promise<unknown>)[],
): Promise<void> {
  const failures: unknown[] = []
  const failed = (error: unknown) => void failures.push(error)
  try {
    for (const write of writes) write().catch(failed)
  } catch (error) {
    // What cannot be stored at all is thrown before it is asked for; without this the writes before it would stay.
    failed(error)
    transaction.abort()
  }
  try {
    await transaction.done // and not the writes: WebKit leaves some of an aborted transaction unanswered
  } catch (error) {
    const failure = failures.find(isQuotaExceeded) ?? failures[0] ?? error
    throw failure instanceof Error ? failure : new DOMException('', 'AbortError')
  }
}

function freshId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
