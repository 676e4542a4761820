// The Info line of a TCP, UDP or ICMP frame that completes no RPC PDU, in Wireshark's manner.
import { Analysis, Frame, IpProtocol, Protocol, Status, Stream, TcpFlag } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import { protocolName } from '../capture/text'

const FLAGS: [number, string][] = [
  [0x02, 'SYN'],
  [0x01, 'FIN'],
  [0x04, 'RST'],
  [0x08, 'PSH'],
  [0x10, 'ACK'],
  [0x20, 'URG'],
  [0x40, 'ECE'],
  [0x80, 'CWR'],
]

const ANALYSIS: [Analysis, string][] = [
  [Analysis.Duplicate, 'Duplicate packet'],
  [Analysis.ReusedPorts, 'TCP Port numbers reused'],
  [Analysis.KeepAlive, 'TCP Keep-Alive'],
  [Analysis.KeepAliveAck, 'TCP Keep-Alive ACK'],
  [Analysis.Retransmission, 'TCP Retransmission'],
  [Analysis.OutOfOrder, 'TCP Out-Of-Order'],
  [Analysis.PreviousNotCaptured, 'TCP Previous segment not captured'],
  [Analysis.AckedUnseen, 'TCP ACKed unseen segment'],
  [Analysis.DuplicateAck, 'TCP Dup ACK'],
  [Analysis.ZeroWindowProbe, 'TCP ZeroWindowProbe'],
  [Analysis.ZeroWindow, 'TCP ZeroWindow'],
  [Analysis.WindowUpdate, 'TCP Window Update'],
]

const STATUS: Partial<Record<Status, string>> = {
  [Status.Truncated]: 'cut off by the capture',
  [Status.Malformed]: 'bytes contradict the protocol',
  [Status.Unsupported]: 'not decoded',
  [Status.Fragment]: 'IP fragment, datagram not complete here',
}

/** `TcpFlag.Syn, ACK` for the low twelve bits of TCP flags. */
export function tcpFlagsText(flags: number): string {
  return FLAGS.filter(([bit]) => flags & bit)
    .map(([, name]) => name)
    .join(', ')
}

/** The names of what TCP analysis says about a frame, in Wireshark's words. */
function analysisNames(flags: number): string[] {
  return ANALYSIS.filter(([bit]) => flags & bit).map(([, name]) => name)
}

/** Sequence and acknowledgement number of a TCP frame counted from its stream's first, window after scaling. */
function relativeNumbers(capture: Capture, row: number): { seq: number; ack: number; window: number } {
  const { frames, streams } = capture
  const stream = frames.get(Frame.Stream, row)
  const [seq, ack, window] = [Frame.Seq, Frame.Ack, Frame.Window].map((column) => frames.get(column, row)) as [
    number,
    number,
    number,
  ]
  if (stream === NONE) return { seq, ack, window }
  const fromA = isFromA(capture, row)
  const own = streams.get(fromA ? Stream.IsnA : Stream.IsnB, stream)
  const other = streams.get(fromA ? Stream.IsnB : Stream.IsnA, stream)
  const shifts = streams.get(Stream.WindowShift, stream)
  const shift = fromA ? shifts >>> 8 : shifts & 0xff
  // Scaling counts only when both SYNs offered it, and never in a TcpFlag.Syn itself. RFC 7323 2.2.
  const scaled = !(frames.get(Frame.TcpFlags, row) & TcpFlag.Syn) && shifts >>> 8 !== 0xff && (shifts & 0xff) !== 0xff
  return { seq: (seq - own) >>> 0, ack: (ack - other) >>> 0, window: scaled ? window * 2 ** shift : window }
}

/** True if a frame of a stream goes from its side A to B. */
function isFromA({ frames, streams }: Capture, row: number): boolean {
  const stream = frames.get(Frame.Stream, row)
  return (
    frames.get(Frame.SourcePort, row) === streams.get(Stream.PortA, stream) &&
    frames.get(Frame.Source, row) === streams.get(Stream.AddressA, stream)
  )
}

/** One line on the frame at `row`; never empty. */
export function transportInfo(capture: Capture, row: number): string {
  const { frames } = capture
  const status = frames.get(Frame.Status, row) as Status
  const problem = STATUS[status] ? ` (${STATUS[status]})` : ''
  const source = frames.get(Frame.SourcePort, row)
  const protocol = frames.get(Frame.Protocol, row) as Protocol
  if (source === NONE) return protocolName(protocol).toUpperCase() + problem
  const ports = `${source} → ${frames.get(Frame.DestinationPort, row)}`
  const length = frames.get(Frame.PayloadLength, row)
  const flags = frames.get(Frame.TcpFlags, row) & ~(Analysis.Nested | Analysis.OtherLength)
  if (flags === 0 && !isTcp(capture, row)) return `${ports} Len=${length}${problem}`
  const { seq, ack, window } = relativeNumbers(capture, row)
  const names = analysisNames(flags)
  const analysis = names.length ? `[${names.join(', ')}] ` : ''
  const acked = flags & 0x10 ? ` Ack=${ack}` : ''
  return `${analysis}${ports} [${tcpFlagsText(flags)}] Seq=${seq}${acked} Win=${window} Len=${length}${problem}`
}

/** True if a frame with ports is TCP rather than UDP. */
export function isTcp({ frames, streams }: Capture, row: number): boolean {
  const stream = frames.get(Frame.Stream, row)
  return stream === NONE
    ? (frames.get(Frame.TcpFlags, row) & ~(Analysis.Nested | Analysis.OtherLength)) !== 0
    : streams.get(Stream.Transport, stream) === Number(IpProtocol.Tcp)
}
