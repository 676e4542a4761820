// What is looked for, made ready: in texts, and in bytes as a text with one character a byte.
import { RE2JS } from 're2js'

/** What to look for. Text and expressions ignore case unless `matchesCase`. */
export interface Sought {
  kind: 'text' | 'hex' | 'expression'
  text: string
  matchesCase: boolean
}

export interface Needle {
  /** Place of the first match in a text; -1 for none. */
  inText(text: string): number
  /** Places of all matches in bytes, rising; of bytes that contain one another only the first. */
  inBytes(bytes: Uint8Array): { at: number; length: number }[]
  /** A match may be of any length: frames are then searched one by one, so that none hides another. */
  isOpenEnded: boolean
}

/** Most matches that are noted of one piece of bytes. */
const MOST_MATCHES = 100_000
const HEX = /^(?:0x)?(?:[0-9a-f]{2}[\s:,.-]*)+$/i

/** The needle, or a sentence on what is wrong with what was typed. */
export function needleOf({ kind, text, matchesCase }: Sought): Needle | string {
  if (text === '') return 'Type what to find.'
  if (kind === 'hex') return hexNeedle(text)
  if (kind === 'expression') return expressionNeedle(text, matchesCase)
  const folded = matchesCase ? text : text.toLowerCase()
  // Windows writes most of its texts in UTF-16.
  const forms = [new TextEncoder().encode(text), utf16(text)].map((bytes) => byteText(bytes, matchesCase))
  return {
    isOpenEnded: false,
    inText: (hay) => (matchesCase ? hay : hay.toLowerCase()).indexOf(folded),
    inBytes: (bytes) => {
      const hay = byteText(bytes, matchesCase)
      return forms
        .flatMap((form) => places(hay, form))
        .sort((a, b) => a.at - b.at)
        .slice(0, MOST_MATCHES)
    },
  }
}

function hexNeedle(text: string): Needle | string {
  if (!HEX.test(text.trim())) return 'Write whole bytes in hexadecimal digits: 05 00 0b 03.'
  const digits = text
    .trim()
    .replace(/^0x/i, '')
    .replace(/[^0-9a-f]/gi, '')
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
  const form = byteText(bytes, true)
  const words = digits.toLowerCase()
  return {
    isOpenEnded: false,
    inText: (hay) => hay.toLowerCase().indexOf(words),
    inBytes: (hay) => places(byteText(hay, true), form),
  }
}

/** Linear in the text whatever the expression is. */
function expressionNeedle(text: string, matchesCase: boolean): Needle | string {
  let expression: RE2JS
  try {
    expression = RE2JS.compile(text, matchesCase ? 0 : RE2JS.CASE_INSENSITIVE)
  } catch (error) {
    return `This is not a regular expression: ${error instanceof Error ? error.message : String(error)}.`
  }
  return {
    isOpenEnded: true,
    inText: (hay) => {
      const matcher = expression.matcher(hay)
      return matcher.find() ? matcher.start() : -1
    },
    inBytes: (bytes) => {
      const found: { at: number; length: number }[] = []
      const matcher = expression.matcher(byteText(bytes, true))
      while (found.length < MOST_MATCHES && matcher.find()) {
        const at = matcher.start()
        if (matcher.end() > at) found.push({ at, length: matcher.end() - at })
      }
      return found
    },
  }
}

function places(hay: string, form: string): { at: number; length: number }[] {
  const found: { at: number; length: number }[] = []
  for (let at = hay.indexOf(form); at >= 0 && found.length < MOST_MATCHES; at = hay.indexOf(form, at + form.length))
    found.push({ at, length: form.length })
  return found
}

function utf16(text: string): Uint8Array {
  return Uint8Array.from({ length: 2 * text.length }, (_, at) => (text.charCodeAt(at >> 1) >> (8 * (at & 1))) & 255)
}

/** windows-1252 gives each of the 256 bytes a character of its own, and every engine decodes it fast. */
const decoder = new TextDecoder('windows-1252')
const [A, Z] = [65, 90]

/** Bytes as a text of the same length; without case, ASCII letters are small. */
function byteText(bytes: Uint8Array, matchesCase: boolean): string {
  if (matchesCase) return decoder.decode(bytes)
  const small = bytes.slice()
  for (let at = 0; at < small.length; at++) if (small[at]! >= A && small[at]! <= Z) small[at]! += 32
  return decoder.decode(small)
}
