// Writes Network Monitor 2.3: records, the table of their offsets, comments and processes. Network Monitor 3.x help,
// "Capture File Format".
import { ByteWriter, utf16 } from '../../bytes'
import { ETHERNET, type Frame } from './frame'

const NO_PROCESS = 0xffffffff
const FILE_HEADER = 72
const SECONDS_TO_1970 = 11_644_473_600n

export interface NetmonFrame extends Frame {
  /** Position in the process table. */
  process?: number
  comment?: { title: string; description: string }
}

export interface NetmonProcess {
  path: string
  id: number
}

export function netmon(
  frames: readonly NetmonFrame[],
  processes: readonly NetmonProcess[] = [],
): Uint8Array<ArrayBuffer> {
  const start = frames[0]?.microseconds ?? 0
  const body = new ByteWriter()
  const offsets: number[] = []
  for (const { microseconds, bytes, wireLength, process } of frames) {
    offsets.push(FILE_HEADER + body.length)
    body
      .u64(BigInt(microseconds - start))
      .u32(wireLength ?? bytes.length)
      .u32(bytes.length)
      .bytes(bytes)
    body
      .u16(ETHERNET)
      .u32(process ?? NO_PROCESS)
      .u64((BigInt(microseconds) + SECONDS_TO_1970 * 1_000_000n) * 10n)
      .u8(0)
  }
  const comments = new ByteWriter()
  frames.forEach(({ comment }, at) => {
    if (!comment) return
    const title = utf16(comment.title)
    comments.u32(1).u32(offsets[at]!).u32(title.length).bytes(title)
    comments.u32(comment.description.length).ascii(comment.description)
  })
  const table = new ByteWriter().u16(1)
  for (const { path, id } of processes) {
    const text = utf16(`${path}\0`)
    table.u32(text.length).bytes(text).u32(0).u32(id)
    table.u16(135).u16(0).u16(49205).u16(0).u32(0).fill(32)
  }
  const tableAt = FILE_HEADER + body.length
  const commentsAt = tableAt + 4 * offsets.length
  const processesAt = commentsAt + comments.length
  const header = new ByteWriter().ascii('GMBU').u8(3).u8(2).u16(ETHERNET)
  const date = new Date(start / 1000)
  header
    .u16(date.getUTCFullYear())
    .u16(date.getUTCMonth() + 1)
    .u16(date.getUTCDay())
    .u16(date.getUTCDate())
  header.u16(date.getUTCHours()).u16(date.getUTCMinutes()).u16(date.getUTCSeconds()).u16(date.getUTCMilliseconds())
  header
    .u32(tableAt)
    .u32(4 * offsets.length)
    .u32(0)
    .u32(0)
  header.u32(comments.length && commentsAt).u32(comments.length)
  header
    .u32(processes.length && processesAt)
    .u32(processes.length)
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(0)
  const file = new ByteWriter().bytes(header.take()).bytes(body.take())
  for (const offset of offsets) file.u32(offset)
  return file.bytes(comments.take()).bytes(table.take()).take()
}
