// Sentences for screen readers and the status bar.

const SHOWN_MILLISECONDS = 6000

export class Notices {
  /** The latest sentence; empty once it was shown long enough. */
  text = $state('')
  #timer: ReturnType<typeof setTimeout> | undefined

  say(text: string): void {
    this.text = text
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => (this.text = ''), SHOWN_MILLISECONDS)
  }

  clear(): void {
    this.text = ''
  }
}
