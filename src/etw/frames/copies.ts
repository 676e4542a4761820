// pktmon logs a packet once for each component that it passes. The copies are recognised and become one packet:
// by the number that pktmon gave it where there is one, else by equal bytes within a millisecond.
import type { Sighting } from './frame-events'
import { isSamePacket, Link, packetHash } from './link'

/** Copies with equal bytes are at most so far apart. */
const COPY_MILLISECONDS = 1
/** A packet is complete so long after it was first seen: copies wait in queues on their way. */
export const OPEN_MILLISECONDS = 5

/** pktmon's direction tags: in, Rx and ingress are odd. */
const INBOUND = 1

/** One packet and where it was seen. */
export interface Packet {
  /** The copy that is shown: as near to the wire as there is one. */
  best: Sighting
  sightings: Sighting[]
  firstTicks: number
  lastTicks: number
  /** Its row among the frames; -1 until it is known. */
  row: number
  /** The hash of its first copy; undefined where nothing but one copy is looked for. */
  hash: number | undefined
}

/** Joins copies of packets whose sightings come in the order of time. */
export class Copies {
  #open: Packet[] = []
  readonly #byHash = new Map<number, Packet>()
  readonly #byGroup = new Map<number, Packet>()
  readonly #copyTicks: number

  /** `ticksPerMillisecond` of the trace's clock; `isMiniport` is true for components that drive a network card. */
  constructor(
    private readonly ticksPerMillisecond: number,
    private readonly isMiniport: (component: number) => boolean,
  ) {
    this.#copyTicks = COPY_MILLISECONDS * ticksPerMillisecond
  }

  /** Adds a sighting to its packet, or begins a packet with it. Returns the packet. */
  add(sighting: Sighting): Packet {
    // Only pktmon sees a packet more than once.
    if (sighting.group === undefined) return this.#begin(sighting)
    const hash = packetHash(sighting.bytes, sighting.link)
    const packet = this.#ofGroup(sighting) ?? this.#ofBytes(sighting, hash)
    if (!packet) return this.#begin(sighting, hash)
    packet.sightings.push(sighting)
    packet.lastTicks = Math.max(packet.lastTicks, sighting.ticks)
    this.#byGroup.set(sighting.group, packet)
    if (this.#score(sighting, packet) > this.#score(packet.best, packet)) packet.best = sighting
    return packet
  }

  /** Takes the packets out that were first seen before `ticks`: no copy of them follows. */
  close(ticks: number): Packet[] {
    const closed = this.#open.filter((packet) => packet.firstTicks < ticks)
    if (closed.length === 0) return closed
    this.#open = this.#open.filter((packet) => packet.firstTicks >= ticks)
    if (this.#open.length === 0) {
      this.#byHash.clear()
      this.#byGroup.clear()
      return closed
    }
    for (const packet of closed) {
      const { hash, sightings } = packet
      if (hash !== undefined && this.#byHash.get(hash) === packet) this.#byHash.delete(hash)
      for (const { group } of sightings)
        if (group !== undefined && this.#byGroup.get(group) === packet) this.#byGroup.delete(group)
    }
    return closed
  }

  #begin(sighting: Sighting, hash?: number): Packet {
    const { ticks } = sighting
    const packet = { best: sighting, sightings: [sighting], firstTicks: ticks, lastTicks: ticks, row: -1, hash }
    this.#open.push(packet)
    if (hash !== undefined) this.#byHash.set(hash, packet)
    if (sighting.group !== undefined) this.#byGroup.set(sighting.group, packet)
    return packet
  }

  /** The appearance count is 0 where the number of the group means nothing, and 1 where a packet begins. */
  #ofGroup({ group, appearance, ticks, bytes, link }: Sighting): Packet | undefined {
    if (appearance < 2) return undefined
    const packet = this.#byGroup.get(group!)
    if (!packet || this.#isComplete(packet, ticks)) return undefined
    return isSamePacket(bytes, link, packet.best.bytes, packet.best.link) ? packet : undefined
  }

  #isComplete({ firstTicks }: Packet, ticks: number): boolean {
    return ticks - firstTicks > OPEN_MILLISECONDS * this.ticksPerMillisecond
  }

  #ofBytes(sighting: Sighting, hash: number): Packet | undefined {
    const packet = this.#byHash.get(hash)
    if (!packet || sighting.ticks - packet.lastTicks > this.#copyTicks || this.#isComplete(packet, sighting.ticks))
      return undefined
    // A component sees a packet once: what it sees again was sent again.
    if (packet.sightings.some((seen) => isSamePlace(seen, sighting))) return undefined
    return isSamePacket(sighting.bytes, sighting.link, packet.best.bytes, packet.best.link) ? packet : undefined
  }

  /** How good a copy is to be shown; of equal ones the first of an inbound packet and the last of an outbound one is. */
  #score(sighting: Sighting, packet: Packet): number {
    let score = 0
    if (!sighting.drop) score += 8
    if (this.isMiniport(sighting.component) && sighting.edge === 1) score += 4
    if (sighting.link !== Link.RawIp && sighting.link !== Link.Unknown) score += 2
    if (!(sighting.direction & INBOUND) && sighting === packet.sightings.at(-1)) score += 1
    return score
  }
}

function isSamePlace(a: Sighting, b: Sighting): boolean {
  return (
    a.component === b.component &&
    a.edge === b.edge &&
    a.direction === b.direction &&
    (a.drop === undefined) === (b.drop === undefined) &&
    a.drop?.location === b.drop?.location
  )
}
