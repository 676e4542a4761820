import 'fake-indexeddb/auto'
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { openDB } from 'idb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Snapshot } from '../capture/snapshot'
import { type SavedAnalysis, type StoredResult, closeDatabase, database, migrations } from './database'
import { RESULT_VERSION, cacheResult, cachedBytes, cachedResult, wholeResult } from './results'
import { type Draft, change, keepCapture, load, purge, remove, restore, save, savedList, savedOne } from './saved'

const snapshot = (words: number): Snapshot => ({
  tables: [{ rows: words, pages: [new Uint32Array(words)] }],
  chunks: [{ at: 8, bytes: Uint8Array.of(1, 2, 3) }],
})
const result = (words = 100): StoredResult => ({ snapshot: snapshot(words), findings: [], format: 2 })
/** Of a capture without a row, and these many bytes kept. */
const cached = (bytes = 3) => ({
  shape: { tables: [], chunks: [{ at: 8, length: bytes }] },
  bytes: new Blob([new Uint8Array(bytes)]),
  findings: [],
  format: 2,
})
const draft = (name: string): Draft => ({
  name,
  found: 'No failure found',
  notes: '',
  tags: [],
  marks: [],
  filter: '',
  view: 'frames',
  frame: 0,
  fileName: 'a.pcap',
  fileBytes: 3,
  identity: { method: 'size', text: '3' },
  frames: 1,
  findings: 0,
  resultVersion: 1,
  toolVersion: '0',
})

async function saved(name: string, capture?: Blob): Promise<SavedAnalysis> {
  const answer = await save(draft(name), result(), capture)
  if ('refused' in answer) throw new Error(answer.refused)
  return answer.saved
}

async function names(): Promise<string[]> {
  const answer = await savedList()
  return 'refused' in answer ? [answer.refused] : answer.list.map(({ name }) => name).sort()
}

/** Every row of every store that saves write to. */
async function rows(): Promise<number> {
  const db = await database()
  const counts = await Promise.all([db.count('saved'), db.count('savedResults'), db.count('savedCaptures')])
  return counts.reduce((sum, count) => sum + count)
}

/** Fails writes to a store with this error for as long as `fails` says so. */
function failWrites(store: string, error: () => DOMException, fails: () => boolean = () => true) {
  const add = IDBObjectStore.prototype.add
  vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, ...values) {
    if (this.name === store && fails()) throw error()
    return add.apply(this, values)
  })
}

beforeEach(() => void (globalThis.indexedDB = new IDBFactory()))
afterEach(async () => {
  vi.restoreAllMocks()
  await closeDatabase()
})

test('what is saved comes back with its tables and the capture’s bytes', async () => {
  const { id } = await saved('one', new Blob(['abc']))
  const loaded = await load(id)
  if ('refused' in loaded) throw new Error(loaded.refused)
  expect(loaded.saved).toMatchObject({ name: 'one', revision: 1, tableBytes: 403, captureBytes: 3 })
  expect(loaded.result).toEqual(result())
  expect(await loaded.capture?.text()).toBe('abc')
})

test('an unknown address is refused in a sentence', async () => {
  expect(await load('0123')).toEqual({ refused: expect.stringMatching(/^This browser keeps no saved analysis/) })
})

test('a save that cannot be stored leaves nothing of itself and all of the earlier ones', async () => {
  await saved('earlier', new Blob(['abc']))
  failWrites('savedCaptures', () => new DOMException('', 'DataCloneError'))
  expect(await save(draft('later'), result(), new Blob(['def']))).toEqual({
    refused: expect.stringMatching(/too large/),
  })
  expect(await names()).toEqual(['earlier'])
  expect(await rows()).toBe(3)
})

test('when the quota is reached cached results give way, the oldest first, and saved analyses never', async () => {
  await saved('earlier')
  for (const [at, key] of ['old', 'middle', 'new'].entries()) {
    vi.spyOn(Date, 'now').mockReturnValue(1000 + at)
    await cacheResult(key, cached(403))
  }
  vi.mocked(Date.now).mockRestore()
  let rejections = 2
  failWrites('savedResults', quota, () => rejections-- > 0)
  await saved('later')
  expect(
    await Promise.all(['old', 'middle', 'new'].map(async (key) => (await cachedResult(key)) !== undefined)),
  ).toEqual([false, false, true])
  expect(await names()).toEqual(['earlier', 'later'])
})

test('when nothing more may give way the save is refused and the earlier ones stay', async () => {
  await saved('earlier')
  await cacheResult('cached', cached())
  failWrites('savedResults', quota)
  expect(await save(draft('later'), result())).toEqual({ refused: expect.stringMatching(/no room/) })
  expect(await cachedBytes()).toBe(0)
  expect(await names()).toEqual(['earlier'])
  expect(await rows()).toBe(2)
})

test('a full result cache evicts results only', async () => {
  await saved('kept')
  await cacheResult('old', cached())
  const large = cached(240 << 20)
  for (const key of ['a', 'b', 'c']) await cacheResult(key, large)
  expect(await cachedResult('old')).toBeUndefined()
  expect(await names()).toEqual(['kept'])
})

