// The colours that the user's rules gave to frames. The rules themselves, and what applies them, are fetched when there are any.
import { positionIn } from '../state/narrowing'

export const RULES_KEY = 'faultline.colouring'

export type Colour = 'blue' | 'orange' | 'green' | 'violet' | 'teal' | 'pink'

export class Colours {
  /** Frames, rising, that each rule holds for, in the order of the rules. */
  frames = $state.raw<{ colour: Colour; rows: Uint32Array }[]>([])

  /** The colour of a frame; undefined where no rule holds for it. */
  of(frame: number): Colour | undefined {
    return this.frames.find(({ rows }) => positionIn(rows, frame) >= 0)?.colour
  }

  /** True if this browser keeps rules. */
  get hasRules(): boolean {
    try {
      return localStorage.getItem(RULES_KEY) !== null
    } catch {
      return false
    }
  }
}
