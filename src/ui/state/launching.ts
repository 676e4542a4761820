// Files that the system hands to the installed page: its file handlers' and its share target's.

interface LaunchQueue {
  setConsumer(take: (launch: { files: readonly { getFile(): Promise<File> }[] }) => void): void
}

/** The cache in which the service worker leaves files that were shared with the page (public/share-target.js). */
const SHARED = 'faultline.shared'

/** Calls `take` with files that the page is launched with, now and later. */
export function takeLaunched(take: (files: File[]) => void): void {
  const { launchQueue } = window as Window & { launchQueue?: LaunchQueue }
  launchQueue?.setConsumer(({ files }) => {
    if (files.length > 0) void Promise.all(files.map((handle) => handle.getFile())).then(take)
  })
}

/** Calls `take` with files that another program shared, once. */
export async function takeShared(take: (files: File[]) => void): Promise<void> {
  if (!new URLSearchParams(location.search).has('shared')) return
  history.replaceState(null, '', location.pathname + location.hash)
  const cache = await caches.open(SHARED)
  const files: File[] = []
  for (const request of await cache.keys()) {
    const response = await cache.match(request)
    const name = new URL(request.url).searchParams.get('name') ?? 'shared'
    if (response) files.push(new File([await response.blob()], name))
  }
  await caches.delete(SHARED)
  take(files)
}
