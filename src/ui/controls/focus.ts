// Focus that is never lost: where what had it goes away, something that stays takes it.

let used = false
document.addEventListener('focusin', () => (used = true), { once: true })

/** Runs once something new is drawn: it may take the focus that what stood there before left. */
export function takeLostFocus(focus: () => void): void {
  setTimeout(() => {
    if (used && document.activeElement === document.body) focus()
  })
}

/** The same for the heading of a screen. */
export function headingTakesFocus(heading: HTMLElement): void {
  heading.tabIndex = -1
  takeLostFocus(() => heading.focus())
}
