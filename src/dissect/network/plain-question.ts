// The plain DNS or LLMNR message, read without the full dissector: one question, and answers that all name what it asks for.
// A flood of look-ups consists of these. RFC 1035 4.1.

const HEADER_BYTES = 12
const RESPONSE = 0x8000
const TRUNCATED = 0x200
const MAX_LABEL_BYTES = 63
/** A pointer to the question's name, the first after the header. */
const QUESTION_POINTER = 0xc000 | HEADER_BYTES
/** Type, class and time to live of a record, between its name and its length. */
const RECORD_BYTES = 8

/** What the header and the question say. */
export interface PlainQuestion {
  response: boolean
  opcode: number
  rcode: number
  truncated: boolean
  hasAnswers: boolean
  /** RecordType or another number. */
  type: number
  /** Characters of the whole name. */
  nameLength: number
  /** The first label in lower case: letters, digits, hyphens and underscores. */
  host: string
}

/**
 * Reads such a message. Undefined where it is anything else or cut short, and where its response code may be extended (RFC 6891
 * 6.1.3): the full dissector reads those.
 */
export function plainQuestion(bytes: Uint8Array): PlainQuestion | undefined {
  if (bytes.length < HEADER_BYTES || word(bytes, 4) !== 1) return undefined
  const flags = word(bytes, 2)
  const answers = word(bytes, 6)
  const response = (flags & RESPONSE) !== 0
  if (response && answers === 0 && word(bytes, 10) > 0) return undefined
  const host = firstLabel(bytes)
  const end = host === undefined ? undefined : nameEnd(bytes)
  if (host === undefined || end === undefined || end + 4 > bytes.length) return undefined
  if (!answersName(bytes, end + 4, answers)) return undefined
  return {
    response,
    opcode: (flags >>> 11) & 15,
    rcode: flags & 15,
    truncated: (flags & TRUNCATED) !== 0,
    hasAnswers: answers > 0,
    type: word(bytes, end),
    nameLength: end - HEADER_BYTES - 2,
    host,
  }
}

function firstLabel(bytes: Uint8Array): string | undefined {
  const size = bytes[HEADER_BYTES]!
  if (size === 0 || size > MAX_LABEL_BYTES || HEADER_BYTES + size >= bytes.length) return undefined
  const letters = new Array<number>(size)
  for (let at = HEADER_BYTES + 1; at <= HEADER_BYTES + size; at++) {
    const letter = bytes[at]!
    const isUpper = letter >= 0x41 && letter <= 0x5a
    const isPlain = (letter >= 0x61 && letter <= 0x7a) || (letter >= 0x30 && letter <= 0x39) || letter === 0x2d
    if (!isUpper && !isPlain && letter !== 0x5f) return undefined
    letters[at - HEADER_BYTES - 1] = isUpper ? letter | 0x20 : letter
  }
  return String.fromCharCode(...letters)
}

/** Where the question's name ends; undefined where it holds a pointer or has no end. */
function nameEnd(bytes: Uint8Array): number | undefined {
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const size = bytes[at]!
    if (size === 0) return at + 1
    if (size > MAX_LABEL_BYTES) return undefined
    at += 1 + size
  }
  return undefined
}

/** True if every answer is there and names what the question asks for. */
function answersName(bytes: Uint8Array, from: number, answers: number): boolean {
  let at = from
  for (let i = 0; i < answers; i++) {
    if (at + 2 + RECORD_BYTES + 2 > bytes.length || word(bytes, at) !== QUESTION_POINTER) return false
    at += 2 + RECORD_BYTES
    at += 2 + word(bytes, at)
  }
  return at <= bytes.length
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}
