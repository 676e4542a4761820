// HTTP/1 messages in one direction of a TCP connection: which segments end one, as Wireshark shows them. RFC 9112.
import type { Taker } from './taker'

/** What both directions of a connection know. */
export interface HttpTalk {
  /** A message was seen whole: what follows is HTTP, whatever it looks like. */
  isHttp: boolean
  /** True if the port, or a message that began, says that it may be HTTP; before, the first line must name the version. */
  isPort: boolean
  /** Method of the last request. */
  method: string
  /** After a switch to another protocol: nothing that follows is HTTP. */
  isSwitched: boolean
}

/** Bytes held of a message's head; a longer one is passed on as it is. */
const MOST_HEAD = 0x10000
const MOST_CHUNK_LINE = 1024
const [LINE_FEED, RETURN, SPACE, COLON, TILDE] = [10, 13, 0x20, 0x3a, 0x7e]

/** Methods that begin a request. RFC 9110, RFC 4918, RFC 3253, RFC 5323, UPnP 2.0, MS-RPCH 2.1.2.1, MS-ASHTTP. */
const METHODS = new Set(
  (
    'GET PUT HEAD POST DELETE OPTIONS TRACE CONNECT PATCH COPY MOVE LOCK UNLOCK MKCOL PROPFIND PROPPATCH SEARCH REPORT LABEL ' +
    'MERGE UPDATE CHECKIN CHECKOUT UNCHECKOUT MKACTIVITY MKWORKSPACE VERSION-CONTROL BASELINE-CONTROL POLL BCOPY BMOVE BDELETE ' +
    'BPROPFIND BPROPPATCH NOTIFY SUBSCRIBE UNSUBSCRIBE M-SEARCH CCM_POST SSTP_DUPLEX_POST RPC_CONNECT RPC_IN_DATA RPC_OUT_DATA'
  ).split(' '),
)
const latin1 = new TextDecoder('latin1')

type Part = 'head' | 'body' | 'chunk line' | 'chunk' | 'trailer' | 'rest'

export class HttpTaker implements Taker {
  #part: Part = 'head'
  #held = new Uint8Array(0)
  /** The head of the message whose body follows. */
  #head = new Uint8Array(0)
  #left = 0
  #line = ''

  constructor(private readonly talk: HttpTalk) {}

  get isBetween(): boolean {
    return this.#part === 'head' && this.#held.length === 0
  }

