// A capture file on its way into the parser, piece by piece.
import { FileFormat } from '../../../asm/layout'
import type { Source } from './blob-source'

/** Bytes that tell whether a file is a capture. */
export const HEAD_BYTES = 512

/** True if what was parsed so far can be a capture at all. */
export function isCaptureFormat(format: FileFormat): boolean {
  return format !== FileFormat.Unknown && format !== FileFormat.TooShort && format !== FileFormat.Etl
}

/** Feeds a capture from its first byte to its last. `onBytes` receives how much of the file was read, and ends the reading by returning false. */
export async function readAll(
  source: Source,
  { feed, format }: { feed: (bytes: Uint8Array) => void; format: () => FileFormat },
  onBytes?: (bytes: number) => unknown,
): Promise<void> {
  let fed = 0
  for await (const bytes of source.stream()) {
    feed(bytes)
    fed += bytes.length
    // Only a file's start can tell that it is none: do not read gigabytes of something else.
    if (fed >= HEAD_BYTES && !isCaptureFormat(format())) break
    if (onBytes?.(source.consumed) === false) break
  }
}
