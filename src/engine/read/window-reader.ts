// Frames read again in order: in windows of some MiB, not one by one.
import { Frame } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { frameAt } from '../../capture/text'
import type { Source } from './source'

const WINDOW_BYTES = 4 << 20

/** Reads frames whose rows rise; each window is read once. The bytes given are a view that later reads leave alone. */
export class WindowReader {
  #at = 0
  #window = new Uint8Array(0)

  constructor(
    private readonly capture: Capture,
    private readonly source: Source,
  ) {}

  async frame(row: number): Promise<Uint8Array<ArrayBuffer>> {
    const { at, length } = this.#place(row)
    if (!this.#holds(at, length)) {
      this.#at = at
      this.#window = await this.source.read(at, Math.max(length, WINDOW_BYTES))
    }
    return this.#window.subarray(at - this.#at, at - this.#at + length)
  }

  /** The frame's bytes where its window was read already; undefined where frame() would have to wait. */
  held(row: number): Uint8Array<ArrayBuffer> | undefined {
    const { at, length } = this.#place(row)
    return this.#holds(at, length) ? this.#window.subarray(at - this.#at, at - this.#at + length) : undefined
  }

  #place(row: number): { at: number; length: number } {
    const { frames } = this.capture
    return { at: frameAt(frames, row), length: frames.get(Frame.Captured, row) }
  }

  #holds(at: number, length: number): boolean {
    return at >= this.#at && at + length <= this.#at + this.#window.length
  }
}
