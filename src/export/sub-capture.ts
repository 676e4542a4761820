// Chosen frames of a capture as a pcapng of their own: the interfaces that they came by, exact times, the file's comments
// and the user's. Yields block by block, so that a large one need not be in memory at once.
import { Comment, CommentKind, Frame, Interface } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import {
  customBlock,
  enhancedPacket,
  interfaceDescription,
  nameResolution,
  sectionHeader,
  simplePacket,
} from './pcapng-writer'

/** LINKTYPE_USER0: for media that only Network Monitor numbers. */
const USER_LINK = 147
const LAST_LINK = 0xffff
/** Time stamps finer than the tables' nanoseconds, or in powers of two, are written as nanoseconds. */
const FINEST = 9

export interface SubCapture {
  /** Rows of Frame, rising. */
  rows: ArrayLike<number>
  /** Bytes of a frame, as many as were captured. */
  bytes: (row: number) => Promise<Uint8Array>
  /** Says what was exported from where. */
  comment: string
  /** Comments of the user, by row. */
  comments?: ReadonlyMap<number, string>
  /** What else is known of a frame, as a comment of its own; empty for nothing. */
  remark?: (row: number) => string
  /** Leaves out what the file itself says besides frames: comments, names of interfaces, hosts and machines. */
  bare?: boolean
}

/** The file in pieces. */
export async function* subCapture(capture: Capture, wanted: SubCapture): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { rows, bytes, comment, comments, remark, bare = false } = wanted
  const texts = bare ? new Map<number, Remark[]>() : remarksByFrame(capture)
  const { frames, interfaces } = capture
  const resolutions = resolutionsOf(capture, rows)
  let section = interfaces.rows > 0 ? interfaces.get(Interface.Section, 0) : 0
  const sections = interfacesBySection(capture)
  let first = 0
  yield sectionHeader({ comments: [comment, ...ofKind(texts, CommentKind.Comment)], ...sectionTexts(texts) })
  yield* interfaceBlocks(capture, sections.get(section), resolutions, bare)
  const records = ofKind(texts, CommentKind.Name).flatMap(nameRecord)
  if (records.length > 0) yield nameResolution(records)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const data = await bytes(row)
    const by = frames.get(Frame.Interface, row)
    if (by >= interfaces.rows) {
      yield customBlock(data)
      continue
    }
    if (interfaces.get(Interface.Section, by) !== section) {
      section = interfaces.get(Interface.Section, by)
      const own = sections.get(section)!
      first = own[0]!
      yield sectionHeader({})
      yield* interfaceBlocks(capture, own, resolutions, bare)
    }
    const length = frames.get(Frame.Length, row)
    const nanos = frames.get(Frame.Nanos, row)
    const own = (texts.get(row) ?? []).filter(({ kind }) => kind === CommentKind.Comment).map(({ text }) => text)
    const added = [comments?.get(row), remark?.(row)].filter((text) => text !== undefined && text !== '')
    const remarks = [...own, ...added.filter((text): text is string => !own.includes(text!))]
    // Only packets of a section's first interface can do without a time, and they hold no comments.
    if (nanos === NONE && by === first && remarks.length === 0) yield simplePacket(data, length)
    else {
      const stamp = nanos === NONE ? 0n : stampOf(frames.get(Frame.Seconds, row), nanos, resolutions[by]!)
      yield enhancedPacket({ interface: by - first, stamp, length, bytes: data, comments: remarks })
    }
  }
}

/** What cannot be said in a pcapng of the chosen frames, in sentences. */
export function subCaptureRemarks({ interfaces }: Capture): string[] {
  const links = Array.from({ length: interfaces.rows }, (_, row) => interfaces.get(Interface.LinkType, row))
  return links.some((link) => link > LAST_LINK)
    ? [
        'Frames of media that only Network Monitor numbers (802.11, tunnels, events) are marked as user-defined: pcapng has no number for them.',
      ]
    : []
}

