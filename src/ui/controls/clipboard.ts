// Copying text, and saying what became of it.
import type { Notices } from '../state/notices.svelte'

export async function copy(notices: Notices, text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    notices.say(`${what} copied.`)
  } catch {
    notices.say(`The browser did not allow copying. ${what}: ${text}`)
  }
}
