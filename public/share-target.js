// Part of the service worker: files that another program shares with the installed page. They arrive as a form, which no
// page could read; the cache holds them until the page that is opened for them takes them (src/ui/state/opening/launching.ts).
// Any site can post such a form: what comes from another one is not kept, and what is kept is bounded.
const SHARED = 'faultline.shared'
/** The page opens one capture, or compares two. */
const MAX_FILES = 2
const MAX_BYTES = 4 * 2 ** 30

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'POST' && new URL(request.url).pathname === new URL('share-target', self.registration.scope).pathname)
    event.respondWith(receive(request))
})

async function receive(request) {
  const { scope } = self.registration
  // Only pages of this site can ask for anything but a navigation here.
  const isOwn = request.mode !== 'navigate'
  // The system's navigation has no referrer. A site that hides its own looks the same: the page distinguishes those.
  const hasReferrer = request.referrer !== '' && request.referrer !== 'about:client'
  await caches.delete(SHARED)
  if (!isOwn && hasReferrer) return Response.redirect(scope, 303)
  const form = await request.formData()
  const files = form.getAll('capture').filter((file) => typeof file !== 'string').slice(0, MAX_FILES)
  if (files.reduce((sum, { size }) => sum + size, 0) > MAX_BYTES) return Response.redirect(new URL('./?shared=too-large', scope), 303)
  const cache = await caches.open(SHARED)
  for (const [index, file] of files.entries()) {
    const url = new URL(`shared/${index}`, scope)
    url.searchParams.set('name', file.name)
    if (isOwn) url.searchParams.set('own', '')
    await cache.put(url, new Response(file))
  }
  return Response.redirect(new URL('./?shared', scope), 303)
}
