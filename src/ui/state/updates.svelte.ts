// A new version of the site. It waits until the user says so, and takes nothing away from other windows: while they
// show the old version, the parts that they have still to fetch must stay.
import { registerSW } from 'virtual:pwa-register'

const LOCK = 'faultline.window'

/** On the first visit the site's files are fetched for later: a capture that is opened at once should not share the processor with that. */
const REGISTERING_DELAY_MILLISECONDS = 3000

export class Updates {
  /** A new version is there and waits. */
  ready = $state(false)
  /** How many other windows keep it from being taken, when last asked. */
  others = $state(0)

  #take: () => Promise<void> = () => Promise.resolve()
  #taking = false

  /** Registers the service worker. Where such workers are refused (file:, private windows) the page works without. */
  start(): void {
    holdLock()
    setTimeout(() => this.#register(), REGISTERING_DELAY_MILLISECONDS)
  }

  #register(): void {
    this.#take = registerSW({
      immediate: true,
      onNeedRefresh: () => (this.ready = true),
      // Without this every window would reload itself, whatever is open in it.
      onNeedReload: () => this.#taking && location.reload(),
    })
  }

  /** Takes the new version and reloads, unless other windows still show the old one. */
  async take(): Promise<void> {
    this.others = await otherWindows()
    if (this.others > 0) return
    this.#taking = true
    await this.#take()
  }
}

/** Every window holds it for as long as it is open, so that windows can be counted. */
function holdLock(): void {
  void locks()
    ?.request(LOCK, { mode: 'shared' }, () => new Promise(() => {}))
    .catch(() => undefined)
}

async function otherWindows(): Promise<number> {
  const { held } = (await locks()?.query()) ?? {}
  return Math.max(0, (held?.filter(({ name }) => name === LOCK).length ?? 1) - 1)
}

/** Typed as always there, but plain http leaves it out. */
function locks(): LockManager | undefined {
  return (navigator as Partial<Navigator>).locks
}
