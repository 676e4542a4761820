// The page: theme first, so that nothing flashes, then the application.
import { mount } from 'svelte'
import { registerSW } from 'virtual:pwa-register'
import App from './ui/App.svelte'
import './ui/app.css'

const target = document.getElementById('app')!
target.replaceChildren()
mount(App, { target })

// Offline from the second visit on. Where workers of this kind are refused (file:, private windows) the page works without.
if (import.meta.env.PROD) registerSW({ immediate: true })
