// What distinguishes one file from another: quickly, to look a result up, and surely, to know a saved capture's file again.
import type { FileIdentity } from '../../storage/database'
import type { Source } from './source'

/** Files up to this size are hashed whole before they are read. */
const WHOLE_BYTES = 4 << 20
const SAMPLE_BYTES = 16 << 10
const SAMPLES = 16
/** Files up to this size are hashed whole where there is time: hashing needs all of the bytes in memory at once. */
const IDENTIFIED_WHOLE_BYTES = 256 << 20

/**
 * SHA-256 of a small file; of a large one, of its size, time of change and samples from all over it. Hex text;
 * undefined where the page's origin is not secure, so that nothing can be hashed (and nothing is cached).
 */
export async function fingerprint(source: Source, lastModified: number): Promise<string | undefined> {
  const whole = source.size <= WHOLE_BYTES
  const head = whole ? `${source.size}` : `${source.size} ${lastModified}`
  return sha256([head, ...(await Promise.all(whole ? [source.read(0, source.size)] : samples(source)))])
}

/** What a file is known by wherever it lies: SHA-256 of the whole up to 256 MiB, else of its size and samples. */
export async function identityOf(file: Blob): Promise<FileIdentity> {
  const bySize: FileIdentity = { method: 'size', text: String(file.size) }
  if (file.size <= IDENTIFIED_WHOLE_BYTES) {
    const text = await sha256([file])
    return text === undefined ? bySize : { method: 'sha256', text }
  }
  const read = async (at: number, length: number) => new Uint8Array(await file.slice(at, at + length).arrayBuffer())
  const text = await sha256([String(file.size), ...(await Promise.all(samples({ size: file.size, read })))])
  return text === undefined ? bySize : { method: 'samples', text }
}

function samples(source: Pick<Source, 'size' | 'read'>): Promise<Uint8Array<ArrayBuffer>>[] {
  return Array.from({ length: SAMPLES }, (_, sample) =>
    source.read(Math.floor((sample * (source.size - SAMPLE_BYTES)) / (SAMPLES - 1)), SAMPLE_BYTES),
  )
}

async function sha256(parts: BlobPart[]): Promise<string | undefined> {
  // Typed as always there, but plain http leaves it out.
  const subtle = crypto.subtle as SubtleCrypto | undefined
  if (!subtle) return undefined
  const digest = new Uint8Array(await subtle.digest('SHA-256', await new Blob(parts).arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
