// How much this browser lets the site keep, and for how long.

export interface StorageState {
  /** Bytes used and allowed in all; undefined where the browser does not say. */
  usage: number | undefined
  quota: number | undefined
  /** True if the browser promises to keep it when the disk runs full; undefined where it cannot promise. */
  persisted: boolean | undefined
}

/** Below so large a part of the quota the user is not troubled with it. */
const NEAR = 0.8

export async function storageState(): Promise<StorageState> {
  const [estimate, persisted] = await Promise.all([
    manager()
      ?.estimate?.()
      .catch(() => undefined),
    manager()
      ?.persisted?.()
      .catch(() => undefined),
  ])
  return { usage: estimate?.usage, quota: estimate?.quota, persisted }
}

/** Asks the browser to keep what is stored even when the disk runs full. It may ask the user. */
export async function askToPersist(): Promise<boolean> {
  return (
    (await manager()
      ?.persist?.()
      .catch(() => false)) ?? false
  )
}

/** What is to be said before so many bytes more are stored; undefined when there is room. `freeable` would make way. */
export function shortage({ usage, quota }: StorageState, bytes: number, freeable: number): 'near' | 'full' | undefined {
  if (usage === undefined || quota === undefined) return undefined
  if (usage - Math.min(freeable, usage) + bytes > quota) return 'full'
  return usage + bytes > quota * NEAR ? 'near' : undefined
}

/** True if a page of another site frames this one: browsers then keep its storage apart from the site's own. */
export function isFramedElsewhere(): boolean {
  try {
    return window.top !== window.self && window.top?.location.origin !== location.origin
  } catch {
    return true // the browser does not let this page look at the top one
  }
}

/** Typed as always there, but plain http leaves it out, and old browsers parts of it. */
function manager(): Partial<StorageManager> | undefined {
  return (navigator as Partial<Navigator>).storage
}
