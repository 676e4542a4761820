// What the packets themselves show, in one walk over the frames: cuts, copies, losses, silence. Rules about TCP and about the capture read it.
import { perCase } from '../../per-case'
import { Analysis, Frame, Paging, Stream, StreamFlag, TcpFlag } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'

/** A pause this long may have outlasted a firewall's memory of the connection: the shortest timeouts in use are a minute. */
const IDLE_SECONDS = 60
/** A segment this large is as large as Ethernet carries. */
export const FULL_SEGMENT = 1300
/** Ports of one stream, in a key of stream and port. */
const PORTS = 0x10000
const SMB_PORTS = new Set([445, 139])
/** Kinds of streams: RPC (over SMB as well), SMB without RPC, and others, of which only copies and cuts are counted. */
const OTHER = 0
const SMB = 1
const RPC = 2
/** A packet that was overtaken follows within so many frames. */
const CHANGED_OVER_FRAMES = 8

/** Trouble on one RPC stream; of SMB without RPC, what was sent again. Frames are the first of their kind. */
export interface StreamTraffic {
  retransmissions: number
  firstRetransmission?: number | undefined
  lastRetransmission?: number | undefined
  /** Retransmitted segments that were full-size, and how often the smaller ones were. */
  fullSizeRetransmissions: number
  /** How often a side closed its window, and the longest time that it stayed closed. */
  zeroWindows: number
  closedWindow?: ClosedWindow | undefined
  keepAlives: number
  keepAliveAnswers: number
  firstKeepAlive?: number | undefined
  lastKeepAlive?: number | undefined
  /** Frames before which bytes are missing, less those that came late after all. */
  missing: number
  /** A segment that was sent again and again, and that nothing acknowledges up to the capture's end. */
  stalled?: Stalled | undefined
  /** The longest pause: the frames before and after it. */
  idle?: { before: number; after: number; seconds: number }
}

interface ClosedWindow {
  /** Frames that close the window and open it again (the last frame of the capture where it stays closed). */
  from: number
  to: number
  seconds: number
  /** Port of the side that took no more bytes. */
  port: number
}

export interface Stalled {
  /** The sequence number after its last byte. */
  next: number
  bytes: number
  /** Frames in which it was sent again: the first, the last, and how many. */
  first: number
  last: number
  count: number
  /** True if the other side still sends anything after the first of them. */
  receiverSent: boolean
  /** The other side ended the connection by RST. */
  reset: boolean
}

export interface Traffic {
  /** Frames shorter in the file than on the wire. */
  cut: number
  firstCut?: number | undefined
  shortest?: number | undefined
  /** Packets that the sniffer saw twice. */
  copies: number
  firstCopy?: number | undefined
  /** Frames of RPC streams before which bytes are missing, and which acknowledge bytes that are. */
  missing: number
  firstMissing?: number | undefined
  /** Frames whose time is before that of the frame before, by more than a second. */
  backwards: number
  firstBackwards?: number | undefined
  byStream: Map<number, StreamTraffic>
}

/** While the walk is under way: segments that wait for their acknowledgement, by stream and sender's port. */
interface Walking extends Traffic {
  stalled: Map<number, Stalled>
  /** Frames that closed a window which is still closed, by the same key. */
  closed: Map<number, number>
}

const NOTABLE =
  Analysis.Retransmission |
  Analysis.PreviousNotCaptured |
  Analysis.AckedUnseen |
  Analysis.OutOfOrder |
  Analysis.ZeroWindow |
  Analysis.KeepAlive |
  Analysis.KeepAliveAck |
  Analysis.Duplicate

/** What the packets of a case show, apart from RPC. One walk over all frames. */
export const trafficOf = perCase(({ capture }: { capture: Capture }) => traffic(capture))

