// Keys that work wherever the focus is, except where text is typed.
import type { AppState } from './state/app-state.svelte'

const actions: Record<string, (app: AppState) => unknown> = {
  '?': ({ dialogs }) => dialogs.show('help'),
  '/': ({ focus }) => focus.focus('filter'),
  n: ({ selection }) => selection.stepEvidence(1),
  p: ({ selection }) => selection.stepEvidence(-1),
  m: ({ selection }) => selection.toggleMark(),
  c: ({ dialogs, selection }) => selection.frame !== undefined && dialogs.show('comment'),
  g: ({ capture, dialogs }) => capture.frames > 0 && dialogs.show('go to frame'),
}

/** With Ctrl, or ⌘. */
const commands: Record<string, (app: AppState) => unknown> = {
  k: ({ dialogs }) => dialogs.show('palette'),
  z: ({ selection }) => selection.undoNote(),
  g: actions.g!,
}

export function globalKey(event: KeyboardEvent, app: AppState): void {
  const isCommand = event.ctrlKey || event.metaKey
  if (
    event.altKey ||
    event.defaultPrevented ||
    (typing(event.target) && !(isCommand && event.key === 'k')) ||
    document.querySelector('[role=dialog], [role=menu]') // keys belong to what is open above the page
  )
    return
  const action = (isCommand ? commands : actions)[event.key]
  if (!action || (app.capture.phase !== 'open' && !['?', 'k'].includes(event.key))) return
  event.preventDefault()
  action(app)
}

function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
}
