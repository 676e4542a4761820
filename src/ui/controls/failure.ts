// What is said when something fails that should not.
import type { Failure } from '../../engine/api'
import { isMissingPart } from './missing-part'

const CHANGED: Failure = {
  refused: 'The file was changed, moved or deleted while it was read.',
  advice: 'Wait until the program that writes it has ended, or copy the file, then open it again.',
}

/** A part of the page or of its worker is missing, which is not the file's fault. */
const PART_MISSING: Failure = {
  refused: 'A part of Faultline could not be fetched, so the file was not read.',
  advice: 'Check the connection and any content blocker, then open the file again.',
}

/** Other errors that are not the file's fault, by name. */
const KNOWN: Readonly<Record<string, Failure>> = {
  NoWebAssembly: {
    refused: 'This browser has WebAssembly switched off, which reads the capture.',
    advice:
      'Allow it for this site (some browsers switch it off in a hardened or lockdown mode), or use another browser.',
  },
  NotFoundError: CHANGED,
  NotReadableError: CHANGED,
  FileChanged: CHANGED,
}

/** Why something failed that should not. */
export function failure(error: unknown): Failure {
  if (isMissingPart(error)) return PART_MISSING
  const { name = '', message = String(error) } = error instanceof Error ? error : {}
  return (
    KNOWN[name] ?? {
      refused: `The file could not be read: ${message}.`,
      advice: 'Open it again. Should it fail again, the capture shows a fault of Faultline’s own: please report it.',
    }
  )
}
