// Files that come otherwise than by the page's own controls: before its code has come, by the system's file handlers, by its share target.

interface LaunchQueue {
  setConsumer(take: (launch: { files: readonly { getFile(): Promise<File> }[] }) => void): void
}

/** The cache in which the service worker leaves files that were shared with the page (public/share-target.js). */
const SHARED = 'faultline.shared'

/** Calls `take` with files that were dropped or chosen before the page's code had come, and with what a picker opened then still chooses. */
export function takeEarly(input: HTMLInputElement, take: (files: File[]) => void): void {
  const takeChosen = () => {
    take([...(input.files ?? [])])
    input.value = ''
  }
  input.addEventListener('change', takeChosen)
  takeChosen()
}

/** Calls `take` with files that the page is launched with, now and later. */
export function takeLaunched(take: (files: File[]) => void): void {
  const { launchQueue } = window as Window & { launchQueue?: LaunchQueue }
  launchQueue?.setConsumer(({ files }) => {
    if (files.length > 0) void Promise.all(files.map((handle) => handle.getFile())).then(take)
  })
}

/**
 * Calls `take` with files that another program shared, once. The system shares with the installed page only: where this is
 * a tab, a site posted them, and `refuse` is called with a sentence that says so.
 */
export async function takeShared(take: (files: File[]) => void, refuse: (text: string) => void): Promise<void> {
  const shared = new URLSearchParams(location.search).get('shared')
  if (shared === null) return
  // Last: a reload before the files are taken finds them again, and leaves none of them behind.
  const finish = () => history.replaceState(null, '', location.pathname + location.hash)
  if (shared === 'too-large') {
    finish()
    return refuse('What was shared is larger than 4 GB. Open it with “Open a capture”.')
  }
  const isTab = matchMedia('(display-mode: browser)').matches
  const cache = await caches.open(SHARED)
  const files: File[] = []
  let refused = 0
  for (const request of await cache.keys()) {
    const response = await cache.match(request)
    const { searchParams } = new URL(request.url)
    if (!response) continue
    if (isTab && !searchParams.has('own')) refused++
    else files.push(new File([await response.blob()], searchParams.get('name') ?? 'shared'))
  }
  await caches.delete(SHARED)
  finish()
  if (refused > 0) refuse('Another site sent a file to this page. It was not opened.')
  take(files)
}
