// The capture that questions are about, as far as they need it. The worker holds it; here it is only known by this.
import type { FileFormat } from '../../../asm/layout'
import type { Capture } from '../../capture/capture'
import type { RecordedField } from '../../capture/field'
import type { Conversation } from '../../conversation/model'
import type { WmiCalls } from '../../conversation/wmi'
import type { TranscriptLine } from '../../describe/wmi-transcript'
import type { Finding } from '../../diagnosis/finding'
import type { Trace } from '../../etw/events/trace'
import type { Names } from '../../names/names'
import type { ConnectionRow, FrameDetail, FrameInfo, Ladder } from '../api'
import type { Source } from '../read/source'

export interface QueriedCapture {
  readonly capture: Capture
  /** The file; a MissingSource where only the result was saved. */
  readonly file: Source
  readonly format: FileFormat
  /** Undefined while the file is still being read. */
  readonly conversation: Conversation | undefined
  readonly names: Names | undefined
  readonly findings: Finding[]
  /** SHA-256 of the file as a saved analysis knows it; empty for others. */
  readonly savedSha256: string
  frameInfos(rows: ArrayLike<number>): FrameInfo[]
  connectionRows(): ConnectionRow[]
  /** What happened on all connections. */
  ladder(): Promise<Ladder>
  /** The frame and every PDU that it completes, field by field. */
  detail(frame: number): Promise<FrameDetail>
  /** What the parser records of a frame's headers; `bytes` are the frame's. */
  recordedFields(frame: number, bytes: Uint8Array): RecordedField[]
  /** The bytes of a PDU, its stub in the clear where a secret opened it; undefined when nothing of it can be placed. */
  pduBytes(pdu: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** What WMI calls say. */
  wmi(): Promise<WmiCalls>
  /** The same in sentences, by call; empty where there are too many. */
  wmiTexts(): Promise<ReadonlyMap<number, TranscriptLine>>
  /** The events of a trace, decoded; undefined for another file. */
  trace(): Promise<Trace | undefined>
}
