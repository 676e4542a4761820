// What tells one file from another without reading all of a large one.
import type { Source } from './source'

/** Files up to this size are hashed whole. */
const WHOLE_BYTES = 4 << 20
const SAMPLE_BYTES = 16 << 10
const SAMPLES = 16

/**
 * SHA-256 of a small file; of a large one, of its size, time of change and samples from all over it. Hex text;
 * undefined where the page's origin is not secure, so that nothing can be hashed (and nothing is cached).
 */
export async function fingerprint(source: Source, lastModified: number): Promise<string | undefined> {
  // Typed as always there, but plain http leaves it out.
  const subtle = crypto.subtle as SubtleCrypto | undefined
  if (!subtle) return undefined
  const whole = source.size <= WHOLE_BYTES
  const head = new TextEncoder().encode(whole ? `${source.size}` : `${source.size} ${lastModified}`)
  const parts = await Promise.all(whole ? [source.read(0, source.size)] : samples(source))
  const digest = new Uint8Array(await subtle.digest('SHA-256', await new Blob([head, ...parts]).arrayBuffer()))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function samples(source: Source): Promise<Uint8Array<ArrayBuffer>>[] {
  return Array.from({ length: SAMPLES }, (_, sample) =>
    source.read(Math.floor((sample * (source.size - SAMPLE_BYTES)) / (SAMPLES - 1)), SAMPLE_BYTES),
  )
}
