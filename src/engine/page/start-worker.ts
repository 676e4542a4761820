import type { Endpoint } from 'comlink'
import besidePage from '../worker/beside-page?worker&url'

/** What speaks for the engine, until it is ended. */
export type EngineEnd = Endpoint & { terminate(): void }

/**
 * The engine's worker: a file of the site. A saved page has it inside: inline-worker.ts. A frame that is sandboxed without
 * allow-same-origin has no origin, so no file is its own to start a worker with: there the engine runs beside the page.
 */
export function startWorker(): EngineEnd {
  return self.origin === 'null'
    ? besideThePage()
    : new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' })
}

function besideThePage(): EngineEnd {
  const { port1, port2 } = new MessageChannel()
  // Bundled as a worker is, so that what it needs stays out of the page's own files. What is asked meanwhile waits.
  void (import(/* @vite-ignore */ besidePage) as Promise<typeof import('../worker/beside-page')>).then(
    ({ answerOn }) => answerOn(port2),
    () => port1.dispatchEvent(new Event('error')),
  )
  return Object.assign(port1, { terminate: () => port1.close() })
}
