// The script of a saved page: one file with the engine, its names and the capture inside.
import { mount } from 'svelte'
import '../ui/app.css'
import '../ui/tones.css'
import SavedPage from './SavedPage.svelte'
import { savedIn } from './saved'

const target = document.getElementById('app')!
const saved = savedIn(document)
target.replaceChildren()
if (saved) mount(SavedPage, { target, props: { saved } })
else target.textContent = 'This page holds no capture: it is what Faultline makes saved pages of.'
