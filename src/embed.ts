// The page for frames of other pages: `embed.html?src=captures/x.pcapng&theme=dark#frame=525&view=connections`.
import './trusted-types'
import { mount } from 'svelte'
import EmbeddedApp from './embed/EmbeddedApp.svelte'
import { Channel } from './embed/channel'
import './ui/app.css'
import './ui/tones.css'
import { listedOrigins } from './ui/state/opening/open-source'
import { allowedOrigins } from './ui/state/opening/source'

// Of the address, not `self.origin`: a frame sandboxed without allow-same-origin has none.
const own = new URL(location.href).origin
const allowed = allowedOrigins(own, await listedOrigins())
const target = document.getElementById('app')!
target.replaceChildren()
mount(EmbeddedApp, { target, props: { allowed, channel: new Channel(window, allowed) } })
