// Several captures or traces of one machine as one pcapng, in the order of time. A packet that two of them hold is one frame.
import { isSamePacket, packetHash } from '../../../etw/frames/link'
import { enhancedPacket, interfaceDescription, sectionHeader } from '../../../export/pcapng-writer'
import { type BlockItem, EVENT_BLOCK, type InputInterface, NOTE_BLOCK, type PacketItem, PacketInput } from './packets'

/** The same packet in two captures is so far apart at most: each has a clock of its own. */
const COPY_NANOSECONDS = 10_000_000n
const MAX_RECENT = 65536
const NANOSECOND_DIGITS = 9
const NONE = 0xffffffff
// Of an event's block: src/etw/frames/derived.ts.
const EVENT_PROVIDER = 8
const EVENT_SECONDS = 28
const EVENT_NANOS = 32
const EVENT_FRAME = 36
const EVENT_HEADER = 44
const NOTE_KIND = 4
const NOTE_PROVIDER = 0

interface Input {
  name: string
  packets: PacketInput
  items: AsyncIterator<PacketItem | BlockItem>
  next: PacketItem | BlockItem | undefined
  /** When `next` was: nothing is due before a block without a time. */
  time: bigint
  /** Merged numbers of its interfaces and providers, and merged rows of its packets. */
  interfaces: number[]
  providers: number[]
  rows: number[]
  /** Events that belong to a packet which is yet to come. */
  waiting: Map<number, Uint8Array[]>
}

interface Recent {
  input: Input
  row: number
  stamp: bigint
  bytes: Uint8Array
  link: number
  copies: Set<Input>
}

export interface MergeInput {
  name: string
  stream: AsyncIterable<Uint8Array>
}

/** Merges captures; the notes are there when the stream has ended. */
export class Merging {
  readonly notes: string[] = []
  #interfaces = 0
  #providers = 0
  #rows = 0
  #copies = 0
  readonly #recent = new Map<number, Recent>()

  constructor(private readonly inputs: readonly MergeInput[]) {}

  /** The merged capture, block by block. */
  async *stream(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    yield sectionHeader({ comments: [`Merged by time: ${this.inputs.map(({ name }) => name).join(', ')}`] })
    const open: Input[] = []
    for (const { name, stream } of this.inputs) {
      const packets = new PacketInput(stream)
      const items = packets.items()
      const input: Input = {
        name,
        packets,
        items,
        next: undefined,
        time: 0n,
        interfaces: [],
        providers: [],
        rows: [],
        waiting: new Map(),
      }
      if (await advance(input)) open.push(input)
      else this.#ended(input)
    }
    while (open.length > 0) {
      const input = open.reduce((first, one) => (one.time < first.time ? one : first))
      yield* this.#write(input)
      if (await advance(input)) continue
      for (const body of [...input.waiting.values()].flat()) yield rawBlock(EVENT_BLOCK, withFrame(body, NONE))
      open.splice(open.indexOf(input), 1)
      this.#ended(input)
    }
    if (this.#copies > 0)
      this.notes.push(`${this.#copies.toLocaleString('en')} packets that two of the files hold are shown once.`)
  }

  #ended({ name, packets, rows }: Input): void {
    if (!packets.isWhole && rows.length === 0)
      this.notes.push(`${name} was left out: only pcap, pcapng and event traces are read together.`)
    else if (!packets.isWhole) this.notes.push(`${name} is broken after ${rows.length.toLocaleString('en')} packets.`)
  }

  *#write(input: Input): Generator<Uint8Array<ArrayBuffer>> {
    const item = input.next!
    if (item.kind === 'packet') {
      yield* this.#packet(input, item)
      return
    }
    if (item.type === EVENT_BLOCK && item.body.length >= EVENT_HEADER) {
      yield* this.#event(input, item.body)
      return
    }
    if (item.type === NOTE_BLOCK && viewOf(item.body).getUint32(NOTE_KIND, true) === NOTE_PROVIDER)
      input.providers.push(this.#providers++)
    yield rawBlock(item.type, item.body)
  }

