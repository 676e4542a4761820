// What a capture file says about itself: where and with what it was taken, through which interfaces, and what was lost.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { Comment, CommentKind, Frame, Interface } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { legibleLines } from '../../capture/legible'
import { NONE } from '../../capture/table'
import type { AboutCapture, AboutInterface } from '../api'
import type { QueriedCapture } from './queried-capture'
import { pieces } from '../read/blob-source'

/** More interfaces or comments than a person reads are counted only. */
const MOST = 200

/** The link types that captures with RPC have. tcpdump.org/linktypes. */
const LINK_NAMES: Readonly<Record<number, string>> = {
  0: 'BSD loopback',
  1: 'Ethernet',
  9: 'PPP',
  101: 'raw IP',
  105: 'IEEE 802.11',
  108: 'OpenBSD loopback',
  113: 'Linux cooked',
  127: 'radiotap and IEEE 802.11',
  228: 'raw IPv4',
  229: 'raw IPv6',
  276: 'Linux cooked 2',
}
/** Above are media types of Network Monitor. */
const MEDIA = 0x10000

export function aboutCapture(capture: Capture): AboutCapture {
  const { interfaces, comments } = capture
  const about: AboutCapture = {
    interfaces: Array.from({ length: Math.min(interfaces.rows, MOST) }, (_, row) => aboutInterface(capture, row)),
    allInterfaces: interfaces.rows,
    hardware: [],
    operatingSystem: [],
    application: [],
    comments: [],
  }
  for (let row = 0; row < comments.rows; row++) {
    const list = listOf(about, comments.get(Comment.Kind, row))
    if (comments.get(Comment.Frame, row) !== NONE || !list || list.length >= MOST) continue
    const text = textOf(capture, comments.get(Comment.Text, row), comments.get(Comment.TextLength, row))
    if (text && !list.includes(text)) list.push(text)
  }
  return about
}

function listOf(about: AboutCapture, kind: CommentKind): string[] | undefined {
  switch (kind) {
    case CommentKind.Comment:
      return about.comments
    case CommentKind.Hardware:
      return about.hardware
    case CommentKind.OperatingSystem:
      return about.operatingSystem
    case CommentKind.Application:
      return about.application
    default:
      return undefined
  }
}

function aboutInterface(capture: Capture, row: number): AboutInterface {
  const get = (column: Interface) => capture.interfaces.get(column, row)
  const [link, received, dropped] = [get(Interface.LinkType), get(Interface.Received), get(Interface.Dropped)]
  return {
    name: textOf(capture, get(Interface.Name), get(Interface.NameLength)),
    description: textOf(capture, get(Interface.Description), get(Interface.DescriptionLength)),
    link: link < MEDIA ? (LINK_NAMES[link] ?? `link type ${link}`) : `Network Monitor media type ${link - MEDIA}`,
    snapLength: get(Interface.SnapLength),
    ...(received !== NONE && { received }),
    ...(dropped !== NONE && { dropped }),
  }
}

function textOf(capture: Capture, at: number, length: number): string {
  return legibleLines(new TextDecoder().decode(capture.bytes(at, length)))
}

/** How many frames the file holds only in part: cut at a snapshot length. */
export function cutFrames({ frames }: Capture): number {
  let cut = 0
  for (let row = 0; row < frames.rows; row++) if (frames.get(Frame.Captured, row) < frames.get(Frame.Length, row)) cut++
  return cut
}

/**
 * SHA-256 of the file as it lies on disk; empty where it is not available and was not hashed whole when it was saved.
 * `onBytes` receives how many bytes have been hashed.
 */
export async function fileSha256(
  { file, savedSha256 }: QueriedCapture,
  onBytes?: (bytes: number) => void,
): Promise<string> {
  if (!file.blob) return savedSha256
  const hash = sha256.create()
  let hashed = 0
  for await (const piece of pieces(file.blob)) {
    hash.update(piece)
    onBytes?.((hashed += piece.length))
  }
  return bytesToHex(hash.digest())
}
