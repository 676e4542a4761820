// `?src=captures/x.pcapng` in the page's address: a capture of this site, or of one that the deployer lists.
import type { Opener } from './opener'
import { allowedOrigins, resolveSource } from './source'

/** Opens it, or says why it is not loaded. */
export async function openSource(opener: Opener, source: string): Promise<void> {
  const resolved = resolveSource(
    source,
    location.href,
    allowedOrigins(new URL(location.href).origin, await listedOrigins()),
  )
  if ('refused' in resolved)
    opener.refuse(source, { refused: resolved.refused, advice: 'Open the capture’s file itself.' })
  else await opener.openAddress(resolved.url, resolved.name, { source })
}

/** What the deployer lists in embed-allow.json; nothing where that is missing or cannot be read. */
export async function listedOrigins(): Promise<unknown> {
  try {
    const response = await fetch('embed-allow.json')
    return response.ok ? await response.json() : undefined
  } catch {
    return undefined
  }
}
