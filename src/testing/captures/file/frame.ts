// A frame as a capture file holds it.

export interface Frame {
  /** Microseconds since the epoch. */
  microseconds: number
  bytes: Uint8Array<ArrayBuffer>
  /** Bytes on the wire, where fewer were captured. */
  wireLength?: number
}

export const ETHERNET = 1
