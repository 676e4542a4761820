// Reads a capture's frames again, in order, for what no table holds.
import { Frame } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import type { RecordedField } from '../../capture/field'
import { frameAt } from '../../capture/text'
import { type FrameBytes, type Layer, layersOf } from '../../filter/read/frame-bytes'
import type { Source } from '../read/source'
import { WindowReader } from '../read/window-reader'

/** So often others get a turn: progress is reported, and a cancel is heard. */
const TURN_MILLISECONDS = 60
/** The clock is looked at once in so many frames. */
const FRAMES_A_LOOK = 256

export interface ScanOptions {
  capture: Capture
  file: Source
  /** What the parser records of a frame's headers. */
  describe: (frame: number, bytes: Uint8Array) => RecordedField[]
  onProgress?: ((frames: number, of: number) => void) | undefined
  isCancelled?: (() => boolean) | undefined
}

/** One frame's bytes, read by themselves. */
export async function frameBytes(
  { capture, file, describe }: Pick<ScanOptions, 'capture' | 'file' | 'describe'>,
  row: number,
): Promise<FrameBytes> {
  const bytes = await file.read(frameAt(capture.frames, row), capture.frames.get(Frame.Captured, row))
  return { bytes, layers: () => layersOf(describe(row, bytes), bytes) }
}

/** Calls `see` for every frame of the first `frames`; false if it was cancelled. */
export async function scanFrames(
  { capture, file, describe, onProgress, isCancelled }: ScanOptions,
  frames: number,
  see: (row: number, frame: FrameBytes) => void,
): Promise<boolean> {
  const reader = new WindowReader(capture, file)
  let turn = performance.now()
  for (let row = 0; row < frames; row++) {
    const bytes = reader.held(row) ?? (await reader.frame(row))
    let layers: Layer[] | undefined
    see(row, { bytes, layers: () => (layers ??= layersOf(describe(row, bytes), bytes)) })
    if (row % FRAMES_A_LOOK !== 0 || performance.now() - turn < TURN_MILLISECONDS) continue
    onProgress?.(row, frames)
    await new Promise((resolve) => setTimeout(resolve))
    if (isCancelled?.()) return false
    turn = performance.now()
  }
  return true
}
