// Frames that show something.
import { NONE } from '../../capture/table'
import type { Evidence } from '../finding'

/** Evidence, unless there is no such frame. */
export function evidence(frame: number | undefined, note: string): Evidence[] {
  return frame === undefined || frame === NONE ? [] : [{ frame, note }]
}
