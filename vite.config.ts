import { svelte } from '@sveltejs/vite-plugin-svelte'
import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import type { Plugin, Rolldown } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import { build, isBuiltFrom } from './src/build/parsers.ts'
import { noteLicences, writeLicences } from './src/build/licences.ts'
import { firstPaint } from './src/build/first-paint.ts'
import { savedPage } from './src/build/saved-page.ts'
import { versions } from './src/build/versions.ts'
import { viewerElement } from './src/build/viewer-element.ts'
import manifest from './package.json' with { type: 'json' }

/** SharedArrayBuffer exists only on a page that isolates itself with the first two. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

/** Builds both parsers before anything imports them, and again whenever what they are made from changes. */
function parsers(): Plugin {
  return {
    name: 'parsers',
    enforce: 'pre',
    buildStart: build,
    async handleHotUpdate({ file, server }) {
      if (!isBuiltFrom(relative(import.meta.dirname, file))) return
      await build()
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

/** bits-ui's Command writes a style into its markup, which the content security policy refuses: it becomes a class of app.css. */
function classForInlineStyle(): Plugin {
  return {
    name: 'class-for-inline-style',
    enforce: 'pre',
    transform: (code, id) =>
      /bits-ui\/.*command-[\w-]+\.svelte$/.test(id)
        ? code.replaceAll('style="display: contents;"', 'class="no-box"')
        : undefined,
  }
}

/**
 * WebKit runs a worker's first file again when a file that is loaded later imports from it, and then two answer. So the
 * first file exports nothing, and all that it imports is one file beside it.
 */
function thinEntry(): Plugin {
  return { name: 'thin-entry', options: (options) => ({ ...options, preserveEntrySignatures: 'strict' }) }
}

/** Whether a worker's first file needs a module from the start. */
function isNeededAtOnce(
  id: string,
  infoOf: (id: string) => Rolldown.ModuleInfo | null,
  seen = new Set<string>(),
): boolean {
  if (seen.has(id)) return false
  seen.add(id)
  const { isEntry = false, importers = [] } = infoOf(id) ?? {}
  return isEntry || importers.some((importer) => isNeededAtOnce(importer, infoOf, seen))
}

const engineFile = {
  name(id: string, modules: Pick<Rolldown.PluginContext, 'getModuleInfo'>) {
    const infoOf = (id: string) => modules.getModuleInfo(id)
    return !infoOf(id)?.isEntry && isNeededAtOnce(id, infoOf) ? 'engine' : null
  },
}

/**
 * Precaches the whole site, names and examples included, so that it opens without a network. A new version waits until
 * the person wants it (ui/updates.svelte.ts): it never takes work away.
 */
function offline() {
  return VitePWA({
    registerType: 'prompt',
    injectRegister: null, // main.ts registers it: no inline script
    manifest: false, // public/site.webmanifest
    workbox: {
      globPatterns: ['**/*.{html,js,css,wasm,tsv,svg,png,webmanifest,pcapng}', 'licences.txt'],
      importScripts: ['share-target.js'],
      globIgnores: ['screenshot*.png', 'recording.webp', 'social.png', 'share-target.js'],
      maximumFileSizeToCacheInBytes: 8 << 20,
      // The address holds state in its hash and in ?src=, never another document.
      ignoreURLParametersMatching: [/.*/],
      navigateFallback: null,
    },
  })
}

export default defineConfig({
  root: 'src',
  base: './', // the built site works under any path
  publicDir: '../public',
  plugins: [
    parsers(),
    classForInlineStyle(),
    inlineStylesInDev(),
    svelte(),
    firstPaint(),
    noteLicences(),
    writeLicences(),
    savedPage(manifest.version),
    offline(),
    viewerElement(),
  ],
  define: versions(manifest.version),
  worker: {
    format: 'es',
    plugins: () => [thinEntry(), noteLicences()],
    rolldownOptions: { output: { codeSplitting: { groups: [engineFile] } } },
  },
  server: { headers, fs: { allow: ['..'] } },
  preview: { headers },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'esnext',
    assetsInlineLimit: 0,
    rolldownOptions: { input: ['src/index.html', 'src/embed.html'] },
  },
  test: {
    root: '.',
    include: ['{src,asm,e2e}/**/*.test.ts'],
    // Longer than any test takes, so that only one that hangs fails by it, on a busy machine too.
    testTimeout: 60_000,
    // What is tested is pure: files need no process of their own each, which took most of the time.
    isolate: false,
    maxWorkers: availableParallelism(),
  },
})
