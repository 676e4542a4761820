// Picking frames with Shift and Ctrl, as in any list.
import type { AppState } from '../state/app-state.svelte'

/** More frames than this are not picked one by one: a filter shows them, and what is shown can be exported. */
const MOST_PICKED = 100_000

/** Adds the frame at a row of the list, or takes it away. */
export function toggle(app: AppState, row: number): void {
  const { list, notices, picked, selection } = app
  const frame = list.frameAt(row)
  const { set } = picked
  if (set.size === 0 && selection.frame !== undefined) set.add(selection.frame)
  const isGone = set.size > 1 && set.delete(frame)
  if (!isGone) set.add(frame)
  picked.anchor = frame
  select(app, isGone ? [...set].at(-1)! : frame)
  notices.say(`${set.size} frames picked.`)
}

/** Picks all rows from where the range begins to this one. */
export function extend(app: AppState, row: number): void {
  const { list, notices, picked, selection } = app
  const { set } = picked
  picked.anchor ??= selection.frame ?? list.frameAt(row)
  const anchorRow = Math.max(0, list.rowOf(picked.anchor))
  const [from, to] = anchorRow < row ? [anchorRow, row] : [row, anchorRow]
  if (to - from >= MOST_PICKED) {
    const most = MOST_PICKED.toLocaleString('en')
    return notices.say(`At most ${most} frames can be picked; filter and export what is shown.`)
  }
  set.clear()
  for (let at = from; at <= to; at++) set.add(list.frameAt(at))
  select(app, list.frameAt(row))
  notices.say(`${set.size} frames picked.`)
}

/** Selects a frame without ending the choice. */
function select({ selection }: AppState, frame: number): void {
  const { onselect } = selection
  selection.onselect = undefined
  selection.select(frame)
  selection.onselect = onselect
}
