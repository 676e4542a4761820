// Keys that are pressed while a part of the page is fetched for the first time. They are meant for that part: the rest of
// the page does not see them, and the part receives them once it has the focus.

export interface HeldKeys {
  /** Passes them on to what takes the focus next. */
  deliver(): void
  /** Drops them. */
  discard(): void
}

/** A part in which nothing took the focus for so long has no use for keys. */
const FOCUS_MILLISECONDS = 1000
/** Keys that mean something to the page together with Ctrl or ⌘: the browser must not take them either. */
const PAGE_COMMANDS = ['f', 'g', 'k', 'p']

/** Holds keys and pasted text back. Escape, or a press of the pointer, gives the part up. */
export function holdKeys(giveUp: () => void): HeldKeys {
  const held: (KeyboardEvent | string)[] = []
  const listening = new AbortController()
  const first = { capture: true, signal: listening.signal }
  let isDelivering = false

  function stop() {
    listening.abort()
    document.body.classList.remove('fetching')
  }

  function keydown(event: KeyboardEvent) {
    if (!event.isTrusted) return // one that is passed on
    event.stopPropagation()
    const { key } = event
    if ((event.ctrlKey || event.metaKey) && !event.getModifierState('AltGraph')) {
      if (PAGE_COMMANDS.includes(key)) event.preventDefault()
    } else if (key === 'Escape') {
      event.preventDefault()
      giveUp()
    } else if (!/^(?:F\d+|Shift|Alt.*|Dead|Process)$/.test(key)) {
      event.preventDefault()
      held.push(event)
    }
  }

  function pasted(event: ClipboardEvent) {
    const text = event.clipboardData?.getData('text')
    if (!text) return
    event.preventDefault()
    held.push(text)
  }

  async function passOn() {
    for (let one = held.shift(); one !== undefined; one = held.shift()) {
      await new Promise((resolve) => setTimeout(resolve)) // what the last one changed is drawn
      if (typeof one === 'string') type(one)
      else press(one)
    }
    stop()
  }

  addEventListener('keydown', keydown, first)
  addEventListener('paste', pasted, first)
  addEventListener('pointerdown', giveUp, first)
  document.body.classList.add('fetching')
  return {
    deliver() {
      isDelivering = true
      removeEventListener('pointerdown', giveUp, first)
      addEventListener('focusin', () => void passOn(), { ...first, once: true })
      setTimeout(stop, FOCUS_MILLISECONDS)
    },
    discard() {
      if (!isDelivering) stop()
    },
  }
}

/** Does what the key would have done to what has the focus. */
function press(event: KeyboardEvent): void {
  const { activeElement: box } = document
  const isUsed = !box?.dispatchEvent(new KeyboardEvent('keydown', event))
  if (isUsed) return
  const { key } = event
  if (key === 'Enter' && box instanceof HTMLInputElement) box.form?.requestSubmit()
  else if (key === 'Enter') type('\n')
  else if (key === 'Backspace') type('', 1)
  else if (key.length === 1) type(key)
}

/** Types into the text box that has the focus, after `erased` characters before the cursor are gone. */
function type(text: string, erased = 0): void {
  const { activeElement: box } = document
  if (!(box instanceof HTMLInputElement || box instanceof HTMLTextAreaElement) || box.selectionStart === null) return
  const { selectionStart: from, selectionEnd: to } = box
  box.setRangeText(text, from === to ? Math.max(0, from - erased) : from, to ?? from, 'end')
  box.dispatchEvent(new InputEvent('input', { bubbles: true }))
}
