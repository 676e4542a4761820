// The markup of our own reports as elements, without the browser's parser, which Trusted Types refuse to the page: only names
// that reports use become elements and attributes, everything else is text.

/** A piece of markup: an element that begins, one that ends, or text. */
export type Piece =
  | { kind: 'open'; name: string; attributes: [name: string, value: string][]; isEmpty: boolean }
  | { kind: 'close'; name: string }
  | { kind: 'text'; text: string }

const HTML =
  'a article caption code dd details div dl dt h1 h2 h3 header li main p section span strong summary table tbody td th tr ul'
const SVG = 'svg g line path rect text'
const ATTRIBUTES = 'aria-label class colspan d height href id rel role scope tabindex viewBox width x x1 x2 y y1 y2'
const set = (names: string) => new Set(names.split(' '))
const HTML_NAMES = set(HTML)
const SVG_NAMES = set(SVG)
const ATTRIBUTE_NAMES = set(ATTRIBUTES)
const SVG_SPACE = 'http://www.w3.org/2000/svg'

const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [\w-]+="[^"]*")*)\s*(\/?)>/g
const ATTRIBUTE = / ([\w-]+)="([^"]*)"/g
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

function unescaped(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name]!)
}

/** Takes a report's markup apart; what is not one of its tags is text. */
export function piecesOf(markup: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  const textTo = (end: number) => end > at && pieces.push({ kind: 'text', text: unescaped(markup.slice(at, end)) })
  for (const tag of markup.matchAll(TAG)) {
    const [all, slash, name, attributes, empty] = tag as unknown as [string, string, string, string, string]
    if (!HTML_NAMES.has(name) && !SVG_NAMES.has(name)) continue
    textTo(tag.index)
    at = tag.index + all.length
    if (slash) pieces.push({ kind: 'close', name })
    else pieces.push({ kind: 'open', name, attributes: attributesOf(attributes), isEmpty: empty === '/' })
  }
  textTo(markup.length)
  return pieces
}

function attributesOf(text: string): [string, string][] {
  return [...text.matchAll(ATTRIBUTE)]
    .map(([, name, value]): [string, string] => [name!, unescaped(value!)])
    .filter(([name, value]) => ATTRIBUTE_NAMES.has(name) && (name !== 'href' || /^(#|https?:\/\/)/.test(value)))
}

/** Appends a report's markup to an element. */
export function appendMarkup(parent: Element, markup: string): void {
  let at = parent
  for (const piece of piecesOf(markup)) {
    if (piece.kind === 'text') at.append(piece.text)
    else if (piece.kind === 'close') at = at === parent ? parent : at.parentElement!
    else {
      const { name, attributes, isEmpty } = piece
      const made = SVG_NAMES.has(name) ? document.createElementNS(SVG_SPACE, name) : document.createElement(name)
      for (const [attribute, value] of attributes) made.setAttribute(attribute, value)
      at.append(made)
      if (!isEmpty) at = made
    }
  }
}
