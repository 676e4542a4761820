// Which captures a frame may load, and which hosts may steer it: its own origin, and those that the deployer lists.

/** `name` is the file's, for people. */
export type Resolved = { url: string; name: string } | { refused: string }

/** Origins that are listed in `{"origins": [...]}`, and `own`. What is no http(s) origin, `*` included, is left out. */
export function allowedOrigins(own: string, listed: unknown): ReadonlySet<string> {
  const allowed = new Set([own])
  const { origins } = (listed ?? {}) as { origins?: unknown }
  if (!Array.isArray(origins)) return allowed
  for (const entry of origins as unknown[]) {
    const url = typeof entry === 'string' ? parsed(entry) : undefined
    if (url && isWeb(url) && !/[*]/.test(url.host)) allowed.add(url.origin)
  }
  return allowed
}

/** The address that `src` means on a page at `base`, if a capture may be loaded from there; else a sentence. */
export function resolveSource(src: string, base: string, allowed: ReadonlySet<string>): Resolved {
  const url = parsed(src, base)
  if (!url) return { refused: `“${src}” is not an address.` }
  if (!isWeb(url))
    return { refused: `A capture is loaded over http or https only, not from a “${url.protocol}” address.` }
  if (url.username || url.password) return { refused: 'An address with a user name or password in it is not loaded.' }
  if (!allowed.has(url.origin))
    return { refused: `Captures are not loaded from ${url.origin}: the site of this viewer does not list it.` }
  url.hash = ''
  return { url: url.href, name: fileName(url) }
}

function parsed(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined
}

function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:'
}

function fileName({ pathname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1)
  try {
    return decodeURIComponent(last) || 'capture'
  } catch {
    return last // a stray % in it
  }
}
