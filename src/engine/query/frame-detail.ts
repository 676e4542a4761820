// A frame and every PDU that it completes, field by field: the same dissectors as when the file was read, with their fields recorded.
import { Comment, FileFormat, Frame, Pdu, PduFlag, PduType } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import { legibleLines, legibly } from '../../capture/legible'
import { fragmentLength, pduBytes, pduFlags } from '../../capture/pdu'
import { NONE } from '../../capture/table'
import { frameAt } from '../../capture/text'
import { callStub, type CallStub } from '../../conversation/call-stub'
import { Call } from '../../conversation/model'
import { fieldLines } from '../../describe/field-text'
import { messageLines } from '../../describe/message-info'
import { callStubLines, pduLines } from '../../describe/pdu/pdu-fields'
import { pdusOfFrame } from '../../describe/pdu/pdu-rows'
import { type PduView, pduView } from '../../describe/pdu/pdu-view'
import { IWBEM_WCO_SMART_ENUM } from '../../names/well-known'
import type { FrameDetail } from '../api'
import type { Parser } from '../read/parser'
import { FileChanged } from '../read/source'
import type { NetmonNotes } from './netmon-notes'
import { bytesInFirstFrame } from './pdu-bytes'
import type { QueriedCapture } from './queried-capture'

/** Details of the frames of one capture. */
export class FrameDetails {
  #netmon: NetmonNotes | undefined
  /** Rows of Comment by frame; made when a frame is first looked at. */
  #commentsOf: Map<number, number[]> | undefined

  constructor(
    private readonly open: QueriedCapture,
    private readonly parser: Pick<Parser, 'describePdu'>,
  ) {}

  /** The frame and every PDU that it completes, field by field. */
  async of(frame: number): Promise<FrameDetail> {
    const { capture, names, file } = this.open
    const { frames, pdus } = capture
    const captured = frames.get(Frame.Captured, frame)
    const bytes = await file.read(frameAt(frames, frame), captured)
    // Of a packed file that is still read there may be less.
    if (file.blob && !file.packing && bytes.length < captured) throw new FileChanged()
    const recorded = this.open.recordedFields(frame, bytes)
    const detail: FrameDetail = {
      frame,
      status: frames.get(Frame.Status, frame),
      parts: [{ name: 'Frame', bytes, fields: fieldLines(recorded, bytes, names) }],
      comments: [...this.#comments(frame), ...(await this.#netmonNotes(frame)), ...(await this.#path(frame))].map(
        legibleLines,
      ),
    }
    detail.parts[0]!.fields.push(...messageLines(capture, frame, frames.get(Frame.PayloadAt, frame)))
    const context = { capture, conversation: this.open.conversation, names }
    for (const pdu of pdusOfFrame(pdus, frame)) {
      const wasEncrypted = isOpened(capture, pdu)
      const placed = await this.open.pduBytes(pdu)
      // Over a pipe whose messages span frames the bytes cannot be placed in the file; what was kept of them is there.
      const whole = placed ?? pduBytes(capture, pdu)
      if (whole.length === 0) continue
      const header = fieldLines(this.parser.describePdu(whole), whole, names)
      const view = pduView(context, pdu)
      const classes = view.interface === IWBEM_WCO_SMART_ENUM ? (await this.open.wmi()).classes : undefined
      const lines = [...header, ...pduLines(context, view, whole, classes)]
      const at = placed && !wasEncrypted && pdus.get(Pdu.FirstFrame, pdu) === frame ? pdus.get(Pdu.At, pdu) : undefined
      // A PDU that lies whole in this frame is part of its tree; one gathered from several has bytes of its own.
      if (at !== undefined && bytesInFirstFrame(capture, pdu) === fragmentLength(pdus.get(Pdu.Lengths, pdu)))
        detail.parts[0]!.fields.push(...lines.map((line) => ({ ...line, at: line.at + at })))
      else
        detail.parts.push({
          name: wasEncrypted ? 'Decrypted PDU' : placed ? 'Reassembled PDU' : 'PDU, as kept',
          bytes: whole,
          fields: lines,
        })
      const stub = await this.#stubOfFragments(view)
      if (stub)
        detail.parts.push({
          name: 'Reassembled stub',
          bytes: stub.bytes,
          fields: callStubLines(context, view, stub, classes),
        })
    }
    // Without the file a frame has nothing to show; what was kept of its PDUs has.
    if (!file.blob && detail.parts.length > 1 && detail.parts[0]!.fields.length === 0) detail.parts.shift()
    for (const part of detail.parts) part.fields = legibly(part.fields)
    return detail
  }

  /** The stub that a PDU completes, where it took several. */
  async #stubOfFragments({ row, type }: PduView): Promise<CallStub | undefined> {
    const { capture, conversation } = this.open
    const call = conversation?.callOfPdu(row) ?? NONE
    if (!conversation || call === NONE || (type !== PduType.Request && type !== PduType.Response)) return undefined
    const answer = type === PduType.Response
    const [first, last] = (
      answer ? [Call.ResponsePdu, Call.ResponseEndPdu] : [Call.RequestPdu, Call.RequestEndPdu]
    ).map((column) => conversation.calls.get(column, call))
    if (row !== last || first === last) return undefined
    return callStub(capture, conversation, call, answer, (pdu) => this.open.pduBytes(pdu))
  }

  /** Where pktmon saw the packet of a frame. */
  async #path(frame: number): Promise<string[]> {
    const trace = await this.open.trace()
    if (!trace) return []
    const { pathOf } = await import('./events')
    const path = pathOf(trace, frame)
    return path === undefined ? [] : [path]
  }

  async #netmonNotes(frame: number): Promise<string[]> {
    const { capture, file, format } = this.open
    if (format !== FileFormat.NetMon2 || !file.blob) return []
    const { frames } = capture
    const { NetmonNotes } = await import('./netmon-notes')
    this.#netmon ??= new NetmonNotes(file)
    return this.#netmon.of(frameAt(frames, frame), frames.get(Frame.Captured, frame))
  }

  #comments(frame: number): string[] {
    const { comments } = this.open.capture
    if (!this.#commentsOf) {
      this.#commentsOf = new Map()
      for (let row = 0; row < comments.rows; row++) {
        const of = comments.get(Comment.Frame, row)
        const rows = this.#commentsOf.get(of)
        if (rows) rows.push(row)
        else this.#commentsOf.set(of, [row])
      }
    }
    return (this.#commentsOf.get(frame) ?? []).map((row) => this.#text(row))
  }

  #text(comment: number): string {
    const { capture } = this.open
    const [at, length] = [Comment.Text, Comment.TextLength].map((column) => capture.comments.get(column, comment))
    return new TextDecoder().decode(capture.bytes(at!, length!))
  }
}

/** True if a PDU's bytes are not those of its frames: a secret opened it, or the SMB messages that it came in. */
function isOpened({ pdus }: Capture, pdu: number): boolean {
  return (pduFlags(pdus.get(Pdu.Head, pdu)) & (PduFlag.Unsealed | PduFlag.Decrypted)) !== 0
}
