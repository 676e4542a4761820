// Text from a capture inside HTML and SVG: it stays text whatever it holds.

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** What neither HTML nor XML takes as a character: controls except for tab and line ends, lone surrogates, non-characters. */
const UNWRITABLE = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/gu
/** They turn the direction of the text around them, so that something else seems to stand there. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/g

/** For an element's content or an attribute in quotes. */
export function escapeMarkup(text: string): string {
  return text
    .replace(UNWRITABLE, '\ufffd')
    .replace(DIRECTION, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
}
