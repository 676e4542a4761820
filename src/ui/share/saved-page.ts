// Puts a capture into the site's template of a saved page (.config/saved-page.ts): as data, never as script.
import type { NoteOnFrame } from '../../engine/api'

/** Where the data goes in the template. */
const PLACE = '<!--saved-->'
/** A multiple of three, so that pieces of base64 join without padding between them. */
const PIECE = 3 << 16
/** Packed bytes; browsers read no page much larger. */
const MOST_BYTES = 200 << 20

export interface ToSave {
  name: string
  /** The hash of the address where to go. */
  place: string
  notes: NoteOnFrame[]
  /** True if `data` is a capture, or an analysis without its bytes. */
  holds: 'capture' | 'results'
  data: Blob
}

/** The page as a file. Throws with an error that the user can read when it cannot be made. */
export async function savedPage(template: string, { data, ...described }: ToSave): Promise<Blob> {
  const at = template.indexOf(PLACE)
  if (at < 0) throw new Error('the site’s template of a page is not there')
  const stream = data.stream().pipeThrough(new CompressionStream('gzip'))
  const packed = new Uint8Array(await new Response(stream).arrayBuffer())
  if (packed.length > MOST_BYTES) throw new Error('it is too large for one page')
  const facts = JSON.stringify(described).replaceAll('<', '\\u003c')
  return new Blob(
    [
      template.slice(0, at),
      `<script type="application/json" id="saved">${facts}</script>\n`,
      '<script type="application/octet-stream;base64" id="data">',
      ...base64(packed),
      '</script>',
      template.slice(at + PLACE.length),
    ],
    { type: 'text/html' },
  )
}

/** The site's template. */
export async function pageTemplate(): Promise<string> {
  const response = await fetch('page.html')
  if (!response.ok) throw new Error(`the site answered ${response.status} for the page’s template`)
  return response.text()
}

function* base64(bytes: Uint8Array): Iterable<string> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    let text = ''
    for (let from = at; from < Math.min(at + PIECE, bytes.length); from += 8192)
      text += String.fromCharCode(...bytes.subarray(from, Math.min(from + 8192, at + PIECE, bytes.length)))
    yield btoa(text)
  }
}
