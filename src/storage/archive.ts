// ZIP archives (PKWARE APPNOTE 6.3) of a few entries: written in one pass, read by their central directory, so that a
// stored entry is a slice of the file and never in memory.
import { Zip, ZipDeflate, ZipPassThrough, inflateSync } from 'fflate'

const END_RECORD_BYTES = 22
const LONGEST_COMMENT = 0xffff
const DIRECTORY_HEADER_BYTES = 46
const LOCAL_HEADER_BYTES = 30
const STORED = 0
const DEFLATED = 8
const MOST_ENTRIES = 64
/** What grows more than so many times, and beyond so many bytes, was made to fill memory. */
const MAX_GROWTH = 200
const ALWAYS_ALLOWED_BYTES = 1 << 20
/** Written pieces are handed to the browser in parts of this size; it keeps them on disk as it sees fit. */
const PART_BYTES = 8 << 20

/** What goes in. */
export interface Entry {
  name: string
  packed: boolean
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** What a directory lists. */
export interface Listed {
  name: string
  method: number
  packedBytes: number
  bytes: number
  /** Of its local header. */
  at: number
}

/** Writes an archive; below 4 GiB, as beyond that the format needs other records. */
export async function archiveOf(entries: Entry[]): Promise<Blob> {
  const parts: Blob[] = []
  let waiting: Uint8Array<ArrayBuffer>[] = []
  let waitingBytes = 0
  const zip = new Zip((error, piece) => {
    if (error) throw error
    waiting.push(piece.slice())
    waitingBytes += piece.length
    if (waitingBytes < PART_BYTES) return
    parts.push(new Blob(waiting))
    waiting = []
    waitingBytes = 0
  })
  for (const { name, packed, pieces } of entries) {
    const file = packed ? new ZipDeflate(name) : new ZipPassThrough(name)
    zip.add(file)
    for await (const piece of pieces) file.push(piece)
    file.push(new Uint8Array(0), true)
  }
  zip.end()
  return new Blob([...parts, ...waiting], { type: 'application/zip' })
}

/** The entries of an archive; undefined where the file is none. */
export async function listArchive(file: Blob): Promise<Listed[] | undefined> {
  const tailAt = Math.max(0, file.size - END_RECORD_BYTES - LONGEST_COMMENT)
  const tail = await view(file, tailAt, file.size)
  let end = tail.byteLength - END_RECORD_BYTES
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--
  if (end < 0) return undefined
  const count = tail.getUint16(end + 10, true)
  const directoryAt = tail.getUint32(end + 16, true)
  const directory = await view(file, directoryAt, directoryAt + tail.getUint32(end + 12, true))
  if (count > MOST_ENTRIES) return undefined
  const entries: Listed[] = []
  for (let at = 0, entry = 0; entry < count; entry++) {
    if (at + DIRECTORY_HEADER_BYTES > directory.byteLength || directory.getUint32(at, true) !== 0x02014b50)
      return undefined
    const nameLength = directory.getUint16(at + 28, true)
    const nameAt = at + DIRECTORY_HEADER_BYTES
    if (nameAt + nameLength > directory.byteLength) return undefined
    entries.push({
      name: new TextDecoder().decode(new Uint8Array(directory.buffer, nameAt, nameLength)),
      method: directory.getUint16(at + 10, true),
      packedBytes: directory.getUint32(at + 20, true),
      bytes: directory.getUint32(at + 24, true),
      at: directory.getUint32(at + 42, true),
    })
    at = nameAt + nameLength + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true)
  }
  return entries
}

/** An entry's bytes as they lie in the archive; undefined where it does not hold them all. */
async function packed(file: Blob, entry: Listed): Promise<Blob | undefined> {
  const header = await view(file, entry.at, entry.at + LOCAL_HEADER_BYTES)
  if (header.byteLength < LOCAL_HEADER_BYTES || header.getUint32(0, true) !== 0x04034b50) return undefined
  const at = entry.at + LOCAL_HEADER_BYTES + header.getUint16(26, true) + header.getUint16(28, true)
  return at + entry.packedBytes <= file.size ? file.slice(at, at + entry.packedBytes) : undefined
}

/** A stored entry as a slice of the archive; undefined where it is packed or cut. */
export async function storedEntry(file: Blob, entry: Listed): Promise<Blob | undefined> {
  return entry.method === STORED && entry.packedBytes === entry.bytes ? packed(file, entry) : undefined
}

/** An entry's contents of no more than so many bytes; undefined where it has more, is cut or broken. */
export async function unpackedEntry(
  file: Blob,
  entry: Listed,
  mostBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (entry.bytes > mostBytes) return undefined
  if (entry.bytes > Math.max(ALWAYS_ALLOWED_BYTES, entry.packedBytes * MAX_GROWTH)) return undefined
  const slice = await packed(file, entry)
  if (!slice) return undefined
  const bytes = new Uint8Array(await slice.arrayBuffer())
  if (entry.method === STORED) return bytes.length === entry.bytes ? bytes : undefined
  if (entry.method !== DEFLATED) return undefined
  try {
    const contents = inflateSync(bytes, { out: new Uint8Array(entry.bytes) })
    return contents.length === entry.bytes ? contents : undefined
  } catch {
    return undefined
  }
}

async function view(file: Blob, at: number, end: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await file.slice(at, end).arrayBuffer())
}
