// The messages of neighbour protocols that the parser kept.
import { Message } from '../../asm/layout'
import type { Capture } from './capture'

/** The bytes that were kept of a message, from its first; perhaps fewer than it has. The copy may be made in `room`. */
export function messageBytes(capture: Capture, row: number, room?: Room): Uint8Array<ArrayBuffer> {
  const { messages } = capture
  const length = messages.get(Message.KeptLength, row)
  return capture.bytes(messages.get(Message.Kept, row), length, room?.of(length))
}

/** Longer messages are copied each by itself. */
const LONGEST_IN_ROOM = 512

/** Memory for the bytes of short messages that are looked at one after the other: of each length a view that is made once. */
export class Room {
  readonly #memory = new Uint8Array(LONGEST_IN_ROOM)
  readonly #views: Uint8Array<ArrayBuffer>[] = []

  of(length: number): Uint8Array<ArrayBuffer> | undefined {
    return length > LONGEST_IN_ROOM ? undefined : (this.#views[length] ??= this.#memory.subarray(0, length))
  }
}
