// The wasm parser with a TypeScript face: bytes in, in pieces of any size; a Capture out, growing as it goes.
import { Field, type FileFormat, Frame, Interface, Pdu, TableHeader, Tables } from '../../../asm/layout'
import type { __AdaptedExports } from '../../../asm/build/release'
import { Capture, type CaptureSource } from '../../capture/capture'
import type { RecordedField } from '../../capture/field'
import { DECODABLE, type PortProtocol } from '../../capture/port-protocol'
import { NONE, Table, type TableSource } from '../../capture/table'

const INITIAL_PAGES = 64
const MAXIMUM_PAGES = 65536
const WORD_BYTES = 8

/** Who answers questions about encrypted bytes: asm/stream/unseal.ts. Bytes are the parser's own memory, good during the call. */
export interface Helper {
  attach(capture: Capture): void
  /** A PDU of `length` bytes, or its first ones. May overwrite them with clear ones; gives bits of Unsealed. */
  pdu(row: number, stream: number, pipe: number, frame: number, bytes: Uint8Array, length: number): number
  /** PDUs of earlier rows that were opened by what came since the last call, with their clear bytes and bits of Unsealed. */
  openedLater(): readonly { row: number; bytes: Uint8Array; bits: number }[]
  /** An SMB message; gives the clear messages in place of it. */
  smb(stream: number, fromB: boolean, frame: number, bytes: Uint8Array): Uint8Array | undefined
  kerberos(bytes: Uint8Array): void
}

interface Options {
  /** 64 KiB each: no more memory is taken. */
  maximumPages?: number
  /** Keeps a file from being made to collide in hash tables; the tables do not depend on it. */
  seed?: number
  /** Opens what is encrypted. */
  helper?: Helper | undefined
  /** What TCP ports carry, as the user says; the first 16 count. */
  decodeAs?: readonly PortProtocol[] | undefined
}

/** One capture being read. Feed it windows, then end(); what is decoded so far is always in `capture`. */
export class Parser {
  readonly capture: Capture
  readonly source: MemorySource
  readonly memory: WebAssembly.Memory
  readonly #wasm: typeof __AdaptedExports
  readonly #inputAt: number
  readonly #inputBytes: number
  readonly #fieldTable: Table
  /** Bytes of the window that are not done with yet, and where the first of them lies in it. */
  #held = 0
  #heldAt = 0

  private constructor(wasm: typeof __AdaptedExports, memory: WebAssembly.Memory) {
    this.#wasm = wasm
    this.memory = memory
    this.#inputAt = address(wasm.input())
    this.#inputBytes = wasm.inputBytes()
    this.source = new MemorySource(memory, address(wasm.tables()))
    this.capture = new Capture(this.source)
    this.#fieldTable = new Table(this.source.table(Tables.Field))
  }

