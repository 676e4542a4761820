// What can go wrong between the wire and the file: frames lost, out of order, twice, cut, one direction only. Frame positions
// count from 0; every function leaves its argument alone.
import type { Frame } from './captures/file/frame'
import type { Host } from './captures/network/host'

const SOURCE_MAC_AT = 6
/** In an Ethernet frame without a VLAN tag, and an IPv4 header without options. */
const IPV4_PROTOCOL_AT = 23
const IPV4_SOURCE_AT = 26
const ICMP = 1
const ICMP_QUOTED_SOURCE_AT = 14 + 20 + 8 + 12

/** Without the frames at these positions: the capture missed them, the peers did not. */
export function lose(frames: readonly Frame[], ...positions: number[]): Frame[] {
  return frames.filter((_, at) => !positions.includes(at))
}

/** The frame at `at` passes before the one in front of it; times stay in order. */
export function swapWithPrevious(frames: readonly Frame[], at: number): Frame[] {
  const swapped = [...frames]
  const [earlier, later] = [frames[at - 1]!, frames[at]!]
  swapped[at - 1] = { ...later, microseconds: earlier.microseconds }
  swapped[at] = { ...earlier, microseconds: later.microseconds }
  return swapped
}

/** Every frame twice, `microseconds` apart, as a mirror port or a driver stack records it. */
export function duplicateAll(frames: readonly Frame[], microseconds = 2): Frame[] {
  return frames.flatMap((frame) => [frame, { ...frame, microseconds: frame.microseconds + microseconds }])
}

/**
 * Every frame twice, the second time with another IPv4 address in place of `from`, also in what ICMP quotes (RFC 3022 4.3):
 * captured on both sides of an address translation.
 */
export function translateAll(frames: readonly Frame[], from: Pick<Host, 'ip'>, to: readonly number[]): Frame[] {
  return frames.flatMap((frame) => {
    const bytes = frame.bytes.slice()
    const sources = bytes[IPV4_PROTOCOL_AT] === ICMP ? [IPV4_SOURCE_AT, ICMP_QUOTED_SOURCE_AT] : [IPV4_SOURCE_AT]
    for (const at of sources.flatMap((source) => [source, source + 4]))
      if (from.ip.every((byte, i) => byte === bytes[at + i])) bytes.set(to, at)
    return [frame, { ...frame, bytes, microseconds: frame.microseconds + 2 }]
  })
}

/** At most `length` bytes kept of each. */
export function cutTo(frames: readonly Frame[], length: number): Frame[] {
  return frames.map((frame) => ({
    ...frame,
    bytes: frame.bytes.slice(0, length),
    wireLength: frame.wireLength ?? frame.bytes.length,
  }))
}

/** Only what `host` sent. */
export function sentBy(frames: readonly Frame[], host: Pick<Host, 'mac'>): Frame[] {
  return frames.filter(({ bytes }) => host.mac.every((byte, at) => bytes[SOURCE_MAC_AT + at] === byte))
}

/** From the frame at `position` on: the capture was started late. */
export function startingAt(frames: readonly Frame[], position: number): Frame[] {
  return frames.slice(position)
}

/** In the order of time: needed where several connections were written one after the other. */
export function inOrder(frames: readonly Frame[]): Frame[] {
  return [...frames].sort((a, b) => a.microseconds - b.microseconds)
}
