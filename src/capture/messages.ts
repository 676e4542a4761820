// The messages of neighbour protocols that the parser kept.
import { Message } from '../../asm/layout'
import type { Capture } from './capture'

/** The bytes that were kept of a message, from its first; perhaps fewer than it has. */
export function messageBytes(capture: Capture, row: number): Uint8Array<ArrayBuffer> {
  const { messages } = capture
  return capture.bytes(messages.get(Message.Kept, row), messages.get(Message.KeptLength, row))
}
