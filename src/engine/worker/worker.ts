// The worker: the engine, for the page that started it.
import { expose } from 'comlink'
import { engine, isIdle } from './engine'
import { warmUp } from './warm-up'

/** The page's own start comes first. */
const WARMING_DELAY_MILLISECONDS = 200

// Without the example or the names the page works as well; it says so where it needs them.
setTimeout(() => void warmUp(isIdle).catch(() => undefined), WARMING_DELAY_MILLISECONDS)

expose(engine)