  /** A fresh parser: one instance reads one capture. */
  static async over(module: WebAssembly.Module, options: Options = {}): Promise<Parser> {
    const { maximumPages = MAXIMUM_PAGES, seed = randomWord(), helper, decodeAs = [] } = options
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: maximumPages, shared: true })
    const abort = () => {
      throw new Error('the parser ran out of memory')
    }
    const at = (from: number, length: number) => new Uint8Array(memory.buffer, address(from), length)
    const unseal = {
      unsealPdu: (
        row: number,
        stream: number,
        pipe: number,
        frame: number,
        from: number,
        have: number,
        length: number,
      ): number => {
        if (!helper) return 0
        const bits = helper.pdu(row, stream, pipe >>> 0, frame, at(from, have), length)
        for (const earlier of helper.openedLater()) putClear(earlier)
        return bits
      },
      unsealSmb: (stream: number, fromB: number, frame: number, from: number, have: number): number => {
        const clear = helper?.smb(stream, fromB !== 0, frame, at(from, have))
        const room = clear ? wasm.clearRoom(clear.length) : 0
        if (!clear || room === 0) return 0
        at(room, clear.length).set(clear)
        return clear.length
      },
      unsealKerberos: (from: number, have: number) => helper?.kerberos(at(from, have)),
    }
    const putClear = ({ row, bytes, bits }: ReturnType<Helper['openedLater']>[number]) => {
      const { pdus } = parser.capture
      const length = Math.min(bytes.length, pdus.get(Pdu.KeptLength, row))
      if (length > 0) at(pdus.get(Pdu.Kept, row), length).set(bytes.subarray(0, length))
      wasm.openedLater(row, bits)
    }
    const { exports } = await WebAssembly.instantiate(module, { env: { memory, abort }, unseal })
    const wasm = exports as unknown as typeof __AdaptedExports
    wasm.seed(seed)
    wasm.setUnsealing(helper !== undefined)
    for (const { port, protocol } of decodeAs) wasm.decodeAs(port, DECODABLE[protocol])
    const parser = new Parser(wasm, memory)
    helper?.attach(parser.capture)
    return parser
  }

  /** Address of the headers of all tables in `memory`. */
  get tables(): number {
    return address(this.#wasm.tables())
  }

  get format(): FileFormat {
    return this.#wasm.format()
  }

  /** Parses the next bytes of the file; bytes of a record that is not complete yet are held. */
  feed(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const take = Math.min(bytes.length - from, this.#inputBytes - this.#held)
      this.#align(bytes.byteOffset + from)
      this.#window(this.#heldAt + this.#held, take).set(bytes.subarray(from, from + take))
      from += take
      this.#consume(take, false)
    }
  }

  /**
   * Moves what is held to the window's front, so that the bytes behind it lie in a word as they do at `source`. Browsers copy
   * into shared memory word by word where both sides allow it, else byte by byte, which takes five times as long.
   */
  #align(source: number): void {
    const to = (source - this.#held) & (WORD_BYTES - 1)
    if (to !== this.#heldAt && this.#held > 0)
      this.#window(0, this.#inputBytes + WORD_BYTES - 1).copyWithin(to, this.#heldAt, this.#heldAt + this.#held)
    this.#heldAt = to
  }

  /** Says that the file is over: what is held is parsed as far as it goes, open streams are closed. */
  end(): void {
    this.#consume(0, true)
  }

  /** Describes a frame that begins with `linkType` (a pcap number) field by field, by the dissectors that indexed it. */
  describeFrame(frame: Uint8Array, length: number, linkType: number): RecordedField[] {
    this.#scratch(frame)
    this.#wasm.describeFrame(frame.length, length, linkType)
    return this.#fields()
  }

  /** Describes a frame of a capture that any parser read; `bytes` are the frame's. */
  describeFrameOf({ frames, interfaces }: Capture, row: number, bytes: Uint8Array): RecordedField[] {
    const of = frames.get(Frame.Interface, row)
    // No link has NONE: it is for blocks of a pcapng that are no packets.
    const linkType = of < interfaces.rows ? interfaces.get(Interface.LinkType, of) : NONE
    return this.describeFrame(bytes, frames.get(Frame.Length, row), linkType)
  }

  /** Describes the header and verifier of one DCE/RPC PDU. */
  describePdu(pdu: Uint8Array): RecordedField[] {
    this.#scratch(pdu)
    this.#wasm.describePdu(pdu.length)
    return this.#fields()
  }

  #consume(added: number, last: boolean): void {
    const length = this.#held + added
    const consumed = this.#wasm.parse(this.#heldAt, length, last)
    this.#held = length - consumed
    this.#heldAt += consumed
  }

  #window(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.#inputAt + at, length)
  }

  #scratch(bytes: Uint8Array): void {
    const at = address(this.#wasm.scratch(bytes.length))
    new Uint8Array(this.memory.buffer, at, bytes.length).set(bytes)
  }

  #fields(): RecordedField[] {
    const table = this.#fieldTable
    const fields: RecordedField[] = []
    for (let row = 0; row < table.rows; row++)
      fields.push({
        key: table.get(Field.Key, row),
        at: table.get(Field.At, row),
        length: table.get(Field.Length, row),
        format: table.get(Field.Format, row),
        depth: table.get(Field.Depth, row),
        protocol: table.get(Field.Protocol, row),
      })
    return fields
  }
}

/** An address as the module means it: its numbers cross as signed ones. */
function address(word: number): number {
  return word >>> 0
}

function randomWord(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!
}

/** Tables and kept bytes read straight from the parser's memory; works on any thread that has the memory. */
export class MemorySource implements CaptureSource {
  /** The whole memory as it was when something beyond these views was last asked for: a view for each read costs more than the read. */
  #bytes = new Uint8Array(0) as Uint8Array
  #words = new Uint32Array(0) as Uint32Array

  constructor(
    readonly memory: WebAssembly.Memory,
    /** Address of the headers of all tables. */
    readonly headers: number,
  ) {}

  table(which: Tables): TableSource {
    const { memory } = this
    const header = new Uint32Array(memory.buffer, this.headers + which * TableHeader.WORDS * 4, TableHeader.WORDS)
    return {
      rows: () => Atomics.load(header, TableHeader.Rows),
      page: (index) => {
        const address = new Uint32Array(memory.buffer, header[TableHeader.PageIndex]! + index * 4, 1)[0]!
        return new Uint32Array(memory.buffer, address, header[TableHeader.Columns]! << 16)
      },
    }
  }

  bytes(address: number, length: number, room?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (address + length > this.#bytes.length) this.#bytes = new Uint8Array(this.memory.buffer)
    if (room?.length === length && address + length <= this.#bytes.length) {
      for (let i = 0; i < length; i++) room[i] = this.#bytes[address + i]!
      return room
    }
    const kept = this.#bytes.subarray(address, address + length)
    if (!room || room.length < kept.length) return kept.slice()
    room.set(kept)
    return room.subarray(0, kept.length)
  }

  word(address: number): number {
    if (address >>> 2 >= this.#words.length) this.#words = new Uint32Array(this.memory.buffer)
    return this.#words[address >>> 2] ?? 0
  }
}
