// The page: theme first, so that nothing flashes, then the application.
import './trusted-types'
import { mount } from 'svelte'
import App from './ui/App.svelte'
import './ui/app.css'
import './ui/tones.css'
import { Updates } from './ui/state/updates.svelte'

const target = document.getElementById('app')!
const early = target.querySelector<HTMLInputElement>('input[type=file]')!
target.replaceChildren()
const updates = new Updates()
mount(App, { target, props: { updates, early } })

// Offline from the second visit on.
if (import.meta.env.PROD) updates.start()
