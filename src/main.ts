// The page: theme first, so that nothing flashes, then the application.
import { mount } from 'svelte'
import App from './ui/App.svelte'
import './ui/app.css'

mount(App, { target: document.getElementById('app')! })
