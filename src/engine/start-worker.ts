/** The engine's worker: a file of the site. A saved page has it inside: inline-worker.ts. */
export function startWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
}
