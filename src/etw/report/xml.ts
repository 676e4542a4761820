// A bounded reader of XML as Windows writes it. There is no DOM in a worker, and what a report may hold is hostile: a
// document type is skipped, entities are the five of XML itself, depth and size of what is kept are bounded.

/** An element with its text and its elements, in order. */
export interface Element {
  name: string
  text: string
  children: Element[]
}

const MAX_DEPTH = 64
/** Elements that are kept of one tree, and characters of an element's text. */
const MAX_ELEMENTS = 4096
const MAX_TEXT = 4096
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const NAME = /^\/?([\w.:-]{1,128})/

/** The elements that `isWanted` picks by their name and their parent's, each whole; none is looked for within another. */
export function* elementsOf(xml: string, isWanted: (name: string, parent: string) => boolean): Generator<Element> {
  const path: string[] = []
  /** Elements that are open, from the wanted one on; empty outside of one. */
  let open: Element[] = []
  let kept = 0
  let next = 0
  for (let at = xml.indexOf('<'); at >= 0; at = xml.indexOf('<', next)) {
    addText(open, xml, next, at)
    if (xml[at + 1] === '!' || xml[at + 1] === '?') {
      next = afterMarkup(xml, at)
      if (xml.startsWith('<![CDATA[', at)) addRaw(open, xml.slice(at + 9, Math.min(next - 3, at + 9 + MAX_TEXT)))
      continue
    }
    const end = xml.indexOf('>', at)
    if (end < 0) return
    next = end + 1
    const name = NAME.exec(xml.slice(at + 1, at + 130))?.[1]
    if (name === undefined) continue
    if (xml[at + 1] === '/') {
      const depth = path.lastIndexOf(name)
      if (depth < 0) continue
      const first = path.length - open.length
      path.length = depth
      if (open.length > 0 && depth <= first) yield open[0]!
      open.length = Math.max(0, depth - first)
      continue
    }
    if (path.length >= MAX_DEPTH) return
    const element: Element = { name, text: '', children: [] }
    const isEmpty = xml[end - 1] === '/'
    if (open.length > 0) {
      if (kept++ < MAX_ELEMENTS) open.at(-1)!.children.push(element)
      if (!isEmpty) open.push(element)
    } else if (!isEmpty && isWanted(name, path.at(-1) ?? '')) {
      open = [element]
      kept = 0
    }
    if (!isEmpty) path.push(name)
  }
}

/** The text of an element below this one; empty where there is none. */
export function textOf(element: Element | undefined, ...path: string[]): string {
  return childOf(element, ...path)?.text.trim() ?? ''
}

/** The first element at a path of names. */
export function childOf(element: Element | undefined, ...path: string[]): Element | undefined {
  return path.reduce<Element | undefined>((from, name) => from?.children.find((child) => child.name === name), element)
}

/** One past a comment, a CDATA section, a processing instruction or a document type; the end where it does not close. */
function afterMarkup(xml: string, at: number): number {
  if (xml.startsWith('<!--', at)) return after(xml, '-->', at)
  if (xml.startsWith('<![CDATA[', at)) return after(xml, ']]>', at)
  if (xml[at + 1] === '?') return after(xml, '?>', at)
  const end = after(xml, '>', at)
  return xml.slice(at, end).includes('[') ? after(xml, '>', after(xml, ']', at)) : end
}

function after(xml: string, mark: string, from: number): number {
  const at = xml.indexOf(mark, from)
  return at < 0 ? xml.length : at + mark.length
}

function addText(open: readonly Element[], xml: string, from: number, to: number): void {
  if (open.length > 0 && to > from) addRaw(open, unescaped(xml.slice(from, Math.min(to, from + MAX_TEXT))))
}

function addRaw(open: readonly Element[], text: string): void {
  const element = open.at(-1)
  if (element && element.text.length < MAX_TEXT) element.text = (element.text + text).slice(0, MAX_TEXT)
}

function unescaped(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? whole
    const code = typeof hex === 'string' ? parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
