// Whether the browser's database takes a Blob.
import { database } from './database'

let blobsStored: Promise<boolean> | undefined

/** Bytes as this browser stores them: private windows of WebKit take no Blob, but the same bytes in memory. */
export async function storable(bytes: Blob): Promise<Blob | ArrayBuffer> {
  blobsStored ??= storesBlobs()
  return (await blobsStored) ? bytes : bytes.arrayBuffer()
}

/** Tries it in a transaction that is undone. */
async function storesBlobs(): Promise<boolean> {
  const transaction = (await database()).transaction('savedCaptures', 'readwrite')
  const ended = transaction.done.catch(() => undefined)
  const stored = await transaction.store.put(new Blob(['?']), '').then(
    () => true,
    () => false, // which has aborted it
  )
  if (stored) transaction.abort()
  await ended
  return stored
}
