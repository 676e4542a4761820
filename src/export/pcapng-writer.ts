// Writes pcapng, little-endian, block by block. draft-ietf-opsawg-pcapng.

enum Block {
  Interface = 1,
  SimplePacket = 3,
  NameResolution = 4,
  EnhancedPacket = 6,
  /** A custom block that others are not to copy on: its data means something to its maker only. */
  Custom = 0x40000bad,
  Section = 0x0a0d0d0a,
}

const BYTE_ORDER_MAGIC = 0x1a2b3c4d
const VERSION_MAJOR = 1
const OPT_COMMENT = 1
const SHB_HARDWARE = 2
const SHB_OS = 3
const SHB_USERAPPL = 4
const IF_NAME = 2
const IF_DESCRIPTION = 3
const IF_TSRESOL = 9
const NRB_IPV4 = 1
const NRB_IPV6 = 2
/** Private enterprise number for documentation: RFC 5612. */
const NOBODY = 32473
const LONGEST_OPTION = 0xffff

/** Bytes of an enhanced packet's body before the packet. */
const PACKET_HEAD = 20

type Option = readonly [code: number, value: Uint8Array]

export interface SectionOptions {
  comments?: readonly string[]
  hardware?: string | undefined
  operatingSystem?: string | undefined
  application?: string | undefined
}

export function sectionHeader({
  comments = [],
  hardware,
  operatingSystem,
  application,
}: SectionOptions): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(16)
  const view = new DataView(head.buffer)
  view.setUint32(0, BYTE_ORDER_MAGIC, true)
  view.setUint16(4, VERSION_MAJOR, true)
  view.setBigUint64(8, 0xffffffffffffffffn, true) // section length: not stated
  return block(
    Block.Section,
    [head],
    [
      ...comments.map((comment): Option => [OPT_COMMENT, utf8(comment)]),
      ...text(SHB_HARDWARE, hardware),
      ...text(SHB_OS, operatingSystem),
      ...text(SHB_USERAPPL, application),
    ],
  )
}

export interface InterfaceOptions {
  linkType: number
  snapLength: number
  /** Time stamps count steps of 10^-resolution seconds. */
  resolution: number
  name?: string | undefined
  description?: string | undefined
}

export function interfaceDescription(options: InterfaceOptions): Uint8Array<ArrayBuffer> {
  const { linkType, snapLength, resolution, name, description } = options
  const head = new Uint8Array(8)
  const view = new DataView(head.buffer)
  view.setUint16(0, linkType, true)
  view.setUint32(4, snapLength, true)
  return block(
    Block.Interface,
    [head],
    [...text(IF_NAME, name), ...text(IF_DESCRIPTION, description), [IF_TSRESOL, Uint8Array.of(resolution)]],
  )
}

export interface Packet {
  /** Counted from the file's first interface. */
  interface: number
  /** In steps of the interface's resolution since the epoch. */
  stamp: bigint
  /** Bytes on the wire; `bytes` may be fewer. */
  length: number
  bytes: Uint8Array
  comments: readonly string[]
}

export function enhancedPacket({ interface: id, stamp, length, bytes, comments }: Packet): Uint8Array<ArrayBuffer> {
  const options = comments.map((comment): Option => [OPT_COMMENT, utf8(comment)])
  const { written, view, body } = blockOf(Block.EnhancedPacket, PACKET_HEAD + bytes.length, options)
  view.setUint32(body, id, true)
  view.setUint32(body + 4, Number(stamp >> 32n), true)
  view.setUint32(body + 8, Number(stamp & 0xffffffffn), true)
  view.setUint32(body + 12, bytes.length, true)
  view.setUint32(body + 16, length, true)
  written.set(bytes, body + PACKET_HEAD)
  return written
}

/** A packet of the section's first interface without a time; `length` bytes on the wire. */
export function simplePacket(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  return block(Block.SimplePacket, [word(length), bytes], [])
}

/** A block of someone's own data, as wide as the one that it replaces. */
export function customBlock(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return block(Block.Custom, [word(NOBODY), data], [])
}

/** Names of addresses; an address is 4 or 16 bytes. */
export function nameResolution(records: readonly { address: Uint8Array; name: string }[]): Uint8Array<ArrayBuffer> {
  const parts = records.map(({ address, name }) => {
    const value = new Uint8Array([...address, ...utf8(name).subarray(0, LONGEST_OPTION - 17), 0])
    return option(address.length === 4 ? NRB_IPV4 : NRB_IPV6, value)
  })
  return block(Block.NameResolution, [...parts, new Uint8Array(4)], [])
}

/** The parts of the body follow each other without a gap. */
function block(type: Block, parts: readonly Uint8Array[], options: readonly Option[]): Uint8Array<ArrayBuffer> {
  const { written, body } = blockOf(type, lengthOf(parts), options)
  let at = body
  for (const part of parts) {
    written.set(part, at)
    at += part.length
  }
  return written
}

/** A block whose body is still zero: the block, a view of it, and where its body begins. */
function blockOf(type: Block, bodyLength: number, options: readonly Option[]) {
  const list = options.map(([code, value]) => option(code, value))
  if (list.length > 0) list.push(new Uint8Array(4))
  const total = 12 + padded(bodyLength) + lengthOf(list)
  const written = new Uint8Array(total)
  const view = new DataView(written.buffer)
  view.setUint32(0, type, true)
  view.setUint32(4, total, true)
  let at = 8 + padded(bodyLength)
  for (const part of list) {
    written.set(part, at)
    at += part.length
  }
  view.setUint32(at, total, true)
  return { written, view, body: 8 }
}

function lengthOf(parts: readonly Uint8Array[]): number {
  let sum = 0
  for (const part of parts) sum += part.length
  return sum
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

function option(code: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + padded(value.length))
  const view = new DataView(bytes.buffer)
  view.setUint16(0, code, true)
  view.setUint16(2, value.length, true)
  bytes.set(value, 4)
  return bytes
}

function text(code: number, value: string | undefined): Option[] {
  return value ? [[code, utf8(value)]] : []
}

/** As much of the text as an option holds. */
function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value).subarray(0, LONGEST_OPTION)
}

function padded(length: number): number {
  return (length + 3) & ~3
}
