// page.html: the viewer as one HTML file that "Save as a page" puts a capture into. Script, styles, worker, wasm and names
// are all inside, so that it opens from a disk; its content security policy names the script's hash and allows no request.
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { type Plugin, build } from 'vite'
import { licences } from './licences.ts'
import { versions } from './versions.ts'

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const inlineWorker = fromRoot('src/engine/page/inline-worker.ts')
const noReadingWorker = fromRoot('src/engine/worker/no-reading-worker.ts')

/** Builds it into the site's folder, before the service worker lists what to keep. */
export function savedPage(version: string): Plugin {
  return {
    name: 'saved-page',
    apply: 'build',
    closeBundle: {
      sequential: true,
      order: 'pre',
      async handler() {
        await writeFile(fromRoot('dist/page.html'), await template(version))
      },
    },
  }
}

async function template(version: string): Promise<string> {
  const made = await build({
    configFile: false,
    root: fromRoot('src'),
    publicDir: false,
    logLevel: 'warn',
    define: versions(version),
    plugins: [svelte({ configFile: false }), withInlineWorker()],
    worker: {
      format: 'iife',
      plugins: () => [withoutReadingWorker()],
      rolldownOptions: { output: { codeSplitting: false } },
    },
    build: {
      write: false,
      target: 'esnext',
      cssCodeSplit: false,
      assetsInlineLimit: () => true,
      lib: {
        entry: fromRoot('src/saved-page/main.ts'),
        formats: ['iife'],
        name: 'faultline',
        fileName: () => 'page.js',
      },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
  const outputs = [made].flat().flatMap((result) => ('output' in result ? result.output : []))
  const script = outputs.flatMap((file) => (file.type === 'chunk' ? [file.code] : [])).join('\n')
  const style = outputs
    .flatMap((file) => (file.type === 'asset' && file.fileName.endsWith('.css') ? [String(file.source)] : []))
    .join('\n')
  return page(script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--'), style, await licences())
}

function withInlineWorker(): Plugin {
  return {
    name: 'inline-worker',
    enforce: 'pre',
    resolveId: (source) => (source.endsWith('/start-worker') ? inlineWorker : undefined),
  }
}

function withoutReadingWorker(): Plugin {
  return {
    name: 'without-reading-worker',
    enforce: 'pre',
    resolveId: (source) => (source.endsWith('/start-reading-worker') ? noReadingWorker : undefined),
  }
}

function page(script: string, style: string, licences: string): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)} 'wasm-unsafe-eval' blob:`,
    'worker-src blob:',
    'connect-src data:',
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Faultline</title>
<style>${style}</style>
</head>
<body>
<div id="app"><p>Faultline is opening the capture in this page.</p></div>
<noscript>Faultline reads captures in your browser, so it needs JavaScript.</noscript>
<script type="text/plain" id="licences">
${licences.replaceAll('</script', '<\\/script')}</script>
<!--saved-->
<script>${script}</script>
</body>
</html>
`
}
