// The browser's database: what is stored, its versions, and how one becomes the next. Nothing else opens it.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Snapshot } from '../capture/snapshot'
import type { StoredFinding } from '../diagnosis/finding'
import type { PackedSnapshot } from './snapshot-bytes'

const DATABASE = 'faultline'

// Stored types are defined here so that none changes without a migration below.

/** What was decoded and found in a capture. */
export interface StoredResult {
  snapshot: Snapshot
  findings: StoredFinding[]
  /** A FileFormat. */
  format: number
}

/** The same in the cache. */
export interface CachedResult extends PackedSnapshot {
  findings: StoredFinding[]
  format: number
}

/** When a cached result was last used, and what it takes. */
interface StoredUse {
  fingerprint: string
  version: number
  bytes: number
  usedAt: number
}

/** The user's mark and comment on one frame. */
export interface Note {
  marked: boolean
  comment: string
}

/** `frame` is a row of Frame. */
export type NoteOnFrame = Note & { frame: number }

/** How a file is distinguished from others: SHA-256 of the whole, of samples all over it, or its size where nothing can be hashed. */
export interface FileIdentity {
  method: 'sha256' | 'samples' | 'size'
  /** Hex digits; of the method `size`, bytes in decimal. */
  text: string
}

/** A saved analysis except for its tables and the capture's bytes: what the list shows and what a person changes. */
export interface SavedAnalysis {
  /** What its address holds: hex digits. */
  id: string
  /** Counts changes, so that one window notices another's. */
  revision: number
  /** What the user calls it. */
  name: string
  /** What was found, in a sentence. */
  found: string
  notes: string
  tags: string[]
  /** Rising frames. */
  marks: NoteOnFrame[]
  /** Findings that the user marked as known; absent in analyses of earlier releases. */
  accepted?: string[]
  filter: string
  view: string
  /** The selected frame's row. */
  frame: number
  fileName: string
  fileBytes: number
  identity: FileIdentity
  frames: number
  findings: number
  /** Bytes that the tables and the capture take; 0 for a capture that is not kept. */
  tableBytes: number
  captureBytes: number
  /** Of the tables: results of another version are made again from the capture. */
  resultVersion: number
  toolVersion: string
  /** Milliseconds since the epoch. */
  savedAt: number
  changedAt: number
  openedAt: number
  /** Deleted then; its space is freed once that can no longer be undone. */
  deletedAt?: number
}

interface Schema extends DBSchema {
  results: { key: string; value: CachedResult }
  uses: { key: string; value: StoredUse; indexes: { usedAt: number } }
  saved: { key: string; value: SavedAnalysis }
  savedResults: { key: string; value: StoredResult }
  /** An ArrayBuffer where the browser stores no Blob: blobs.ts. */
  savedCaptures: { key: string; value: Blob | ArrayBuffer }
}

export type Database = IDBPDatabase<Schema>

const STORES = ['results', 'uses', 'saved', 'savedResults', 'savedCaptures'] as const

/** The step at n makes version n + 1 of version n. One that was released is never changed. */
export const migrations: readonly ((database: Database) => void)[] = [
  (database) => {
    database.createObjectStore('results')
    database.createObjectStore('uses', { keyPath: 'fingerprint' }).createIndex('usedAt', 'usedAt')
  },
  (database) => {
    database.createObjectStore('saved', { keyPath: 'id' })
    database.createObjectStore('savedResults')
    database.createObjectStore('savedCaptures')
  },
]

/** How long a window of another version may take to release the database. */
const BLOCKED_MILLISECONDS = 1500

interface Opening {
  database: Promise<Database>
  /** Rejects where another window does not let go; the database may open later anyway. */
  blocked: Promise<never>
}

/** The one connection of a worker, open or being opened: a second request would wait behind the first. */
let opening: Opening | undefined

/**
 * The database. Rejects where storage is refused (private windows, sandboxed frames), with a BlockedError where another
 * window does not release it, and with a MissingStoresError where something else has changed it.
 */
export function database(): Promise<Database> {
  const { database, blocked } = (opening ??= open())
  return Promise.race([database, blocked])
}

function open(): Opening {
  let block: (error: Error) => void
  const blocked = new Promise<never>((_, reject) => (block = reject))
  blocked.catch(() => undefined)
  let timer: ReturnType<typeof setTimeout> | undefined
  const database = openDB<Schema>(DATABASE, migrations.length, {
    upgrade(database, oldVersion) {
      for (const migrate of migrations.slice(oldVersion)) migrate(database)
    },
    blocked: () => void (timer = setTimeout(() => block(named('BlockedError')), BLOCKED_MILLISECONDS)),
    // A window of a newer version waits for this one to let go.
    blocking: (_current, _blocked, event) => {
      opening = undefined
      ;(event.target as IDBDatabase).close()
    },
    terminated: () => (opening = undefined),
  })
    .finally(() => clearTimeout(timer))
    .then(withAllStores)
    .catch((error: unknown) => {
      opening = undefined
      throw error
    })
  return { database, blocked }
}

function withAllStores(database: Database): Database {
  if (STORES.every((store) => database.objectStoreNames.contains(store))) return database
  database.close()
  throw named('MissingStoresError')
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name })
}

/** Closes the connection; the next use opens another. */
export async function closeDatabase(): Promise<void> {
  const open = opening
  opening = undefined
  const database = await open?.database.catch(() => undefined)
  database?.close()
}
