// The packets of a pcap or pcapng file as they come, for merging, with the events that a trace was converted to.

/** Blocks of the pcapng that a trace becomes: src/etw/frames/derived.ts. */
export const EVENT_BLOCK = 0x8e746c01
export const NOTE_BLOCK = 0x8e746c02
const NAME_BLOCK = 4
const SECRETS_BLOCK = 10

const SECTION = 0x0a0d0d0a
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const INTERFACE = 1
const OLD_PACKET = 2
const SIMPLE_PACKET = 3
const PACKET = 6
const OPT_COMMENT = 1
const IF_NAME = 2
const IF_RESOLUTION = 9
const IF_OFFSET = 14
const PCAP_HEADER = 24
const PCAP_RECORD = 16
/** A block or record of more bytes is not read: the file is broken. */
const MAX_BLOCK = 64 << 20
const MAX_INTERFACES = 65536

export interface PacketItem {
  kind: 'packet'
  /** Row of the input's interfaces. */
  interface: number
  /** Nanoseconds since 1970. */
  stamp: bigint
  bytes: Uint8Array
  length: number
  comments: string[]
}

/** A block that stays as it is; events have a time. */
export interface BlockItem {
  kind: 'block'
  type: number
  body: Uint8Array
}

export interface InputInterface {
  link: number
  snapLength: number
  name: string
}

interface Clock {
  /** Nanoseconds since 1970 of a time stamp. */
  stampOf: (units: bigint) => bigint
}

