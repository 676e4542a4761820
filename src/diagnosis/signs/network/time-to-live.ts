// A reset that a device between sent in a host's name: its TTL is not that of the host's other packets. RFC 791 3.2, RFC 9293 3.5.2.
import { perCase } from '../../per-case'
import { Address, AddressKind, Frame, Paging, TcpFlag } from '../../../../asm/layout'
import type { Capture } from '../../../capture/capture'
import { NONE } from '../../../capture/table'
import { addressText } from '../../../capture/text'
import type { Examination } from '../../examination'
import { evidence, frameNumber, list } from '../../text/wording'
import type { Evidence } from '../../finding'

/** Fewer packets show no habit. */
const FEWEST = 3
/** A sender whose packets come with more TTLs than this has none that is usual. */
const MOST_WAYS = 2

/** What the TCP packets of a sender have in common, resets apart. */
interface Habit {
  /** In order of appearance: several where the capture holds copies from both sides of a router, or several ways. */
  timesToLive: number[]
  packets: number
  first: number
}

/** Habits of all senders over IPv4, by row of Address, in one walk over the frames. */
const habits = perCase(({ capture }: { capture: Capture }) => habitsOf(capture))

function habitsOf({ frames, addresses }: Capture): ReadonlyMap<number, Habit> {
  const known = new Map<number, Habit>()
  for (let page = 0; page << Paging.ROW_BITS < frames.rows; page++) {
    const first = page << Paging.ROW_BITS
    const flags = frames.column(Frame.TcpFlags, page)
    const sources = frames.column(Frame.Source, page)
    const extra = frames.column(Frame.Extra, page)
    for (let row = 0; row < Math.min(Paging.ROWS, frames.rows - first); row++) {
      const source = sources[row]!
      if (flags[row] === NONE || (flags[row]! & TcpFlag.Rst) !== 0 || source === NONE || extra[row] === NONE) continue
      const timeToLive = extra[row]! & 0xff
      const habit = known.get(source)
      if (habit) {
        habit.packets++
        if (habit.timesToLive.length <= MOST_WAYS && !habit.timesToLive.includes(timeToLive))
          habit.timesToLive.push(timeToLive)
      } else if (addresses.get(Address.Kind, source) === Number(AddressKind.Ipv4))
        known.set(source, { timesToLive: [timeToLive], packets: 1, first: first + row })
    }
  }
  return known
}

export interface Foreign {
  /** `The RST in frame 9 has a TTL of 61, ...`. */
  text: string
  evidence: Evidence[]
}

/** Says that a reset does not look like its sender's other packets; undefined where it does, or where that is not visible. */
export function foreignReset(theCase: Examination, frame: number | undefined): Foreign | undefined {
  if (frame === undefined || frame === NONE) return undefined
  const { frames, addresses } = theCase.capture
  const flags = frames.get(Frame.TcpFlags, frame)
  if (flags === NONE || (flags & TcpFlag.Rst) === 0) return undefined
  const source = frames.get(Frame.Source, frame)
  const habit = habits(theCase).get(source)
  const own = frames.get(Frame.Extra, frame) & 0xff
  if (!habit || habit.packets < FEWEST * habit.timesToLive.length || habit.timesToLive.length > MOST_WAYS)
    return undefined
  if (habit.timesToLive.includes(own)) return undefined
  const usual = list(habit.timesToLive.map(String), 'or')
  const host = addressText(addresses, source)
  return {
    text: `The RST in frame ${frameNumber(frame)} has a TTL of ${own}, and all other packets of ${host} have ${usual}: most likely it is not from ${host} but from a device between, a firewall or load balancer, in its name.`,
    evidence: evidence(habit.first, `a packet of ${host} itself: TTL ${habit.timesToLive[0]!}, the RST has ${own}`),
  }
}
