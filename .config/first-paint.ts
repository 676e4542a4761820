// The start page's styles into its HTML, so that the page paints with the first answer of the site: a style sheet of its own
// costs a round trip more. The content security policy names their hash and goes on refusing all others.
import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

const LINK = /\s*<link rel="stylesheet"[^>]*href="\.\/([^"]+)">/g

/** Inlines what index.html links to; other pages keep their links. */
export function firstPaint(): Plugin {
  return {
    name: 'first-paint',
    apply: 'build',
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
        return html
          .replaceAll(LINK, '')
          .replace("style-src 'self'", `style-src 'self' 'sha256-${hash}'`)
          .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
      },
    },
  }
}
