// The wire under the capture: a clock in microseconds and the frames recorded so far.
import type { Frame } from '../file/frame'
import { arpReply, arpRequest } from './ethernet'
import type { Host } from './host'
import { type Destination, ipFrame } from './ip'
import { udpFrame } from './udp'

export interface WireOptions {
  /** Microseconds since the epoch of the capture's first instant. */
  start?: number
  /** Microseconds that pass between two frames unless the clock is set. */
  gap?: number
  /** 802.1Q tags on every frame, from outermost in. */
  vlans?: readonly number[]
}

/** 2010-06-14 17:20:31 UTC. */
export const DEFAULT_START = 1276536031 * 1e6

export class Wire {
  readonly frames: Frame[] = []
  readonly start: number
  readonly vlans: readonly number[]
  gap: number
  #now = 0
  #blind = false
  #schedule: number[] = []

  constructor({ start = DEFAULT_START, gap = 120, vlans = [] }: WireOptions = {}) {
    this.start = start
    this.gap = gap
    this.vlans = vlans
  }

  /** Seconds since the start, at which the next frame will pass. */
  get now(): number {
    return this.#now / 1e6
  }

  /** Sets the clock: seconds since the start, exact to the microsecond. */
  at(seconds: number): this {
    this.#now = Math.round(seconds * 1e6)
    return this
  }

  wait(seconds: number): this {
    this.#now += Math.round(seconds * 1e6)
    return this
  }

  /**
   * Runs `what`, whose frames pass at exactly these times; throws when there are fewer frames. What a longer handshake sends
   * beyond the last time follows it a microsecond apart.
   */
  timed<T>(seconds: readonly number[], what: () => T): T {
    const { gap } = this
    this.gap = 1
    this.#schedule = [...seconds]
    const result = what()
    if (this.#schedule.length > 0) throw new Error(`${this.#schedule.length} of ${seconds.length} times left over`)
    this.gap = gap
    return result
  }

  /** Records a frame now and lets the gap pass; gives the frame back, also where it was not recorded. */
  put(bytes: Uint8Array<ArrayBuffer>): Frame {
    const scheduled = this.#schedule.shift()
    if (scheduled !== undefined) this.at(scheduled)
    const frame = { microseconds: this.start + this.#now, bytes }
    if (!this.#blind) this.frames.push(frame)
    this.#now += this.gap
    return frame
  }

  /** Runs `what` while the capture sees nothing: its frames pass, but are not recorded. */
  unseen<T>(what: () => T): T {
    const before = this.#blind
    this.#blind = true
    try {
      return what()
    } finally {
      this.#blind = before
    }
  }

  ip(source: Host, destination: Destination, protocol: number, payload: Uint8Array): Frame {
    return this.put(ipFrame(source, destination, protocol, payload, this.vlans))
  }

  udp(source: Host, sourcePort: number, destination: Destination, destinationPort: number, payload: Uint8Array): Frame {
    return this.put(udpFrame(source, sourcePort, destination, destinationPort, payload, this.vlans))
  }

  arp(asker: Host, target: Host): void {
    this.put(arpRequest(asker, target.ip, this.vlans))
    this.put(arpReply(target, asker, this.vlans))
  }
}