function traffic(capture: Capture): Traffic {
  const { frames, streams } = capture
  const found: Walking = { cut: 0, copies: 0, missing: 0, backwards: 0, byStream: new Map(), ...waiting() }
  const kinds = new Uint8Array(streams.rows)
  for (let row = 0; row < kinds.length; row++) {
    if (SMB_PORTS.has(streams.get(Stream.PortB, row))) kinds[row] = SMB
    if ((streams.get(Stream.Flags, row) & StreamFlag.Rpc) !== 0) kinds[row] = RPC
  }
  const last = new Uint32Array(streams.rows).fill(NONE)
  const lastSeconds = new Uint32Array(streams.rows)
  let before = 0
  const { rows } = frames
  // Column by column of a page: this walk passes every frame of the capture.
  for (let page = 0; page << Paging.ROW_BITS < rows; page++) {
    const first = page << Paging.ROW_BITS
    const captured = frames.column(Frame.Captured, page)
    const length = frames.column(Frame.Length, page)
    const times = frames.column(Frame.Seconds, page)
    const ofStream = frames.column(Frame.Stream, page)
    const tcpFlags = frames.column(Frame.TcpFlags, page)
    const inPage = Math.min(Paging.ROWS, rows - first)
    for (let row = 0; row < inPage; row++) {
      const frame = first + row
      if (captured[row]! < length[row]!) {
        found.cut++
        found.firstCut ??= frame
        found.shortest = Math.max(found.shortest ?? 0, captured[row]!)
      }
      const seconds = times[row]!
      if (seconds + 1 < before) {
        found.backwards++
        found.firstBackwards ??= frame
      }
      before = seconds
      const stream = ofStream[row]!
      if (stream === NONE) continue
      const flags = tcpFlags[row]!
      const notable = flags === NONE ? 0 : flags & NOTABLE
      const copied = (notable & Analysis.Duplicate) !== 0
      if (copied) {
        found.copies++
        found.firstCopy ??= frame
      }
      const kind = kinds[stream]!
      if (kind === OTHER) continue
      const previous = last[stream]!
      if (!copied && previous !== NONE && seconds - lastSeconds[stream]! > IDLE_SECONDS)
        idle(found, stream, previous, frame, seconds - lastSeconds[stream]!)
      last[stream] = frame
      lastSeconds[stream] = seconds
      if (found.stalled.size > 0) hear(found, stream, frame, capture)
      if (kind === SMB) {
        // A logon with a large ticket comes before any pipe, and may be the first that does not get through.
        if ((notable & Analysis.Retransmission) !== 0 && !copied) again(found, stream, frame, capture)
        continue
      }
      if (found.closed.size > 0) reopen(found, stream, frame, capture)
      if (notable !== 0 && !copied) note(found, stream, frame, notable, capture)
    }
  }
  for (const key of found.closed.keys()) keepClosed(found, key, rows - 1, capture)
  for (const [key, stalled] of found.stalled) {
    const known = of(found, Math.floor(key / PORTS))
    if (stalled.count > (known.stalled?.count ?? 0)) known.stalled = stalled
  }
  return found
}

function waiting(): Pick<Walking, 'stalled' | 'closed'> {
  return { stalled: new Map(), closed: new Map() }
}

/** Ends the time for which the sender of a frame had its window closed, where the frame opens it. */
function reopen(found: Walking, stream: number, frame: number, capture: Capture): void {
  const key = stream * PORTS + capture.frames.get(Frame.SourcePort, frame)
  const stays =
    capture.frames.get(Frame.Window, frame) === 0 && (capture.frames.get(Frame.TcpFlags, frame) & TcpFlag.Rst) === 0
  if (!found.closed.has(key) || stays) return
  keepClosed(found, key, frame, capture)
  found.closed.delete(key)
}

function keepClosed(found: Walking, key: number, to: number, { frames }: Capture): void {
  const from = found.closed.get(key)!
  const known = of(found, Math.floor(key / PORTS))
  const seconds = secondsBetween(frames, from, to)
  if (seconds > (known.closedWindow?.seconds ?? -1)) known.closedWindow = { from, to, seconds, port: key % PORTS }
}

