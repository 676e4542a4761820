// Scrolling further than browsers can lay out. Chromium clips an element at about 33.5 million pixels and Firefox at
// about 17.9 million; ten million rows of 24 pixels are 240 million. So the element is at most TALLEST high, and this
// maps its scrollTop to an offset in the whole list: a small step moves the list by the same pixels, a jump (thumb
// dragged, track clicked) by its share of the whole.
//
// Why not @tanstack/virtual-core: it keeps a measurement for every row, which at ten million costs a long task and 240 MB.

export const TALLEST = 8_000_000

export class ScrollScale {
  /** Pixels of list above the viewport. */
  offset = 0
  #rows = 0
  #viewport = 0
  /** scrollTop as last seen or set. */
  #top = 0

  constructor(readonly rowHeight: number) {}

  /** Sets how many rows there are and how many pixels show them. */
  resize(rows: number, viewport: number): void {
    this.#rows = rows
    this.#viewport = viewport
    this.offset = Math.min(this.offset, this.#furthest)
  }

  /** How high the scrolling element is to be. */
  get extent(): number {
    return Math.min(this.#rows * this.rowHeight, TALLEST)
  }

  /** True when one pixel of the scroll bar is more than one pixel of the list. */
  get scaled(): boolean {
    return this.#rows * this.rowHeight > TALLEST
  }

  /** The rows that touch the viewport: first, and one past the last. */
  get range(): { from: number; to: number } {
    const from = Math.floor(this.offset / this.rowHeight)
    const to = Math.ceil((this.offset + this.#viewport) / this.rowHeight)
    return { from: Math.max(0, from), to: Math.min(this.#rows, to) }
  }

  /** Where the first row of the range is, counted from the viewport's top. */
  topOf(row: number): number {
    return row * this.rowHeight - this.offset
  }

  /** The element was scrolled. Returns the scrollTop to set where the element is at an end and the list is not. */
  scrolled(top: number): number | undefined {
    const step = top - this.#top
    this.#top = top
    if (!this.scaled) {
      this.offset = Math.min(top, this.#furthest)
      return undefined
    }
    if (Math.abs(step) >= this.#viewport) {
      this.offset = (top / this.#lowestTop) * this.#furthest
      return undefined
    }
    this.offset = clamp(this.offset + step, this.#furthest)
    const atEnd = top <= 0 || top >= this.#lowestTop
    return atEnd && this.top !== top ? this.settle() : undefined
  }

  /** Moves the list by pixels; returns the scrollTop to set. */
  moveBy(pixels: number): number {
    return this.moveTo(this.offset + pixels)
  }

  moveTo(offset: number): number {
    this.offset = clamp(offset, this.#furthest)
    return this.settle()
  }

  /** Moves no further than needed for a row to be whole in view; returns the scrollTop to set, if any. */
  reveal(row: number): number | undefined {
    const start = row * this.rowHeight
    const end = start + this.rowHeight
    if (start >= this.offset && end <= this.offset + this.#viewport) return undefined
    const far = end < this.offset - this.#viewport || start > this.offset + 2 * this.#viewport
    if (far) return this.moveTo(start - Math.floor((this.#viewport - this.rowHeight) / 2))
    return this.moveTo(start < this.offset ? start : end - this.#viewport)
  }

  /** Brings scrollTop back to the offset's share of the whole, after small steps. */
  settle(): number {
    return (this.#top = this.top)
  }

  /** scrollTop for the offset. */
  get top(): number {
    if (!this.scaled) return this.offset
    return Math.round((this.offset / this.#furthest) * this.#lowestTop)
  }

  get #furthest(): number {
    return Math.max(0, this.#rows * this.rowHeight - this.#viewport)
  }

  get #lowestTop(): number {
    return Math.max(0, this.extent - this.#viewport)
  }
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most))
}
