// A frame as inspect prints it.
import { Frame, Status } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import { frameEnds, protocolName } from '../capture/text'
import { isTcp } from './tcp-info'

const STATUS: Record<Status, string | undefined> = {
  [Status.Ok]: undefined,
  [Status.Truncated]: 'truncated',
  [Status.Malformed]: 'malformed',
  [Status.Unsupported]: 'unsupported',
  [Status.Fragment]: undefined,
  [Status.FileCut]: 'truncated',
  [Status.FileBroken]: 'malformed',
  [Status.FileTooLarge]: undefined,
}

/** The object for one frame, without `info`; absent values are undefined. */
export function frameLine(capture: Capture, row: number): Record<string, unknown> {
  const { frames } = capture
  const get = (column: Frame) => frames.get(column, row)
  const present = (value: number) => (value === NONE ? undefined : value)
  const { source, destination } = frameEnds(capture, row)
  const sport = present(get(Frame.SourcePort))
  return {
    n: row + 1,
    t: get(Frame.Nanos) === NONE ? undefined : timeText(get(Frame.Seconds), get(Frame.Nanos)),
    len: get(Frame.Length),
    cap: get(Frame.Captured),
    link: linkOf(capture, row),
    src: source || undefined,
    dst: destination || undefined,
    sport,
    dport: present(get(Frame.DestinationPort)),
    tcp:
      sport !== undefined && isTcp(capture, row)
        ? {
            flags: get(Frame.TcpFlags) & 0xfff,
            seq: get(Frame.Seq),
            ack: get(Frame.Ack),
            win: get(Frame.Window),
            len: get(Frame.PayloadLength),
          }
        : undefined,
    protocol: protocolName(get(Frame.Protocol)),
    stream: present(get(Frame.Stream)),
    status: STATUS[get(Frame.Status) as Status],
  }
}

/** Seconds since the epoch with nine decimals, exact: floating point has not the digits. */
export function timeText(seconds: number, nanos: number): string {
  return `${seconds}.${String(nanos).padStart(9, '0')}`
}

/** The link type of a frame's interface, as its pcap number. */
function linkOf({ frames, interfaces }: Capture, row: number): number | undefined {
  const at = frames.get(Frame.Interface, row)
  return at < interfaces.rows ? interfaces.get(0, at) : undefined
}
