// Where the browser enforces Trusted Types (index.html, embed.html), text becomes the address of a worker only through here,
// and becomes markup or script nowhere. https://www.w3.org/TR/trusted-types/

interface Factory {
  createPolicy(name: 'default', rules: { createScriptURL(url: string): string }): unknown
}

const { trustedTypes } = globalThis as { trustedTypes?: Factory }

// The policy called "default" is asked by the browser itself, wherever an address of a script is given as text: for the
// engine's worker and for the service worker.
trustedTypes?.createPolicy('default', {
  createScriptURL(url) {
    const { origin, pathname } = new URL(url, location.href)
    const folder = new URL('.', location.href)
    if (origin === folder.origin && pathname.startsWith(folder.pathname)) return url
    throw new TypeError(`not a script of this site: ${url}`)
  },
})
