import EngineWorker from '../worker/worker?worker&inline'

/** The engine's worker out of the page itself: in place of start-worker.ts where a page must be one file. */
export function startWorker(): Worker {
  return new EngineWorker()
}
