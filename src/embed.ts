// The page for frames of other pages: `embed.html?src=captures/x.pcapng&theme=dark#frame=525&view=connections`.
import { mount } from 'svelte'
import EmbeddedApp from './embed/EmbeddedApp.svelte'
import { Channel } from './embed/channel'
import { allowedOrigins } from './embed/source'
import './ui/app.css'

// Of the address, not `self.origin`: a frame sandboxed without allow-same-origin has none.
const own = new URL(location.href).origin
const allowed = allowedOrigins(own, await listed())
const target = document.getElementById('app')!
target.replaceChildren()
mount(EmbeddedApp, { target, props: { allowed, channel: new Channel(window, allowed) } })

/** What the deployer lists; nothing where the list is missing or cannot be read. */
async function listed(): Promise<unknown> {
  try {
    const response = await fetch('embed-allow.json')
    return response.ok ? await response.json() : undefined
  } catch {
    return undefined
  }
}
