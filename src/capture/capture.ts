// The decoded capture as everyone sees it: tables, and the bytes that were kept.
import { Tables } from '../../asm/layout'
import { Table, type TableSource } from './table'

/** What a capture is read from: the parser's memory, or a copy of it. */
export interface CaptureSource {
  table(which: Tables): TableSource
  /**
   * A copy of kept bytes: `address` as a column gives it. Fewer bytes when some are missing from the source. It may be made in
   * `room`, which saves the memory for those that are looked at and left.
   */
  bytes(address: number, length: number, room?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
  /** Four kept bytes as a little-endian number; `address` is a multiple of four. 0 where the source does not have them. */
  word(address: number): number
}

/** One decoded capture. Columns and their meaning: asm/layout.ts. */
export class Capture {
  readonly frames: Table
  readonly streams: Table
  readonly pdus: Table
  readonly pipes: Table
  readonly messages: Table
  readonly addresses: Table
  readonly interfaces: Table
  readonly comments: Table
  readonly notices: Table
  /** Events of an event trace, and what it says about them; empty for other files. */
  readonly events: Table
  readonly notes: Table

  constructor(private readonly source: CaptureSource) {
    const table = (which: Tables) => new Table(source.table(which))
    this.frames = table(Tables.Frame)
    this.streams = table(Tables.Stream)
    this.pdus = table(Tables.Pdu)
    this.pipes = table(Tables.Pipe)
    this.messages = table(Tables.Message)
    this.addresses = table(Tables.Address)
    this.interfaces = table(Tables.Interface)
    this.comments = table(Tables.Comment)
    this.notices = table(Tables.Notice)
    this.events = table(Tables.Event)
    this.notes = table(Tables.Note)
  }

  /** A copy of kept bytes, perhaps in `room`; empty for address 0. */
  bytes(address: number, length: number, room?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    return address === 0 ? new Uint8Array(0) : this.source.bytes(address, length, room)
  }

  /** Four kept bytes as a little-endian number: cheaper than a copy. `address` is a multiple of four, as the first of kept bytes is. */
  word(address: number): number {
    return this.source.word(address)
  }
}
