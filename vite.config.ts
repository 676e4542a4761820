import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { compile } from './.config/asm'

/** SharedArrayBuffer exists only on a page that isolates itself with the first two. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

/** Compiles asm/ before anything imports what it builds, and again whenever it changes. */
function assemblyscript(): Plugin {
  return {
    name: 'assemblyscript',
    enforce: 'pre',
    buildStart: compile,
    async handleHotUpdate({ file, server }) {
      if (!/\/asm\/(?!build).*(?<!\.test)\.ts$/.test(file)) return
      await compile()
      server.ws.send({ type: 'full-reload' })
      return []
    },
  }
}

/** Vite's dev server writes styles into the page; the built page has none inline, so only dev allows them. */
function inlineStylesInDev(): Plugin {
  return {
    name: 'inline-styles-in-dev',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  }
}

export default defineConfig({
  root: 'src',
  base: './', // the built site works under any path
  publicDir: '../public',
  plugins: [assemblyscript(), inlineStylesInDev(), svelte()],
  worker: { format: 'es' },
  server: { headers, fs: { allow: ['..'] } },
  preview: { headers },
  build: { outDir: '../dist', emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0 },
  test: { root: '.', include: ['{src,asm,e2e}/**/*.test.ts'] },
})
