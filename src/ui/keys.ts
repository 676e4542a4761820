// Keys that work wherever the focus is, except where text is typed.
import type { Session } from './session.svelte'

const actions: Record<string, (session: Session) => void> = {
  '?': (session) => (session.helpOpen = true),
  '/': (session) => session.focusFilter(),
  n: (session) => session.stepEvidence(1),
  p: (session) => session.stepEvidence(-1),
  m: (session) => session.toggleMark(),
  c: (session) => (session.commenting = session.selected !== undefined),
}

export function globalKey(event: KeyboardEvent, session: Session): void {
  if (
    event.altKey ||
    event.defaultPrevented ||
    typing(event.target) ||
    session.helpOpen ||
    session.commenting ||
    session.saving.dialogOpen ||
    session.aboutOpen ||
    session.columnsOpen
  )
    return
  const commanded = event.ctrlKey || event.metaKey
  const action = commanded ? (event.key === 'z' ? () => session.undoNote() : undefined) : actions[event.key]
  if (!action || (session.phase !== 'open' && event.key !== '?')) return
  event.preventDefault()
  action(session)
}

function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
}
