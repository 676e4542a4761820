// Keys that work wherever the focus is, except where text is typed.
import type { Session } from './state/session.svelte'

const actions: Record<string, (session: Session) => void> = {
  '?': (session) => (session.helpOpen = true),
  '/': (session) => session.focusFilter(),
  n: (session) => session.stepEvidence(1),
  p: (session) => session.stepEvidence(-1),
  m: (session) => session.toggleMark(),
  c: (session) => (session.commenting = session.selected !== undefined),
  g: (session) => (session.goingTo = session.frames > 0),
}

/** With Ctrl, or ⌘. */
const commands: Record<string, (session: Session) => void> = {
  z: (session) => session.undoNote(),
  g: actions.g!,
}

export function globalKey(event: KeyboardEvent, session: Session): void {
  if (
    event.altKey ||
    event.defaultPrevented ||
    typing(event.target) ||
    document.querySelector('[role=dialog], [role=menu]') // keys belong to what is open above the page
  )
    return
  const action = (event.ctrlKey || event.metaKey ? commands : actions)[event.key]
  if (!action || (session.phase !== 'open' && event.key !== '?')) return
  event.preventDefault()
  action(session)
}

function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
}
