// Text of a capture made fit to be read: what draws nothing, or turns the text around it, is shown for what it is. What is
// made for people passes here once, on its way out of the engine; rules and filters work on the text as it was captured.

/** Controls, marks that turn the direction, and what has no width; not the joiners, which scripts and emoji need. */
const UNSEEN = /\p{Cc}|\p{Cs}|[\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu
/** ASCII's own names of its controls; pictures of them are in few fonts. */
const CONTROLS =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  )

/** Text for one line: a NUL is ‹NUL›, a line end ‹LF›, a mark that turns the direction ‹U+202E›. */
export function legible(text: string): string {
  return text.replace(UNSEEN, shown)
}

/** The same for text of several lines: tabs and line ends stay. */
export function legibleLines(text: string): string {
  return text.replace(UNSEEN, (character) => (/[\t\n\r]/.test(character) ? character : shown(character)))
}

/** Every text in plain objects and lists, however deep, for one line. Bytes and whatever else is in them stay. */
export function legibly<T>(value: T): T
export function legibly(value: unknown): unknown {
  if (typeof value === 'string') return legible(value)
  if (Array.isArray(value)) return value.map((item: unknown) => legibly(item))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, legibly(item) as unknown]))
}

/** Text made legible as a filter's string writes what was captured: ‹NUL› is \x00, ‹U+202E› is \u202e. */
export function escaped(text: string): string {
  return text.replace(/‹(?:U\+([0-9A-F]{4})|([A-Z1-4]{2,3}))›/g, (mark, digits?: string, name = '') => {
    const code = digits === undefined ? CONTROLS.indexOf(name as string) : parseInt(digits, 16)
    if (code < 0) return mark
    return code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`
  })
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}

function shown(character: string): string {
  const code = character.codePointAt(0)!
  return `‹${CONTROLS[code] ?? `U+${hex(code, 4).toUpperCase()}`}›`
}