/** Rows of Interface by section, rising. */
function interfacesBySection({ interfaces }: Capture): Map<number, number[]> {
  const sections = new Map<number, number[]>()
  for (let row = 0; row < interfaces.rows; row++) {
    const section = interfaces.get(Interface.Section, row)
    const known = sections.get(section)
    if (known) known.push(row)
    else sections.set(section, [row])
  }
  return sections
}

function* interfaceBlocks(
  capture: Capture,
  rows: readonly number[] = [],
  resolutions: readonly number[],
  bare: boolean,
): Generator<Uint8Array<ArrayBuffer>> {
  for (const row of rows) yield interfaceBlock(capture, row, resolutions[row]!, bare)
}

interface Remark {
  kind: CommentKind
  text: string
}

/** Texts that the file carries, by row of Frame; those about the section under NONE. */
function remarksByFrame(capture: Capture): Map<number, Remark[]> {
  const { comments } = capture
  const byFrame = new Map<number, Remark[]>()
  for (let row = 0; row < comments.rows; row++) {
    const of = comments.get(Comment.Frame, row)
    const kind: CommentKind = comments.get(Comment.Kind, row)
    const text = textAt(capture, comments.get(Comment.Text, row), comments.get(Comment.TextLength, row))
    const known = byFrame.get(of)
    if (known) known.push({ kind, text })
    else byFrame.set(of, [{ kind, text }])
  }
  return byFrame
}

function ofKind(texts: ReadonlyMap<number, Remark[]>, wanted: CommentKind): string[] {
  return (texts.get(NONE) ?? []).filter(({ kind }) => kind === wanted).map(({ text }) => text)
}

function sectionTexts(texts: ReadonlyMap<number, Remark[]>) {
  return {
    hardware: ofKind(texts, CommentKind.Hardware)[0],
    operatingSystem: ofKind(texts, CommentKind.OperatingSystem)[0],
    application: ofKind(texts, CommentKind.Application)[0],
  }
}

/** "10.0.0.1 name", an IPv6 address in eight groups. */
function nameRecord(text: string): { address: Uint8Array; name: string }[] {
  const [address = '', ...names] = text.split(' ')
  const groups = address.split(':').map((group) => parseInt(group, 16))
  const bytes = address.includes(':')
    ? Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 0xff]))
    : Uint8Array.from(address.split('.'), Number)
  return (bytes.length === 4 || bytes.length === 16) && names.length > 0
    ? [{ address: bytes, name: names.join(' ') }]
    : []
}

/** What each interface states, where that loses nothing; pcap and Network Monitor state nothing and may count finer. */
function resolutionsOf({ frames, interfaces }: Capture, rows: ArrayLike<number>): number[] {
  const resolutions = Array.from({ length: interfaces.rows }, (_, row) =>
    Math.min(interfaces.get(Interface.Resolution, row), FINEST),
  )
  for (let i = 0; i < rows.length; i++) {
    const by = frames.get(Frame.Interface, rows[i]!)
    const nanos = frames.get(Frame.Nanos, rows[i]!)
    if (by < interfaces.rows && nanos !== NONE && nanos % 10 ** (FINEST - resolutions[by]!) !== 0)
      resolutions[by] = FINEST
  }
  return resolutions
}

function interfaceBlock(capture: Capture, row: number, resolution: number, bare: boolean): Uint8Array<ArrayBuffer> {
  const get = (column: Interface) => capture.interfaces.get(column, row)
  const linkType = get(Interface.LinkType)
  return interfaceDescription({
    linkType: linkType <= LAST_LINK ? linkType : USER_LINK,
    snapLength: get(Interface.SnapLength),
    resolution,
    ...(!bare && {
      name: textAt(capture, get(Interface.Name), get(Interface.NameLength)),
      description: textAt(capture, get(Interface.Description), get(Interface.DescriptionLength)),
    }),
  })
}

function stampOf(seconds: number, nanos: number, resolution: number): bigint {
  return BigInt(seconds) * 10n ** BigInt(resolution) + BigInt(nanos) / 10n ** BigInt(FINEST - resolution)
}

function textAt(capture: Capture, at: number, length: number): string {
  return new TextDecoder().decode(capture.bytes(at, length))
}
