// What is wrong with the file itself, in sentences.
import { Notice, Status } from '../../asm/layout'
import type { Capture } from '../capture/capture'

const MAXIMUM_NOTICES = 20

/** A sentence for each thing that the parser noticed about the file; at most twenty. */
export function noticeTexts({ notices }: Capture): string[] {
  const rows = Math.min(notices.rows, MAXIMUM_NOTICES)
  const texts = Array.from({ length: rows }, (_, row) => noticeText(row, notices))
  if (notices.rows > rows) texts.push(`${notices.rows - rows} more of this kind.`)
  return texts
}

function noticeText(row: number, notices: Capture['notices']): string {
  const frames = notices.get(Notice.Frame, row)
  const at = notices.get(Notice.AtHigh, row) * 2 ** 32 + notices.get(Notice.AtLow, row)
  const value = notices.get(Notice.Value, row)
  const read = frames === 1 ? 'One frame before it was read.' : `${frames} frames before it were read.`
  switch (notices.get(Notice.Status, row) as Status) {
    case Status.FileCut:
      return `The file ends within a record at byte ${at}; ${value} bytes of it are left over. ${read}`
    case Status.FileBroken:
      return `The record at byte ${at} is not valid (it states ${value} bytes), so nothing after it can be read. ${read}`
    case Status.Unsupported:
      return `A part of the file at byte ${at} (type ${value}) is not read.`
    case Status.FileTooLarge:
      return `The file holds more than fits into memory: from byte ${at} on it is not read. ${read}`
    case Status.Malformed:
      return `The file says that it holds ${value} records, but ${frames} frames were found before byte ${at}.`
    default:
      return `Something is wrong at byte ${at} of the file. ${read}`
  }
}
