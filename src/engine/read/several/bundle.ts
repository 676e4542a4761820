// Several files as one Blob, so that whatever takes a file takes several: a mark, what there is as JSON, then the files' bytes.

const MARK = 'FLTBUNDL'
const HEAD_BYTES = MARK.length + 4
const MAX_DIRECTORY_BYTES = 1 << 20
const MAX_FILES = 256

export interface NamedBlob {
  name: string
  blob: Blob
}

/** The files as one Blob; their bytes are not copied. */
export function bundleOf(files: readonly NamedBlob[]): Blob {
  const directory = new TextEncoder().encode(
    JSON.stringify(files.map(({ name, blob }) => ({ name, bytes: blob.size }))),
  )
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, directory.length, true)
  return new Blob([MARK, length, directory, ...files.map(({ blob }) => blob)])
}

/** True if a file that begins with `head` is a bundle. */
export function isBundle(head: Uint8Array): boolean {
  return head.length >= HEAD_BYTES && new TextDecoder().decode(head.subarray(0, MARK.length)) === MARK
}

/** The files of a bundle; none of one that is broken. */
export async function bundled(bundle: Blob): Promise<NamedBlob[]> {
  const head = new DataView(await bundle.slice(0, HEAD_BYTES).arrayBuffer())
  const length = head.getUint32(MARK.length, true)
  if (length > MAX_DIRECTORY_BYTES) return []
  let at = HEAD_BYTES + length
  const files: NamedBlob[] = []
  for (const { name, bytes } of directoryOf(await bundle.slice(HEAD_BYTES, at).text())) {
    files.push({ name, blob: bundle.slice(at, at + bytes) })
    at += bytes
  }
  return files.slice(0, MAX_FILES)
}

function directoryOf(text: string): { name: string; bytes: number }[] {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every(isEntry) ? list : []
  } catch {
    return []
  }
}

function isEntry(value: unknown): value is { name: string; bytes: number } {
  const { name, bytes } = (value ?? {}) as { name?: unknown; bytes?: unknown }
  return typeof name === 'string' && typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0
}
