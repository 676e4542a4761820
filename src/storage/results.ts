// The result cache: what was decoded and found in a file, under the file's fingerprint, so that opening
// it again costs no reading. Oldest use goes first when the cache is full, or when a saved analysis needs the room.
// Every save is one transaction.
import { storable } from './blobs'
import { type CachedResult, type StoredResult, database } from './database'
import { snapshotOf } from './snapshot-bytes'
import { contradictsItself } from './snapshot-check'

export type { StoredResult } from './database'

/** Of the sources that rows and findings come from: what others made is analysed again. */
export const RESULT_VERSION = Number(import.meta.env.FAULTLINE_RESULT_VERSION)
const MAXIMUM_CACHE_BYTES = 512 << 20
/** A larger snapshot is not kept, so none need be taken. */
export const MAXIMUM_RESULT_BYTES = 256 << 20

/** The result under this fingerprint, undefined when there is none, it is outdated, or storage is refused. */
export async function cachedResult(fingerprint: string): Promise<CachedResult | undefined> {
  try {
    const db = await database()
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
export async function cacheResult(fingerprint: string, result: CachedResult & { bytes: Blob }): Promise<boolean> {
  const bytes = result.bytes.size
  if (bytes > MAXIMUM_RESULT_BYTES) return false
  try {
    const stored = await storable(result.bytes) // before the transaction, which waits for nothing else
    const db = await database()
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
    await results.put({ ...result, bytes: stored }, fingerprint)
    await uses.put({ fingerprint, version: RESULT_VERSION, bytes, usedAt: Date.now() })
    await transaction.done
    return true
  } catch {
    return false
  }
}

/** Drops the results used longest ago until so many bytes are free, at least one. Returns how many bytes that freed. */
export async function dropOldestResults(bytes: number): Promise<number> {
  const db = await database()
  const transaction = db.transaction(['results', 'uses'], 'readwrite')
  let freed = 0
  for (const use of await transaction.objectStore('uses').index('usedAt').getAll()) {
    if (freed > 0 && freed >= bytes) break
    freed += Math.max(1, use.bytes)
    await transaction.objectStore('results').delete(use.fingerprint)
    await transaction.objectStore('uses').delete(use.fingerprint)
  }
  await transaction.done
  return freed
}

/** The same, if it can be shown: its tables are this version's, and none points beyond another. A broken one is dropped. */
export async function wholeResult(fingerprint: string): Promise<StoredResult | undefined> {
  const result = await cachedResult(fingerprint)
  const whole = result && (await unpacked(result))
  if (result && !whole) await dropResult(fingerprint)
  return whole
}

async function unpacked({ shape, bytes, findings, format }: CachedResult): Promise<StoredResult | undefined> {
  try {
    const buffer = bytes instanceof ArrayBuffer ? bytes : await bytes.arrayBuffer()
    const snapshot = snapshotOf(shape, new Uint8Array(buffer))
    return snapshot && Array.isArray(findings) && !contradictsItself(snapshot)
      ? { snapshot, findings, format }
      : undefined
  } catch {
    return undefined // also where the browser has lost the bytes
  }
}

async function dropResult(fingerprint: string): Promise<void> {
  try {
    const db = await database()
    await Promise.all([db.delete('results', fingerprint), db.delete('uses', fingerprint)])
  } catch {
    // Then it is not found the next time either.
  }
}

/** Bytes that cached results take; 0 where storage is refused. */
export async function cachedBytes(): Promise<number> {
  try {
    return (await (await database()).getAll('uses')).reduce((sum, { bytes }) => sum + bytes, 0)
  } catch {
    return 0
  }
}

/** Drops every result. False where storage is refused. */
export async function forgetResults(): Promise<boolean> {
  try {
    const db = await database()
    await Promise.all([db.clear('results'), db.clear('uses')])
    return true
  } catch {
    return false
  }
}
