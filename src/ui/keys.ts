// Keys that work wherever the focus is, except where text is typed.
import type { AppState } from './state/app-state.svelte'

const actions: Record<string, (app: AppState) => unknown> = {
  '?': ({ dialogs }) => dialogs.show('help'),
  '/': ({ focus }) => focus.focus('filter'),
  n: ({ selection }) => selection.stepEvidence(1),
  p: ({ selection }) => selection.stepEvidence(-1),
  m: ({ selection }) => selection.toggleMark(),
  ']': ({ selection }) => selection.stepMark(1),
  '[': ({ selection }) => selection.stepMark(-1),
  t: ({ references, selection }) => selection.frame !== undefined && references.toggle(selection.frame),
  c: ({ dialogs, selection }) => selection.frame !== undefined && dialogs.show('comment'),
  g: ({ capture, dialogs }) => capture.frames > 0 && dialogs.show('go to frame'),
}

/** With Ctrl, or ⌘. */
const commands: Record<string, (app: AppState) => unknown> = {
  k: ({ dialogs }) => dialogs.show('palette'),
  f: ({ find }) => find.open(),
  m: actions.m!,
  z: ({ selection }) => selection.undoNote(),
  g: actions.g!,
  p: (app) => void import('./share/print-report').then(({ printReport }) => printReport(app)),
  c: (app) => {
    const { frames } = app.picked // at the key, not once the code has come
    void import('./share/frames-out').then(({ copyFrames }) => copyFrames(app, 'text', frames))
  },
}

export function globalKey(event: KeyboardEvent, app: AppState): void {
  if (followKey(event) && app.capture.phase === 'open') {
    event.preventDefault()
    return app.selection.showPanel('conversation')
  }
  const isCommand = event.ctrlKey || event.metaKey
  if (
    event.altKey ||
    event.defaultPrevented ||
    (typing(event.target) && !(isCommand && ['f', 'k', 'p'].includes(event.key)) && event.key !== 'F3') ||
    document.querySelector('[role=dialog], [role=menu]') // keys belong to what is open above the page
  )
    return
  if (event.key === 'F3' && app.find.isOpen && app.find.step) {
    event.preventDefault()
    return app.find.step(event.shiftKey ? -1 : 1)
  }
  if (isCommand && event.key === 'p' && app.embedded) return // the page around it prints
  const action = (isCommand ? commands : actions)[event.key]
  if (!action || (app.capture.phase !== 'open' && !['?', 'k'].includes(event.key))) return
  event.preventDefault()
  action(app)
}

/** Wireshark's key for following a stream. */
function followKey({ altKey, ctrlKey, shiftKey, code }: KeyboardEvent): boolean {
  return altKey && ctrlKey && shiftKey && code === 'KeyT'
}

function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
}
