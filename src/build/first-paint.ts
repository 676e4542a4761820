// The start page's styles into its HTML, so that the page paints with the first answer of the site: a style sheet of its own
// costs a round trip more. The content security policy names their hash and goes on refusing all others.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const LINK = /\s*<link rel="stylesheet"[^>]*href="\.\/([^"]+)">/g

/** Inlines what index.html links to; other pages keep their links. */
export function firstPaint(): Plugin {
  let outDir = ''
  let allowed = "style-src 'self'"
  return {
    name: 'first-paint',
    apply: 'build',
    configResolved({ root, build }) {
      outDir = join(root, build.outDir)
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle, filename }) {
        if (!filename.endsWith('/index.html')) return html
        const styles = [...html.matchAll(LINK)].map(([, file]) => {
          const asset = bundle?.[file!]
          return asset?.type === 'asset' ? String(asset.source).trim() : ''
        })
        const style = styles.join('')
        const hash = createHash('sha256').update(style).digest('base64')
        allowed = `style-src 'self' 'sha256-${hash}'`
        return html
          .replaceAll(LINK, '')
          .replace("style-src 'self'", allowed)
          .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
      },
    },
    // A host that sends the policy as a header too must allow the same: both hold.
    closeBundle() {
      const file = join(outDir, '_headers')
      writeFileSync(file, readFileSync(file, 'utf8').replace("style-src 'self'", allowed))
    },
  }
}
