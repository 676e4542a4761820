// What is said when something fails that should not.
import type { Refusal } from '../engine/api'

/** Why something failed that should not. */
export function failure(error: unknown): Refusal {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    refused: `The file could not be read: ${reason}.`,
    advice: 'Open it again. Should it fail again, the capture shows a fault of Faultline’s own: please report it.',
  }
}
