// The bar for finding: if it is open, what it looks for, and how keys reach what is in it.

export class FindBar {
  isOpen = $state(false)
  /** Counts how often it was asked for: each time its box takes the focus. */
  asked = $state(0)
  /** What is to be looked for at once, in the frame list; undefined leaves what is in the box. */
  wanted = $state<string>()
  /** Goes to the next (1) or previous (-1) match; undefined until the bar is there. */
  step: ((by: 1 | -1) => void) | undefined

  open(wanted?: string): void {
    this.isOpen = true
    this.wanted = wanted
    this.asked++
  }

  close(): void {
    this.isOpen = false
  }
}
