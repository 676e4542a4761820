// The result cache: what was decoded and found in a file, under the file's fingerprint, so that opening
// it again costs no reading. Oldest use goes first when the cache is full. Every save is one transaction.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { type Snapshot, snapshotBytes } from '../capture/snapshot'
import type { Finding } from '../diagnosis/rule'

/** Raise it whenever a row, a finding or their meaning changes: older results are then analysed anew. */
const RESULT_VERSION = 1
const MAXIMUM_CACHE_BYTES = 512 << 20
const MAXIMUM_RESULT_BYTES = 256 << 20

/** What the cache gives back. */
export interface StoredResult {
  snapshot: Snapshot
  findings: Finding[]
  /** A FileFormat. */
  format: number
}

interface StoredUse {
  fingerprint: string
  version: number
  bytes: number
  usedAt: number
}

// Stored types stand here so that none changes without a migration step below.
interface Schema extends DBSchema {
  results: { key: string; value: StoredResult }
  uses: { key: string; value: StoredUse; indexes: { usedAt: number } }
}

let database: Promise<IDBPDatabase<Schema>> | undefined

/** One connection a worker. Rejects where storage is refused (private windows, sandboxed frames). */
function open(): Promise<IDBPDatabase<Schema>> {
  return (database ??= openDB<Schema>('faultline', 1, {
    upgrade(db, oldVersion) {
      if (oldVersion < 1) {
        db.createObjectStore('results')
        db.createObjectStore('uses', { keyPath: 'fingerprint' }).createIndex('usedAt', 'usedAt')
      }
    },
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    terminated: () => (database = undefined),
  }))
}

/** The result under this fingerprint, undefined when there is none, it is outdated, or storage is refused. */
export async function cachedResult(fingerprint: string): Promise<StoredResult | undefined> {
  try {
    const db = await open()
    const use = await db.get('uses', fingerprint)
    if (use?.version !== RESULT_VERSION) return undefined
    const result = await db.get('results', fingerprint)
    if (result) await db.put('uses', { ...use, usedAt: Date.now() })
    return result
  } catch {
    return undefined
  }
}

/** Keeps a result if it is not too large; makes room by dropping the results used longest ago. False when not kept. */
export async function cacheResult(fingerprint: string, result: StoredResult): Promise<boolean> {
  const bytes = snapshotBytes(result.snapshot)
  if (bytes > MAXIMUM_RESULT_BYTES) return false
  try {
    const db = await open()
    const transaction = db.transaction(['results', 'uses'], 'readwrite')
    transaction.done.catch(() => undefined) // a write that fails is reported by itself
    const results = transaction.objectStore('results')
    const uses = transaction.objectStore('uses')
    let total = bytes
    for (const use of (await uses.getAll()).sort((a, b) => b.usedAt - a.usedAt)) {
      total += use.bytes
      if (total > MAXIMUM_CACHE_BYTES || use.version !== RESULT_VERSION || use.fingerprint === fingerprint) {
        await results.delete(use.fingerprint)
        await uses.delete(use.fingerprint)
      }
    }
    await results.put(result, fingerprint)
    await uses.put({ fingerprint, version: RESULT_VERSION, bytes, usedAt: Date.now() })
    await transaction.done
    return true
  } catch {
    return false
  }
}

/** Drops every result. False where storage is refused. */
export async function forgetResults(): Promise<boolean> {
  try {
    const db = await open()
    await Promise.all([db.clear('results'), db.clear('uses')])
    return true
  } catch {
    return false
  }
}