  get missing(): number {
    if (this.#part === 'body') return this.#left
    return this.#part === 'rest' ? Infinity : 1
  }

  another(): Taker {
    return new HttpTaker(this.talk)
  }

  lose(): void {
    this.#part = 'head'
    this.#held = new Uint8Array(0)
  }

  end(): Uint8Array[] {
    const done: Uint8Array[] = []
    if (this.#part === 'rest') this.#finish(done)
    this.lose()
    return done
  }

  take(bytes: Uint8Array, length: number): Uint8Array[] {
    const done: Uint8Array[] = []
    let at = 0
    while (at < length && !this.talk.isSwitched) {
      if (this.#part === 'head') {
        const taken = this.#takeHead(bytes.subarray(at), length - at, done)
        if (taken === undefined) return done
        at += taken
      } else if (at >= bytes.length) {
        // Of what was cut off, nothing can be put together: what there is of the message is shown here.
        this.#finish(done)
        return done
      } else at += this.#takeBody(bytes.subarray(at), length - at, done)
    }
    return done
  }

  /** Bytes of the segment up to the end of the head; undefined where the segment holds no more than that. */
  #takeHead(bytes: Uint8Array, length: number, done: Uint8Array[]): number | undefined {
    const before = this.#held.length
    const held = joined(this.#held, bytes)
    const isCut = bytes.length < length
    this.#held = new Uint8Array(0)
    if (held.length === 0) return undefined
    const { isPort, isHttp } = this.talk
    // A line end before a message is no part of it. RFC 9112 2.2.
    const skipped = isPort && held.length > 3 && held[0] === RETURN && held[1] === LINE_FEED ? 2 : 0
    const text = held.subarray(skipped)
    const line = firstLine(text)
    const begins = isPort ? beginsMessage(line ?? text) : line && namesVersion(line)
    if (!begins || (line && !isHttp && !beginsMessage(line))) {
      // A line that has not ended may still become a message's first.
      if (isPort && !line && isText(text[0]!) && held.length < MOST_CHUNK_LINE && !isCut) this.#held = held
      // On HTTP's ports, a line with a colon counts as a header of a message whose first line is not in the capture.
      else if (isHttp || (isPort && isText(text[0]!) && line?.includes(COLON))) done.push(new Uint8Array(0))
      return undefined
    }
    const end = headEnd(text)
    if (line) this.talk.isPort = true
    if (end === undefined && !isCut && held.length < MOST_HEAD) {
      this.#held = held
      return undefined
    }
    this.#head = text.slice(0, end ?? text.length)
    this.#begin(line ?? text)
    if (end === undefined || (isCut && this.#part !== 'head')) {
      this.#finish(done)
      return undefined
    }
    if (this.#part === 'head') this.#finish(done)
    return skipped + end - before
  }

  /** Which body follows the head. RFC 9112 6.3. */
  #begin(line: Uint8Array): void {
    const { talk } = this
    const [first = '', second = ''] = latin1.decode(line).split(' ')
    const isAnswer = first.startsWith('HTTP/')
    if (!isAnswer) talk.method = first
    const status = isAnswer ? Number(second) : 0
    const opens = status >= 200 && status < 300 && ['CONNECT', 'SSTP_DUPLEX_POST'].includes(talk.method)
    const isBare = isAnswer && (talk.method === 'HEAD' || opens || status < 200 || status === 204 || status === 304)
    this.#part = 'head'
    if (opens || status === 101) talk.isSwitched = true
    if (isBare) return
    const headers = headersOf(this.#head)
    const stated = headers.get('content-length')
    if (/application\/rpc/i.test(headers.get('content-type') ?? '') || first.startsWith('RPC_')) return
    if (/\bchunked\b/i.test(headers.get('transfer-encoding') ?? '')) this.#part = 'chunk line'
    else if (stated !== undefined && /^\s*\d/.test(stated)) {
      this.#left = parseInt(stated, 10)
      if (this.#left > 0) this.#part = 'body'
    } else if (isAnswer && !/keep-alive/i.test(headers.get('connection') ?? '')) this.#part = 'rest'
    this.#line = ''
  }

  /** Bytes of the segment that belong to the part of the body that is due. */
  #takeBody(bytes: Uint8Array, length: number, done: Uint8Array[]): number {
    if (this.#part === 'rest') return length
    if (this.#part === 'body' || this.#part === 'chunk') {
      const taken = Math.min(this.#left, length)
      this.#left -= taken
      if (this.#left > 0) return taken
      if (this.#part === 'body') this.#finish(done)
      else this.#part = 'chunk line'
      return taken
    }
    const end = bytes.indexOf(LINE_FEED)
    this.#line += latin1.decode(bytes.subarray(0, end < 0 ? bytes.length : end))
    if (end < 0 || this.#line.length > MOST_CHUNK_LINE) {
      if (this.#line.length > MOST_CHUNK_LINE) this.#finish(done)
      return bytes.length
    }
    const line = this.#line.trim()
    this.#line = ''
    if (this.#part === 'trailer') {
      if (line === '') this.#finish(done)
    } else {
      this.#left = parseInt(line, 16)
      // The line end behind a chunk's data counts as part of the data.
      if (this.#left > 0) [this.#part, this.#left] = ['chunk', this.#left + 2]
      else if (this.#left === 0) this.#part = 'trailer'
      else this.#finish(done)
    }
    return end + 1
  }

  #finish(done: Uint8Array[]): void {
    this.talk.isHttp = true
    done.push(this.#head)
    this.lose()
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/**
 * Where a line ends that begins at `from`, and where the next one begins. A return alone ends a line too, as in Wireshark;
 * undefined where the bytes end before that is known.
 */
function lineEnd(bytes: Uint8Array, from: number): { end: number; next: number } | undefined {
  const most = Math.min(bytes.length, from + MOST_HEAD)
  for (let at = from; at < most; at++) {
    if (bytes[at] === LINE_FEED) return { end: at, next: at + 1 }
    if (bytes[at] !== RETURN) continue
    if (at + 1 >= bytes.length) return undefined
    return { end: at, next: bytes[at + 1] === LINE_FEED ? at + 2 : at + 1 }
  }
  return undefined
}

/** The first line without its end; undefined where it does not end. */
function firstLine(bytes: Uint8Array): Uint8Array | undefined {
  const line = lineEnd(bytes, 0)
  return line && bytes.subarray(0, line.end)
}

/** One past the empty line behind the headers; undefined where there is none. */
function headEnd(bytes: Uint8Array): number | undefined {
  for (let at = 0; ;) {
    const line = lineEnd(bytes, at)
    if (!line) return undefined
    if (line.end === at) return line.next
    at = line.next
  }
}

const isText = (byte: number) => byte >= SPACE && byte <= TILDE

function beginsMessage(line: Uint8Array): boolean {
  const text = latin1.decode(line.subarray(0, 24))
  if (text.startsWith('HTTP/')) return true
  const [word = '', rest] = text.split(' ', 2)
  return rest !== undefined && METHODS.has(word)
}

/** True if a line begins or ends with the version: what tells HTTP on any port. */
function namesVersion(line: Uint8Array): boolean {
  const isVersion = (text: string) => /^HTTP\/1\./i.test(text)
  const text = latin1.decode(line)
  return text.length !== 8 && (isVersion(text) || isVersion(text.slice(-8)))
}

/** Headers by name in lower case; the last of each name. */
export function headersOf(head: Uint8Array): Map<string, string> {
  const lines = latin1
    .decode(head)
    .split(/\r\n?|\n/)
    .slice(1)
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const]
    }),
  )
}
