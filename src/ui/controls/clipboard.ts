// Copying text, and saying what became of it.
import type { Session } from '../state/session.svelte'

export async function copy(session: Session, text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    session.say(`${what} copied.`)
  } catch {
    session.say(`The browser did not allow copying. ${what}: ${text}`)
  }
}