/** Reads items out of a stream of bytes; `interfaces` grows while it does. */
export class PacketInput {
  readonly interfaces: InputInterface[] = []
  /** False where the stream is of another format, or broke. */
  isWhole = true
  readonly #bytes: ByteStream
  #clocks: Clock[] = []
  /** Of the section: the first row of its interfaces, and its byte order. */
  #first = 0
  #littleEndian = true

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#bytes = new ByteStream(stream)
  }

  async *items(): AsyncGenerator<PacketItem | BlockItem> {
    const magic = await this.#bytes.take(4)
    if (!magic) return
    const view = viewOf(magic)
    if (view.getUint32(0, true) === SECTION) {
      yield* this.#blocks(magic)
      return
    }
    for (const littleEndian of [true, false]) {
      const value = view.getUint32(0, littleEndian)
      if (value === 0xa1b2c3d4 || value === 0xa1b23c4d) {
        this.#littleEndian = littleEndian
        yield* this.#records(value === 0xa1b23c4d ? 1n : 1000n)
        return
      }
    }
    this.isWhole = false
  }

  async *#records(nanosPerUnit: bigint): AsyncGenerator<PacketItem> {
    const header = await this.#bytes.take(PCAP_HEADER - 4)
    if (!header) return
    const view = viewOf(header)
    const [snapLength, link] = [view.getUint32(12, this.#littleEndian), view.getUint32(16, this.#littleEndian)]
    this.interfaces.push({ link: link & 0xffff, snapLength, name: '' })
    for (;;) {
      const record = await this.#bytes.take(PCAP_RECORD)
      if (!record) return
      const [seconds, fraction, captured, length] = [0, 4, 8, 12].map((at) =>
        viewOf(record).getUint32(at, this.#littleEndian),
      ) as [number, number, number, number]
      const bytes = captured <= MAX_BLOCK ? await this.#bytes.take(captured) : undefined
      if (!bytes) {
        this.isWhole = false
        return
      }
      const stamp = BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * nanosPerUnit
      yield { kind: 'packet', interface: 0, stamp, bytes, length, comments: [] }
    }
  }

  async *#blocks(first: Uint8Array): AsyncGenerator<PacketItem | BlockItem> {
    for (let type: Uint8Array | undefined = first; type; type = await this.#bytes.take(4)) {
      const lengthBytes = await this.#bytes.take(4)
      if (!lengthBytes) return
      const isSection = viewOf(type).getUint32(0, true) === SECTION
      const order = isSection ? await this.#bytes.take(4) : new Uint8Array(0)
      if (!order) return
      if (isSection) {
        this.#littleEndian = viewOf(order).getUint32(0, true) === BYTE_ORDER_MAGIC
        this.#first = this.interfaces.length
        this.#clocks = []
      }
      const total = viewOf(lengthBytes).getUint32(0, this.#littleEndian)
      const rest =
        total >= 12 + order.length && total <= MAX_BLOCK ? await this.#bytes.take(total - 8 - order.length) : undefined
      if (!rest) {
        this.isWhole = false
        return
      }
      if (isSection) continue
      const item = this.#block(viewOf(type).getUint32(0, this.#littleEndian), rest.subarray(0, rest.length - 4))
      if (item) yield item
    }
  }

  #block(type: number, body: Uint8Array): PacketItem | BlockItem | undefined {
    const view = viewOf(body)
    switch (type) {
      case INTERFACE:
        if (body.length >= 8 && this.interfaces.length < MAX_INTERFACES) this.#interface(view, body)
        return undefined
      case PACKET:
      case OLD_PACKET:
        return body.length >= 20 ? this.#packet(view, body, type === PACKET) : undefined
      case SIMPLE_PACKET:
        return undefined // without a time it has no place among others
      case EVENT_BLOCK:
      case NOTE_BLOCK:
      case NAME_BLOCK:
      case SECRETS_BLOCK:
        return this.#littleEndian ? { kind: 'block', type, body } : undefined
      default:
        return undefined
    }
  }

  #interface(view: DataView, body: Uint8Array): void {
    let [name, resolution, offset] = ['', 6, 0n]
    for (const { code, value } of options(view, body, 8, this.#littleEndian)) {
      if (code === IF_NAME) name = new TextDecoder().decode(value)
      if (code === IF_RESOLUTION && value.length > 0) resolution = value[0]!
      if (code === IF_OFFSET && value.length >= 8) offset = viewOf(value).getBigInt64(0, this.#littleEndian)
    }
    this.interfaces.push({
      link: view.getUint16(0, this.#littleEndian),
      snapLength: view.getUint32(4, this.#littleEndian),
      name,
    })
    this.#clocks.push(clockOf(resolution, offset))
  }

  #packet(view: DataView, body: Uint8Array, isEnhanced: boolean): PacketItem | undefined {
    const number = isEnhanced ? view.getUint32(0, this.#littleEndian) : view.getUint16(0, this.#littleEndian)
    const clock = this.#clocks[number]
    const captured = view.getUint32(12, this.#littleEndian)
    if (!clock || captured > body.length - 20) return undefined
    const units = (BigInt(view.getUint32(4, this.#littleEndian)) << 32n) | BigInt(view.getUint32(8, this.#littleEndian))
    const comments = options(view, body, 20 + ((captured + 3) & ~3), this.#littleEndian)
      .filter(({ code }) => code === OPT_COMMENT)
      .map(({ value }) => new TextDecoder().decode(value))
    return {
      kind: 'packet',
      interface: this.#first + number,
      stamp: clock.stampOf(units),
      bytes: body.subarray(20, 20 + captured),
      length: view.getUint32(16, this.#littleEndian),
      comments,
    }
  }
}

function clockOf(resolution: number, offset: bigint): Clock {
  const shift = offset * 1_000_000_000n
  if (resolution & 0x80) {
    const bits = BigInt(resolution & 0x3f)
    return { stampOf: (units) => shift + ((units * 1_000_000_000n) >> bits) }
  }
  const digits = Math.min(resolution, 18)
  const [times, by] = digits <= 9 ? [10n ** BigInt(9 - digits), 1n] : [1n, 10n ** BigInt(digits - 9)]
  return { stampOf: (units) => shift + (units * times) / by }
}

function options(
  view: DataView,
  body: Uint8Array,
  at: number,
  littleEndian: boolean,
): { code: number; value: Uint8Array }[] {
  const found: { code: number; value: Uint8Array }[] = []
  while (at + 4 <= body.length && found.length < 64) {
    const [code, length] = [view.getUint16(at, littleEndian), view.getUint16(at + 2, littleEndian)]
    if (code === 0 || at + 4 + length > body.length) break
    found.push({ code, value: body.subarray(at + 4, at + 4 + length) })
    at += 4 + ((length + 3) & ~3)
  }
  return found
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Takes bytes out of pieces, whatever their bounds. */
class ByteStream {
  readonly #pieces: AsyncIterator<Uint8Array>
  #piece = new Uint8Array(0)
  #at = 0

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#pieces = stream[Symbol.asyncIterator]()
  }

  /** A copy of the next `length` bytes; undefined where the stream ends before. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const taken: Uint8Array[] = []
    let missing = length
    while (missing > 0) {
      if (this.#at >= this.#piece.length) {
        const next = await this.#pieces.next()
        if (next.done) return undefined
        this.#piece = next.value as Uint8Array<ArrayBuffer>
        this.#at = 0
        continue
      }
      const part = this.#piece.subarray(this.#at, this.#at + missing)
      taken.push(part.slice())
      this.#at += part.length
      missing -= part.length
    }
    if (taken.length === 1) return taken[0]
    const whole = new Uint8Array(length)
    let at = 0
    for (const part of taken) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }
}
