// Answers the parser's questions about what is encrypted (asm/stream/unseal.ts), and holds what was opened and found no room in its
// tables. It lives as long as one analysis, on the thread of the parser; nothing in it is ever stored.
import { Pdu, PduFlag, Stream } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { pduFlags } from '../../../capture/pdu'
import { NONE } from '../../../capture/table'
import { type Logon, logonExplanation } from '../../../unseal/logon'
import type { Secrets } from '../../../unseal/secrets/secrets'
import { isDatagram } from '../../../unseal/datagrams'
import type { UnsealedPdu } from '../../../unseal/rpc'
import { Unsealer } from '../../../unseal/unsealer'
import type { Helper } from '../parser'

/** Clear stubs that are held beside those in the parser's memory. */
const MAX_HELD_BYTES = 512 << 20
const SMB_PORTS = [445, 139]

/** Bits of an answer: Unsealed in asm/stream/unseal.ts. */
const OPENED = 1
const SIGNATURE_RIGHT = 2
const SIGNATURE_WRONG = 4

interface Held {
  row: number
  /** The PDU with its stub in the clear. */
  bytes: Uint8Array<ArrayBuffer>
}

export class Unsealing implements Helper {
  readonly #unsealer: Unsealer
  readonly #held = new Map<number, Uint8Array<ArrayBuffer>>()
  #heldBytes = 0
  /** The PDU that was opened last: the parser says later whether it has kept it. */
  #last: Held | undefined
  #capture: Capture | undefined
  #openedLater: { row: number; bytes: Uint8Array<ArrayBuffer>; bits: number }[] = []

  constructor(secrets: Secrets) {
    this.#unsealer = new Unsealer(secrets)
  }

  attach(capture: Capture): void {
    this.#capture = capture
  }

  /** Logons in the order of their messages. */
  get logons(): readonly Logon[] {
    return this.#unsealer.logons
  }

  /** What became of a logon, in sentences. */
  explanationOf(logon: Logon): string {
    return logonExplanation(logon)
  }

  /** Keys that were proven right: of principals, and of SMB sessions. */
  get foundKeys(): Pick<Unsealer['keyring'], 'found' | 'foundSmb'> {
    return this.#unsealer.keyring
  }

  /** The whole PDU with its stub in the clear, where the parser had no room for it. */
  pduBytes(row: number): Uint8Array<ArrayBuffer> | undefined {
    this.#settle()
    return this.#held.get(row)
  }

  pdu(row: number, stream: number, pipe: number, frame: number, bytes: Uint8Array, length: number): number {
    this.#settle()
    const copy = bytes.slice()
    // What travelled in decrypted messages is nowhere in the file: it is held as well where the parser does not keep it.
    if (pipe !== NONE && bytes.length === length) this.#last = { row, bytes: copy }
    if (pipe === NONE && isDatagram(copy)) return this.#datagram(row, stream, frame, bytes, copy)
    const opened = this.#unsealer.pdu(stream, pipe === NONE ? undefined : pipe, { bytes: copy, length, frame })
    return opened ? this.#take(row, opened, copy, bytes) : 0
  }

  openedLater(): readonly { row: number; bytes: Uint8Array<ArrayBuffer>; bits: number }[] {
    const opened = this.#openedLater
    if (opened.length > 0) this.#openedLater = []
    return opened
  }

  /** Puts what was opened of the PDU into its `copy` and, where the parser reads it now, into the parser's bytes; gives bits of Unsealed. */
  #take(row: number, opened: UnsealedPdu, copy: Uint8Array<ArrayBuffer>, bytes?: Uint8Array): number {
    const signature = opened.verified ? SIGNATURE_RIGHT : SIGNATURE_WRONG
    if (!opened.clear) return signature
    copy.set(opened.clear, opened.at)
    bytes?.set(opened.clear, opened.at)
    if (bytes) this.#last = { row, bytes: copy }
    else this.#hold({ row, bytes: copy })
    return OPENED | signature
  }

  /** A request opens the PDUs before it that waited for its key. */
  #datagram(row: number, stream: number, frame: number, bytes: Uint8Array, copy: Uint8Array<ArrayBuffer>): number {
    let bits = 0
    for (const opened of this.#unsealer.datagram({ row, stream, frame, bytes: copy }))
      if (opened.row === row) bits = this.#take(row, opened, copy, bytes)
      else {
        const earlier = opened.bytes.slice()
        this.#openedLater.push({ row: opened.row, bytes: earlier, bits: this.#take(opened.row, opened, earlier) })
      }
    return bits
  }

  smb(stream: number, fromB: boolean, frame: number, bytes: Uint8Array): Uint8Array | undefined {
    return this.#unsealer.smb(stream, this.#isClient(stream, fromB), bytes, frame)
  }

  kerberos(bytes: Uint8Array): void {
    this.#unsealer.kerberos(bytes.slice())
  }

  /** The side that is not at the port of SMB. */
  #isClient(stream: number, fromB: boolean): boolean {
    const portA = this.#capture?.streams.get(Stream.PortA, stream) ?? 0
    return SMB_PORTS.includes(portA) ? fromB : !fromB
  }

  #settle(): void {
    const last = this.#last
    this.#last = undefined
    const pdus = this.#capture?.pdus
    if (!last || !pdus || last.row >= pdus.rows) return
    const flags = pduFlags(pdus.get(Pdu.Head, last.row))
    const isElsewhere = (flags & PduFlag.KeptWhole) !== 0 || (flags & (PduFlag.Unsealed | PduFlag.Decrypted)) === 0
    if (!isElsewhere) this.#hold(last)
  }

  #hold({ row, bytes }: Held): void {
    if (this.#heldBytes + bytes.length > MAX_HELD_BYTES) return
    this.#held.set(row, bytes)
    this.#heldBytes += bytes.length
  }
}
