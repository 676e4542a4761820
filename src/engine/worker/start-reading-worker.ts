/** A worker that reads one file: reading-worker.ts. A saved page has none: no-reading-worker.ts. */
export function startReadingWorker(): Worker | undefined {
  return new Worker(new URL('reading-worker.ts', import.meta.url), { type: 'module' })
}
