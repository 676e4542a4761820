// What leaves the engine: reports and sub-captures of the open capture.
import { Frame } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { noticeTexts } from '../../../describe/notice-text'
import { subCapture, subCaptureRemarks } from '../../../export/sub-capture'
import type { ExportedFrames, FrameChoice, NoteOnFrame, Opened, RedactedFrames, ReportTexts } from '../../api'
import type { QueriedCapture } from '../queried-capture'
import type { Names } from '../../../names/names'
import { Redactor } from './redacting'
import { reportOf, reportTexts } from './reporting'
import { TOOL_VERSION } from '../../version'
import { WindowReader } from '../../read/window-reader'

/** Written bytes are handed to the browser in pieces of this size; it keeps them on disk as it sees fit. */
const PART_BYTES = 8 << 20

/** What a report calls a capture whose own name might give something away. */
const REDACTED_NAME = 'redacted capture'

/** Reads and diagnoses a whole file, with the names that are known. */
type OpenWhole = (file: Blob, names: Names) => Promise<QueriedCapture>

/** A report in every form; of a redacted copy of all frames where that is given, which `openWhole` reads. */
export async function exportReport(
  openWhole: OpenWhole,
  open: QueriedCapture,
  opened: Opened,
  notes: NoteOnFrame[],
  redacted?: RedactedFrames,
): Promise<ReportTexts> {
  if (!redacted) return reportTexts(await reportOf(open, opened, notes))
  const copy = await openWhole(redacted.file, open.names!)
  const { findings } = copy
  const facts = {
    ...opened,
    name: REDACTED_NAME,
    bytes: redacted.file.size,
    format: 'pcapng',
    findings,
    // Those of the original name files within archives.
    notices: noticeTexts(copy.capture),
  }
  return reportTexts(await reportOf(copy, facts, redacted.notes, redacted.remarks))
}

/** Chosen frames as a pcapng. */
export async function exportFrames(
  open: QueriedCapture,
  name: string,
  choice: FrameChoice,
  notes: NoteOnFrame[],
): Promise<ExportedFrames> {
  if (!open.file.blob) throw new Error('the capture’s bytes were not saved; choose its file below the list first.')
  const rows = chosenRows(open, choice)
  const reader = new WindowReader(open.capture, open.file)
  const total = open.capture.frames.rows
  const trace = await open.trace()
  const { traceComments } = trace ? await import('./trace-comments') : {}
  const pieces = subCapture(open.capture, {
    rows,
    bytes: (row) => reader.frame(row),
    ...(trace && traceComments && { remark: traceComments(trace) }),
    comment: `Faultline ${TOOL_VERSION}: ${rows.length} of ${total} frames of ${name}, ${choice.reason}`,
    comments: new Map(notes.filter(({ comment }) => comment).map(({ frame, comment }) => [frame, comment])),
  })
  return { file: await blobOf(pieces), frames: rows.length, remarks: subCaptureRemarks(open.capture) }
}

/** Chosen frames without what gives hosts and people away. */
export async function exportRedacted(
  open: QueriedCapture,
  choice: FrameChoice,
  notes: NoteOnFrame[],
): Promise<RedactedFrames> {
  const rows = chosenRows(open, choice)
  const redactor = await Redactor.over(open, rows)
  const total = open.capture.frames.rows
  const pieces = subCapture(open.capture, {
    rows,
    bytes: (row) => redactor.frame(row),
    comment: `Faultline ${TOOL_VERSION}: ${rows.length} of ${total} frames, redacted`,
    comments: new Map(notes.map(({ frame, comment }) => [frame, redactor.names.text(comment)])),
    bare: true,
  })
  const file = await blobOf(pieces)
  const redactedNotes = notes.map((note) => ({ ...note, comment: redactor.names.text(note.comment) }))
  const remarks = [...redactor.statements, ...subCaptureRemarks(open.capture)]
  return { file, frames: rows.length, notes: redactedNotes, remarks }
}

/** Rows rising, each once, none beyond the capture. */
function chosenRows({ capture }: QueriedCapture, { rows, connectionsOf }: FrameChoice): Uint32Array {
  const { frames } = capture
  if (!rows) return Uint32Array.from({ length: frames.rows }, (_, row) => row)
  const streams = new Set(connectionsOf?.map((row) => frames.get(Frame.Stream, row)))
  streams.delete(NONE)
  const chosen = new Uint8Array(frames.rows)
  for (let i = 0; i < rows.length; i++) if (rows[i]! < chosen.length) chosen[rows[i]!] = 1
  if (streams.size > 0)
    for (let row = 0; row < frames.rows; row++) if (streams.has(frames.get(Frame.Stream, row))) chosen[row] = 1
  const all: number[] = []
  for (let row = 0; row < chosen.length; row++) if (chosen[row]) all.push(row)
  return Uint32Array.from(all)
}

/** The pieces as one Blob; what is gathered meanwhile stays small. */
async function blobOf(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  type = 'application/octet-stream',
): Promise<Blob> {
  const parts: Blob[] = []
  let waiting: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for await (const piece of pieces) {
    waiting.push(piece)
    bytes += piece.length
    if (bytes < PART_BYTES) continue
    parts.push(new Blob(waiting))
    waiting = []
    bytes = 0
  }
  return new Blob([...parts, ...waiting], { type })
}
