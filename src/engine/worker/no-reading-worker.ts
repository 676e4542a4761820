/** In place of start-reading-worker.ts where a page must be one file: what it shows was read before. */
export function startReadingWorker(): Worker | undefined {
  return undefined
}
