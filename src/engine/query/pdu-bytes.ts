// The bytes of a DCE/RPC PDU, gathered again from the frames that carried it.
import { Frame, Pdu, PduFlag, Stream } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { fragmentLength, pduBytes as keptBytes, pduFlags } from '../../capture/pdu'
import { NONE } from '../../capture/table'
import { frameAt } from '../../capture/text'
import type { Source } from '../read/source'

/** Frames that are looked through for one PDU at the most: 65,535 bytes in segments of 40, retransmitted now and then. */
const MAXIMUM_FRAMES = 4096

/** How many bytes of the PDU its first frame holds; all of them for most. */
export function bytesInFirstFrame({ frames, pdus }: Capture, pdu: number): number {
  const first = pdus.get(Pdu.FirstFrame, pdu)
  return Math.min(fragmentLength(pdus.get(Pdu.Lengths, pdu)), frames.get(Frame.Captured, first) - pdus.get(Pdu.At, pdu))
}

/** The whole PDU as far as the capture has it; holes read as zeros. Undefined when nothing of it can be placed. */
export async function pduBytes(
  capture: Capture,
  source: Pick<Source, 'read'>,
  pdu: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { frames, pdus, streams } = capture
  const first = pdus.get(Pdu.FirstFrame, pdu)
  const at = pdus.get(Pdu.At, pdu)
  const length = fragmentLength(pdus.get(Pdu.Lengths, pdu))
  if (pdus.get(Pdu.Frame, pdu) === first) {
    const bytes = await source.read(frameAt(frames, first) + at, Math.max(0, bytesInFirstFrame(capture, pdu)))
    return bytes.length ? bytes : undefined
  }
  const stream = pdus.get(Pdu.Stream, pdu)
  if (pdus.get(Pdu.Pipe, pdu) !== NONE || streams.get(Stream.Transport, stream) !== 6) return undefined
  const startSeq = frames.get(Frame.Seq, first) + at - frames.get(Frame.PayloadAt, first)
  const bytes = new Uint8Array(length)
  const last = Math.min(pdus.get(Pdu.Frame, pdu), first + MAXIMUM_FRAMES * 64)
  let looked = 0
  for (let row = first; row <= last && looked < MAXIMUM_FRAMES; row++) {
    if (!sameDirection(capture, row, first)) continue
    looked++
    const payloadAt = frames.get(Frame.PayloadAt, row)
    const payload = Math.min(frames.get(Frame.PayloadLength, row), frames.get(Frame.Captured, row) - payloadAt)
    // Signed distance modulo 2^32: where this segment's first byte lies in the PDU.
    const offset = (frames.get(Frame.Seq, row) - startSeq) | 0
    if (payload <= 0 || offset >= length || offset + payload <= 0) continue
    const skip = Math.max(0, -offset)
    const take = Math.min(payload - skip, length - Math.max(0, offset))
    bytes.set(await source.read(frameAt(frames, row) + payloadAt + skip, take), Math.max(0, offset))
  }
  return bytes
}

/** A PDU with its stub in the clear: one that a secret opened from memory, any other from the file. */
export async function clearPduBytes(
  capture: Capture,
  source: Pick<Source, 'read'>,
  held: ((pdu: number) => Uint8Array<ArrayBuffer> | undefined) | undefined,
  pdu: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const flags = pduFlags(capture.pdus.get(Pdu.Head, pdu))
  if ((flags & (PduFlag.Unsealed | PduFlag.Decrypted)) === 0) return pduBytes(capture, source, pdu)
  const clear = held?.(pdu) ?? keptBytes(capture, pdu)
  // Its verifier is in the file as it was sent, unless it travelled in encrypted messages.
  const sent = (flags & PduFlag.Decrypted) === 0 ? await pduBytes(capture, source, pdu) : undefined
  if (!sent || sent.length < clear.length) return clear
  sent.set(clear)
  return sent
}

function sameDirection({ frames }: Capture, row: number, first: number): boolean {
  return [Frame.Stream, Frame.Source, Frame.SourcePort].every(
    (column) => frames.get(column, row) === frames.get(column, first),
  )
}
