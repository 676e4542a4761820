// Part of the service worker: files that another program shares with the installed page. They arrive as a form, which no
// page could read; the cache holds them until the page that is opened for them takes them (src/ui/launching.ts).
const SHARED = 'faultline.shared'

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'POST' && new URL(request.url).pathname === new URL('share-target', self.registration.scope).pathname)
    event.respondWith(keep(request))
})

async function keep(request) {
  const form = await request.formData()
  const cache = await caches.open(SHARED)
  let index = 0
  for (const file of form.getAll('capture')) {
    if (typeof file === 'string') continue
    const url = new URL(`shared/${index++}?name=${encodeURIComponent(file.name)}`, self.registration.scope)
    await cache.put(url, new Response(file))
  }
  return Response.redirect(new URL('./?shared', self.registration.scope), 303)
}