/** A frame of a stream: does it acknowledge what the other side sends again, or end the connection? */
function hear(found: Walking, stream: number, frame: number, { frames }: Capture): void {
  const key = stream * PORTS + frames.get(Frame.DestinationPort, frame)
  const stalled = found.stalled.get(key)
  if (!stalled) return
  const flags = frames.get(Frame.TcpFlags, frame)
  const ahead = (frames.get(Frame.Ack, frame) - stalled.next) | 0
  if (ahead >= 0) found.stalled.delete(key)
  else if ((flags & TcpFlag.Rst) !== 0) stalled.reset = true
  else stalled.receiverSent = true
}

/** A segment is sent again. */
function again(found: Walking, stream: number, frame: number, capture: Capture): void {
  const known = of(found, stream)
  stall(found, stream, frame, capture)
  known.retransmissions++
  known.firstRetransmission ??= frame
  known.lastRetransmission = frame
  if (capture.frames.get(Frame.PayloadLength, frame) >= FULL_SEGMENT) known.fullSizeRetransmissions++
}

/** Keeps the segment that was sent again, unless one before it waits as well. */
function stall(found: Walking, stream: number, frame: number, { frames }: Capture): void {
  const key = stream * PORTS + frames.get(Frame.SourcePort, frame)
  const bytes = frames.get(Frame.PayloadLength, frame)
  const next = (frames.get(Frame.Seq, frame) + bytes) >>> 0
  const known = found.stalled.get(key)
  if (known?.next === next) {
    known.count++
    known.last = frame
    // What comes first holds up the rest: a later segment may have been sent again to probe the way.
  } else if (!known || ((next - known.next) | 0) < 0)
    found.stalled.set(key, { next, bytes, first: frame, last: frame, count: 1, receiverSent: false, reset: false })
}

function of(found: Traffic, stream: number): StreamTraffic {
  let known = found.byStream.get(stream)
  if (!known) {
    known = {
      retransmissions: 0,
      fullSizeRetransmissions: 0,
      zeroWindows: 0,
      keepAlives: 0,
      keepAliveAnswers: 0,
      missing: 0,
    }
    found.byStream.set(stream, known)
  }
  return known
}

function idle(found: Traffic, stream: number, before: number, after: number, seconds: number): void {
  const known = of(found, stream)
  if (seconds > (known.idle?.seconds ?? 0)) known.idle = { before, after, seconds }
}

/** True if the bytes that a frame acknowledges are in one of the frames right behind it: two packets changed over. */
function comesSoon(stream: number, frame: number, frames: Capture['frames']): boolean {
  const acknowledged = frames.get(Frame.Ack, frame)
  const last = Math.min(frames.rows - 1, frame + CHANGED_OVER_FRAMES)
  for (let later = frame + 1; later <= last; later++) {
    if (frames.get(Frame.Stream, later) !== stream) continue
    const end = frames.get(Frame.Seq, later) + frames.get(Frame.PayloadLength, later)
    if (end >>> 0 === acknowledged) return true
  }
  return false
}

function note(found: Walking, stream: number, frame: number, notable: number, capture: Capture): void {
  const { frames } = capture
  const known = of(found, stream)
  if ((notable & (Analysis.PreviousNotCaptured | Analysis.AckedUnseen)) !== 0) {
    found.missing++
    found.firstMissing ??= frame
  }
  const early = (notable & Analysis.AckedUnseen) !== 0 && !comesSoon(stream, frame, frames)
  if ((notable & Analysis.PreviousNotCaptured) !== 0 || early) known.missing++
  if ((notable & Analysis.OutOfOrder) !== 0 && known.missing > 0) known.missing--
  if ((notable & Analysis.Retransmission) !== 0) {
    again(found, stream, frame, capture)
  }
  if ((notable & Analysis.ZeroWindow) !== 0) {
    const key = stream * PORTS + frames.get(Frame.SourcePort, frame)
    if (!found.closed.has(key)) {
      known.zeroWindows++
      found.closed.set(key, frame)
    }
  }
  if ((notable & Analysis.KeepAlive) !== 0) {
    known.keepAlives++
    known.firstKeepAlive ??= frame
    known.lastKeepAlive = frame
  }
  if ((notable & Analysis.KeepAliveAck) !== 0) known.keepAliveAnswers++
}