test('deleting takes it off the list, undo brings it back whole, purging frees its space', async () => {
  const { id } = await saved('one', new Blob(['abc']))
  await remove(id)
  expect(await names()).toEqual([])
  expect(await savedOne(id)).toHaveProperty('refused')
  await restore(id)
  expect(await names()).toEqual(['one'])
  await purge(id) // not deleted: stays
  expect(await rows()).toBe(3)
  await remove(id)
  await purge(id)
  expect(await rows()).toBe(0)
})

test('a deletion whose window died is finished by a later look at the list', async () => {
  const { id } = await saved('one')
  vi.spyOn(Date, 'now').mockReturnValue(0)
  await remove(id)
  vi.mocked(Date.now).mockRestore()
  expect(await names()).toEqual([])
  expect(await rows()).toBe(0)
})

test('two windows that write at once both keep their comments', async () => {
  const { id } = await saved('one')
  const none = { marked: false, comment: '' }
  const mark = (frame: number, comment: string) => ({
    marks: [{ frame, before: none, after: { marked: true, comment } }],
  })
  await Promise.all([change(id, mark(1, 'mine')), change(id, mark(2, 'theirs'))])
  expect(await change(id, mark(2, 'also mine'))).toMatchObject({ both: [2], saved: { revision: 4 } })
  expect(await savedOne(id)).toMatchObject({
    saved: {
      marks: [
        { frame: 1, comment: 'mine' },
        { frame: 2, comment: 'theirs\n\nalso mine' },
      ],
    },
  })
})

test('a change to what another window deleted is refused', async () => {
  const { id } = await saved('one')
  await remove(id)
  expect(await change(id, { name: 'two' })).toHaveProperty('refused')
})

test('the capture’s bytes can be added later and let go again', async () => {
  const { id } = await saved('one')
  expect(await keepCapture(id, new Blob(['abc']))).toMatchObject({ saved: { captureBytes: 3 } })
  expect(await load(id)).toMatchObject({ capture: expect.any(Blob) as Blob })
  await keepCapture(id, undefined)
  expect(await load(id)).toMatchObject({ capture: undefined, saved: { captureBytes: 0 } })
})

test('a database of version 1 keeps its results and gains saved analyses', async () => {
  // As version 1 made it.
  const old = await openDB('faultline', 1, {
    upgrade(db) {
      db.createObjectStore('results')
      db.createObjectStore('uses', { keyPath: 'fingerprint' }).createIndex('usedAt', 'usedAt')
    },
  })
  await old.put('results', cached(), 'key')
  await old.put('uses', { fingerprint: 'key', version: RESULT_VERSION, bytes: 3, usedAt: 1 })
  old.close()
  expect(await cachedResult('key')).toMatchObject({ shape: cached().shape, format: 2 })
  await saved('one')
  expect((await database()).version).toBe(migrations.length)
})

test('a window of the old version lets the new one migrate', async () => {
  const old = await openDB('faultline', 1, {
    upgrade: (opened) => migrations[0]!(opened as never),
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  })
  await saved('one')
  expect(await names()).toEqual(['one'])
  old.close()
})

test('a database of a later version is left alone, and the sentence says to reload', async () => {
  ;(await openDB('faultline', 99)).close()
  expect(await savedList()).toEqual({ refused: expect.stringMatching(/newer version.*reload/) })
})

test('where storage is refused every function says so', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('', 'SecurityError')
  })
  for (const answer of [await save(draft('one'), result()), await savedList(), await load('1'), await change('1', {})])
    expect(answer).toEqual({ refused: expect.stringMatching(/refuses storage/) })
})

function quota(): DOMException {
  return new DOMException('', 'QuotaExceededError')
}

describe('a database that another window or program has in its hands', () => {
  test('is not waited for when an old window does not let go of it', async () => {
    // A window of the first version that ignores versionchange.
    const old = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('faultline', 1)
      request.onupgradeneeded = () => migrations[0]!(request.result as never)
      request.onsuccess = () => resolve(request.result)
    })
    expect(await cachedResult('x')).toBeUndefined()
    expect(await savedList()).toEqual({ refused: expect.stringMatching(/Another window of Faultline/) })
    old.close()
    await vi.waitFor(async () => expect(await savedList()).toEqual({ list: [] }))
  })

  test('has a sentence of its own where stores are missing', async () => {
    const db = await openDB('faultline', migrations.length, {
      upgrade: (opened) => void opened.createObjectStore('other'),
    })
    db.close()
    expect(await savedList()).toEqual({ refused: expect.stringMatching(/database of Faultline is incomplete/) })
  })
})

test('a cached result that is broken is not given, and dropped', async () => {
  await cacheResult('key', cached())
  expect(await cachedResult('key')).toBeDefined()
  expect(await wholeResult('key')).toBeUndefined()
  expect(await cachedResult('key')).toBeUndefined()
})
