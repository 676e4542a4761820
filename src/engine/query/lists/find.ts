// Find: the frames whose line, fields or bytes hold what is looked for, from one frame on and around.
import { Frame } from '../../../../asm/layout'
import { frameColumns } from '../rows'
import { WindowReader } from '../../read/window-reader'
import type { QueriedCapture } from '../queried-capture'
import type { Needle } from './needle'

/** Where to look: what the list shows of a frame, its fields as the tree shows them, or its bytes. */
export type FindIn = 'line' | 'fields' | 'bytes'

/** Frames in which it was found, in the order in which they were looked at, and where: an index of a field, or a byte. */
export interface Found {
  rows: number[]
  places: number[]
}

/** Bytes looked at before the page hears of it. */
const PIECE_BYTES = 4 << 20
const LINES_AT_ONCE = 2048
const FIELDS_AT_ONCE = 64
/** No place is known. */
const NO_PLACE = -1

/**
 * Looks through frames in their order. `onFound` is given what each piece held and how many frames have been looked at; it returns
 * false to end the search.
 */
export async function findIn(
  open: QueriedCapture,
  where: FindIn,
  needle: Needle,
  rows: Uint32Array,
  onFound: (found: Found, done: number) => Promise<boolean>,
): Promise<void> {
  const reader = where === 'bytes' ? new WindowReader(open.capture, open.file) : undefined
  for (let from = 0; from < rows.length;) {
    const to = reader ? pieceEnd(open, rows, from) : from + (where === 'line' ? LINES_AT_ONCE : FIELDS_AT_ONCE)
    const piece = rows.subarray(from, to)
    const found = reader
      ? await inBytes(reader, needle, piece)
      : where === 'line'
        ? inLines(open, needle, piece)
        : await inFields(open, needle, piece)
    from += piece.length
    if (!(await onFound(found, from))) return
  }
}

/** One past the last frame of a piece: frames of about PIECE_BYTES, at least one. */
function pieceEnd({ capture: { frames } }: QueriedCapture, rows: Uint32Array, from: number): number {
  let to = from + 1
  for (let bytes = 0; to < rows.length && bytes < PIECE_BYTES; to++) bytes += frames.get(Frame.Captured, rows[to]!)
  return to
}

function inLines(open: QueriedCapture, needle: Needle, rows: Uint32Array): Found {
  const found: Found = { rows: [], places: [] }
  open.frameInfos(rows).forEach(({ info }, at) => {
    const { source, destination, protocol } = frameColumns(open.capture, rows[at]!)
    if (![info, source, destination, protocol].some((text) => needle.inText(text) >= 0)) return
    found.rows.push(rows[at]!)
    found.places.push(NO_PLACE)
  })
  return found
}

async function inFields(open: QueriedCapture, needle: Needle, rows: Uint32Array): Promise<Found> {
  const found: Found = { rows: [], places: [] }
  for (const row of rows) {
    const { parts } = await open.detail(row)
    for (const [part, { fields }] of parts.entries()) {
      const field = fields.findIndex(({ label, value }) => needle.inText(`${label}: ${value}`) >= 0)
      if (field < 0) continue
      found.rows.push(row)
      found.places.push(part === 0 ? field : NO_PLACE)
      break
    }
  }
  return found
}

async function inBytes(reader: WindowReader, needle: Needle, rows: Uint32Array): Promise<Found> {
  const found: Found = { rows: [], places: [] }
  if (needle.isOpenEnded) {
    for (const row of rows) {
      const [first] = needle.inBytes(await reader.frame(row))
      if (!first) continue
      found.rows.push(row)
      found.places.push(first.at)
    }
    return found
  }
  // One text of all frames is searched faster than each by itself; what crosses from one into the next does not count.
  const frames: Uint8Array[] = []
  const ends = new Float64Array(rows.length)
  let length = 0
  for (const [at, row] of rows.entries()) {
    const bytes = await reader.frame(row)
    frames.push(bytes)
    ends[at] = length += bytes.length
  }
  const all = new Uint8Array(length)
  frames.forEach((bytes, at) => all.set(bytes, ends[at]! - bytes.length))
  let frame = 0
  let last = -1
  for (const { at, length: matched } of needle.inBytes(all)) {
    while (ends[frame]! <= at) frame++
    if (frame === last || at + matched > ends[frame]!) continue
    last = frame
    found.rows.push(rows[frame]!)
    found.places.push(at - (ends[frame]! - frames[frame]!.length))
  }
  return found
}

/** Rows from a frame on, then those before it: what is found first is what comes next. */
export function around(rows: Uint32Array, frame: number): Uint32Array {
  const at = rows.findIndex((row) => row >= frame)
  if (at <= 0) return rows
  const turned = new Uint32Array(rows.length)
  turned.set(rows.subarray(at))
  turned.set(rows.subarray(0, at), rows.length - at)
  return turned
}
