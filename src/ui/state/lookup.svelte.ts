// The error look-up: its text is the same wherever it is shown.
import type { ErrorHelp } from '../../engine/api'

export class Lookup {
  text = $state('')
  /** The last answer, which stays while the look-up is not shown; without help where it could not be fetched. */
  answer = $state.raw<{ asked: string; help?: ErrorHelp }>()
}
