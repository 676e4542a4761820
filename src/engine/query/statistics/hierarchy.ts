// The protocol hierarchy: how many frames and bytes lie below each protocol.
import { Address, AddressKind, Frame, Interface, IpProtocol, Protocol, Stream } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { NONE } from '../../../capture/table'
import { protocolName } from '../../../capture/text'
import { eachPiece, type Rows } from './each-piece'

/** One protocol below another. */
export interface ProtocolRow {
  /** Names from the outermost protocol to this one, as filters write them. */
  path: string[]
  frames: number
  bytes: number
  /** Those in which nothing lies below it. */
  endFrames: number
  endBytes: number
}

/** LINKTYPE_ETHERNET: tcpdump.org/linktypes. */
const ETHERNET = 1
const IP_KINDS: Partial<Record<number, string>> = { [AddressKind.Ipv4]: 'ip', [AddressKind.Ipv6]: 'ipv6' }

/** Protocols as a tree, depth first, the most frames first; `onRows` hears what there is after each piece. */
export async function protocolHierarchy(
  capture: Capture,
  rows: Rows,
  onRows: (rows: ProtocolRow[], done: number) => Promise<boolean>,
): Promise<ProtocolRow[] | undefined> {
  const { frames } = capture
  const counts = new Map<string, { frames: number; bytes: number }>()
  const pathOf = paths(capture)
  const count = (row: number) => {
    const path = pathOf(row)
    let counted = counts.get(path)
    if (!counted) counts.set(path, (counted = { frames: 0, bytes: 0 }))
    counted.frames++
    counted.bytes += frames.get(Frame.Length, row)
  }
  const done = await eachPiece(rows, count, (done) => onRows(treeOf(counts), done))
  return done === undefined ? undefined : treeOf(counts)
}

/** The protocols of a frame from the outermost, with colons between. Few differ: each is made once. */
function paths({ frames, addresses, interfaces, streams }: Capture): (row: number) => string {
  const made = new Map<number, string>()
  return (row) => {
    const protocol = frames.get(Frame.Protocol, row)
    const source = frames.get(Frame.Source, row)
    const stream = frames.get(Frame.Stream, row)
    const kind = source === NONE ? 7 : addresses.get(Address.Kind, source)
    const transport = stream === NONE ? 0 : streams.get(Stream.Transport, stream)
    const link = frames.get(Frame.Interface, row)
    const isEthernet = link !== NONE && interfaces.get(Interface.LinkType, link) === ETHERNET
    const key = ((protocol * 256 + transport) * 8 + kind) * 2 + Number(isEthernet)
    let path = made.get(key)
    if (path === undefined) {
      const own = protocolName(protocol)
      const outer = [
        isEthernet ? 'eth' : 'frame',
        protocol === Protocol.Arp ? undefined : IP_KINDS[kind], // ARP names hosts by their IP addresses
        transport === IpProtocol.Tcp ? 'tcp' : transport === IpProtocol.Udp ? 'udp' : undefined,
      ]
      const names = outer.filter((name) => name !== undefined && name !== own)
      made.set(key, (path = [...names, protocol === Protocol.Ethernet ? undefined : own].filter(Boolean).join(':')))
    }
    return path
  }
}

function treeOf(counts: ReadonlyMap<string, { frames: number; bytes: number }>): ProtocolRow[] {
  const rows = new Map<string, ProtocolRow>()
  for (const [path, { frames, bytes }] of counts) {
    const names = path.split(':')
    for (let depth = 1; depth <= names.length; depth++) {
      const part = names.slice(0, depth)
      const key = part.join(':')
      const row = rows.get(key) ?? { path: part, frames: 0, bytes: 0, endFrames: 0, endBytes: 0 }
      rows.set(key, row)
      row.frames += frames
      row.bytes += bytes
      if (depth < names.length) continue
      row.endFrames += frames
      row.endBytes += bytes
    }
  }
  const below = (parent: string): ProtocolRow[] =>
    [...rows]
      .filter(([key]) => key.slice(0, Math.max(0, key.lastIndexOf(':'))) === parent)
      .sort(([, a], [, b]) => b.frames - a.frames)
      .flatMap(([key, row]) => [row, ...below(key)])
  return below('')
}