  *#packet(input: Input, packet: PacketItem): Generator<Uint8Array<ArrayBuffer>> {
    const { link } = input.packets.interfaces[packet.interface]!
    const hash = packetHash(packet.bytes, link)
    const same = this.#copyOf(input, packet, hash, link)
    if (same) {
      same.copies.add(input)
      this.#copies++
      input.rows.push(same.row)
    } else {
      for (let row = input.interfaces.length; row <= packet.interface; row++) {
        input.interfaces.push(this.#interfaces++)
        yield interfaceBlock(input.packets.interfaces[row]!)
      }
      const { stamp, bytes, length, comments } = packet
      yield enhancedPacket({ interface: input.interfaces[packet.interface]!, stamp, length, bytes, comments })
      this.#remember(hash, { input, row: this.#rows, stamp, bytes, link, copies: new Set() })
      input.rows.push(this.#rows++)
    }
    const own = input.rows.length - 1
    for (const body of input.waiting.get(own) ?? []) yield rawBlock(EVENT_BLOCK, withFrame(body, input.rows[own]!))
    input.waiting.delete(own)
  }

  /** The same packet in another input, which has not had its copy yet. */
  #copyOf(input: Input, { stamp, bytes }: PacketItem, hash: number, link: number): Recent | undefined {
    const recent = this.#recent.get(hash)
    if (!recent || recent.input === input || recent.copies.has(input)) return undefined
    if (stamp - recent.stamp > COPY_NANOSECONDS) return undefined
    return isSamePacket(bytes, link, recent.bytes, recent.link) ? recent : undefined
  }

  #remember(hash: number, recent: Recent): void {
    this.#recent.delete(hash)
    this.#recent.set(hash, recent)
    if (this.#recent.size > MAX_RECENT) this.#recent.delete(this.#recent.keys().next().value!)
  }

  *#event(input: Input, body: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
    const view = viewOf(body)
    view.setUint32(EVENT_PROVIDER, input.providers[view.getUint32(EVENT_PROVIDER, true)] ?? NONE, true)
    const frame = view.getUint32(EVENT_FRAME, true)
    if (frame !== NONE && frame >= input.rows.length) {
      const waiting = input.waiting.get(frame)
      if (waiting) waiting.push(body)
      else input.waiting.set(frame, [body])
      return
    }
    yield rawBlock(EVENT_BLOCK, withFrame(body, frame === NONE ? NONE : input.rows[frame]!))
  }
}

/** Reads an input's next item; false at its end. */
async function advance(input: Input): Promise<boolean> {
  const step = await input.items.next()
  if (step.done) return false
  const item = (input.next = step.value)
  if (item.kind === 'packet') input.time = item.stamp
  else if (item.type === EVENT_BLOCK && item.body.length >= EVENT_HEADER) {
    const view = viewOf(item.body)
    input.time =
      BigInt(view.getUint32(EVENT_SECONDS, true)) * 1_000_000_000n + BigInt(view.getUint32(EVENT_NANOS, true))
  }
  return true
}

function withFrame(body: Uint8Array, row: number): Uint8Array {
  viewOf(body).setUint32(EVENT_FRAME, row, true)
  return body
}

function interfaceBlock({ link, snapLength, name }: InputInterface): Uint8Array<ArrayBuffer> {
  return interfaceDescription({
    linkType: link,
    snapLength,
    resolution: NANOSECOND_DIGITS,
    ...(name !== '' && { name }),
  })
}

function rawBlock(type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = (body.length + 3) & ~3
  const block = new Uint8Array(12 + padded)
  const view = viewOf(block)
  view.setUint32(0, type, true)
  view.setUint32(4, block.length, true)
  block.set(body, 8)
  view.setUint32(block.length - 4, block.length, true)
  return block
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
