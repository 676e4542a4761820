// The engine without a worker, for frames that may start none: it answers on a port and shares the page's thread.
import { expose } from 'comlink'
import { engine } from './engine'

export function answerOn(port: MessagePort): void {
  expose(engine, port)
}
