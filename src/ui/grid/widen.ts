// The width of a column, as the user drags its border or presses keys on its heading.
import { NARROWEST, WIDEST } from './column'

/** Pixels that a key adds or takes. */
export const WIDTH_STEP = 16

/** A width in whole pixels that a column may have. */
export function widthWithin(pixels: number): number {
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, pixels)))
}

/**
 * Follows the pointer that pressed a border until it is released: call it with the event while it is handled. `set` receives
 * each width, `done` the last one; where the pointer did not move neither is called.
 */
export function dragBorder(
  { clientX, currentTarget, pointerId }: PointerEvent,
  set: (pixels: number) => void,
  done: (pixels: number) => void,
): void {
  const border = currentTarget as HTMLElement
  const before = border.parentElement!.getBoundingClientRect().width
  let width: number | undefined
  border.setPointerCapture(pointerId)
  const ending = new AbortController()
  const { signal } = ending
  border.addEventListener('pointermove', (event) => set((width = widthWithin(before + event.clientX - clientX))), {
    signal,
  })
  for (const end of ['pointerup', 'pointercancel'])
    border.addEventListener(
      end,
      () => {
        ending.abort()
        if (width !== undefined) done(width)
      },
      { signal },
    )
}
