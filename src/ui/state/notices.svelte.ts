// Sentences for screen readers and the status bar.
import { isMissingPart } from '../controls/missing-part'

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

  /** Says why something that the user asked for did not happen. */
  failed(error: unknown): void {
    this.say(
      isMissingPart(error)
        ? 'A part of the page could not be fetched. Check the connection and any content blocker, then try again.'
        : `That did not work: ${error instanceof Error ? error.message : String(error)}`,
    )
  }

  clear(): void {
    this.text = ''
  }
}
