// Why storage did not do what it was asked for, as a sentence that a person can act on.

/** In place of an answer. What was stored before is as it was. */
export interface Refused {
  refused: string
}

const SENTENCES: Record<string, string> = {
  QuotaExceededError:
    'The browser has no room left for this. Nothing that was saved before is lost: delete a saved analysis, or save without the capture’s bytes.',
  VersionError: 'A newer version of Faultline keeps its data in this browser: reload this page, then save.',
  SecurityError: 'This browser refuses storage to this page, as some do in private windows and sandboxed frames.',
  InvalidStateError: 'This browser refuses storage to this page, as some do in private windows and sandboxed frames.',
  DataCloneError: 'The analysis is too large for the browser’s database.',
  NotFoundError: 'The file cannot be read any more: it was moved or deleted.',
  NotReadableError: 'The file cannot be read any more: it was moved, deleted or changed.',
  BlockedError:
    'Another window of Faultline, of an older version, keeps this browser’s database. Close or reload the other windows, then try again.',
  MissingStoresError:
    'This browser’s database of Faultline is incomplete: something else has changed it. Delete this site’s data in the browser’s settings, then reload the page.',
  AbortError: 'The browser broke the save off. Nothing that was saved before is lost: try again.',
}

export function isQuotaExceeded(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError'
}

/** The sentence for an error of the database. */
export function refusing(error: unknown): Refused {
  if (typeof indexedDB === 'undefined') return { refused: SENTENCES.SecurityError! }
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return {
    refused: SENTENCES[name] ?? `The browser’s database cannot be used: ${(message || name).replace(/\.$/, '')}.`,
  }
}
