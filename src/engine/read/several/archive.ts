// What a ZIP archive holds, by its directory at the end (APPNOTE 4.3.12), and single files out of it.

const END_BYTES = 22
const END_MARK = 0x06054b50
const ENTRY_MARK = 0x02014b50
const ENTRY_BYTES = 46
const FILE_MARK = 0x04034b50
const FILE_BYTES = 30
const MAX_COMMENT = 0xffff
const MAX_DIRECTORY_BYTES = 8 << 20
const MAX_FILES = 4096
const STORED = 0
const DEFLATED = 8
/** A file that grows more than so many times, and beyond so many bytes, was made to grow. */
const MOST_GROWTH = 200
const ALWAYS_ALLOWED_BYTES = 256 << 20
const PART_BYTES = 8 << 20
const CAPTURE_NAME = /\.(pcap|pcapng|ntar|cap|dmp|snoop|trc|etl|cab)\d*$/i

export interface ArchivedFile {
  name: string
  /** Bytes when unpacked. */
  bytes: number
}

interface Entry extends ArchivedFile {
  packed: number
  method: number
  at: number
}

/** True for the name of a capture or a trace. */
export function isCaptureName(name: string): boolean {
  return CAPTURE_NAME.test(name)
}

/** The captures and traces of an archive, by their names; none of one whose directory cannot be read. */
export async function capturesIn(archive: Blob): Promise<ArchivedFile[]> {
  return (await entriesOf(archive))
    .filter(({ name }) => isCaptureName(name))
    .map(({ name, bytes }) => ({ name, bytes }))
}

/** Files out of an archive, in the order of their names given; those that cannot be unpacked whole are left out. */
export async function takeOut(archive: Blob, names: readonly string[]): Promise<File[]> {
  const entries = await entriesOf(archive)
  const files: File[] = []
  for (const name of names) {
    const entry = entries.find((one) => one.name === name)
    const blob = entry && (await unpacked(archive, entry))
    if (blob) files.push(new File([blob], name.slice(name.lastIndexOf('/') + 1)))
  }
  return files
}

async function entriesOf(archive: Blob): Promise<Entry[]> {
  const tail = new DataView(await archive.slice(Math.max(0, archive.size - END_BYTES - MAX_COMMENT)).arrayBuffer())
  let end = tail.byteLength - END_BYTES
  while (end >= 0 && tail.getUint32(end, true) !== END_MARK) end--
  if (end < 0) return []
  const [bytes, at] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)]
  if (bytes > MAX_DIRECTORY_BYTES) return []
  const directory = new Uint8Array(await archive.slice(at, at + bytes).arrayBuffer())
  const view = new DataView(directory.buffer)
  const entries: Entry[] = []
  for (let from = 0; from + ENTRY_BYTES <= view.byteLength && entries.length < MAX_FILES;) {
    if (view.getUint32(from, true) !== ENTRY_MARK) break
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(from + offset, true)) as [
      number,
      number,
      number,
    ]
    entries.push({
      name: new TextDecoder().decode(directory.subarray(from + ENTRY_BYTES, from + ENTRY_BYTES + name)),
      method: view.getUint16(from + 10, true),
      packed: view.getUint32(from + 20, true),
      bytes: view.getUint32(from + 24, true),
      at: view.getUint32(from + 42, true),
    })
    from += ENTRY_BYTES + name + extra + comment
  }
  return entries
}

async function unpacked(archive: Blob, { at, packed, method }: Entry): Promise<Blob | undefined> {
  const head = new DataView(await archive.slice(at, at + FILE_BYTES).arrayBuffer())
  if (head.byteLength < FILE_BYTES || head.getUint32(0, true) !== FILE_MARK) return undefined
  const from = at + FILE_BYTES + head.getUint16(26, true) + head.getUint16(28, true)
  const body = archive.slice(from, from + packed)
  if (method === STORED) return body
  return method === DEFLATED ? inflated(body) : undefined
}

/** Deflate in pieces, which the browser keeps on disk as it sees fit; undefined for a broken file and for one made to grow. */
async function inflated(body: Blob): Promise<Blob | undefined> {
  const parts: Blob[] = []
  let waiting: Uint8Array<ArrayBuffer>[] = []
  let [waitingBytes, bytes] = [0, 0]
  const reader = body.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      waiting.push(step.value)
      waitingBytes += step.value.length
      bytes += step.value.length
      if (bytes > ALWAYS_ALLOWED_BYTES && bytes > MOST_GROWTH * body.size) return undefined
      if (waitingBytes < PART_BYTES) continue
      parts.push(new Blob(waiting))
      waiting = []
      waitingBytes = 0
    }
  } catch {
    return undefined
  } finally {
    reader.cancel().catch(() => undefined)
  }
  return new Blob([...parts, ...waiting])
}
