// What a Network Monitor capture says of its frames beside their bytes: the program that each belongs to, and comments.
// Network Monitor 3.x help, "Capture File Format".
import { Reader } from '../reader'

// File header.
const COMMENTS_AT = 40
const PROCESSES_AT = COMMENTS_AT + 8
/** Bytes of the file header as far as they are read here. */
export const NETMON_HEADER = PROCESSES_AT + 8

/** Version of the process table, in front of it. */
const TABLE_VERSION = 2
/** Behind a process's number: its ports, whether its addresses are IPv6, and two addresses of 16 bytes. */
const PROCESS_ENDS = 2 + 2 + 2 + 2 + 4 + 16 + 16
const MOST_PROCESSES = 65_536

export interface NetmonProcess {
  path: string
  /** Process id. */
  id: number
}

export interface NetmonComment {
  /** Where the record of its frame begins in the file. */
  recordAt: number
  title: string
  description: string
}

/** Where the comments and the process table lie in the file; 0 where there are none. */
export interface NetmonTables {
  commentsAt: number
  commentsLength: number
  processesAt: number
  processes: number
}

/** Reads the file header; undefined where there is not enough of it. */
export function netmonTables(header: Uint8Array): NetmonTables | undefined {
  if (header.length < NETMON_HEADER) return undefined
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  const word = (at: number) => view.getUint32(at, true)
  return {
    commentsAt: word(COMMENTS_AT),
    commentsLength: word(COMMENTS_AT + 4),
    processesAt: word(PROCESSES_AT),
    processes: word(PROCESSES_AT + 4),
  }
}

/** Up to `count` processes of a table, in order: frames name them by position. What is cut off is left out. */
export function netmonProcesses(table: Uint8Array, count: number): NetmonProcess[] {
  const reader = new Reader(table)
  reader.skip(TABLE_VERSION)
  const processes: NetmonProcess[] = []
  while (processes.length < Math.min(count, MOST_PROCESSES)) {
    const path = utf16(reader)
    reader.skip(reader.u32() ?? 0) // the icon
    const id = reader.u32()
    reader.skip(PROCESS_ENDS)
    if (path === undefined || id === undefined || reader.note !== undefined) break
    processes.push({ path, id })
  }
  return processes
}

/** The comments of a block of them, in order. Descriptions are rich text, of which the words are given. */
export function netmonComments(block: Uint8Array): NetmonComment[] {
  const reader = new Reader(block)
  const comments: NetmonComment[] = []
  while (reader.left > 0) {
    reader.skip(4) // how many frames it is about: always one
    const recordAt = reader.u32()
    const title = utf16(reader)
    const description = reader.text(reader.u32() ?? 0, undefined, 'latin1')
    if (recordAt === undefined || title === undefined || description === undefined || reader.note !== undefined) break
    comments.push({ recordAt, title, description: withoutControls(description) })
  }
  return comments
}

/** Text with its length in bytes in front. */
function utf16(reader: Reader): string | undefined {
  return reader.utf16(reader.u32() ?? 0)?.replace(/\0+$/, '')
}

/** Rich Text Format 1.9: the words between groups, control words and escapes; other text as it is. */
function withoutControls(text: string): string {
  if (!text.startsWith('{\\rtf')) return text.replace(/\0+$/, '').trim()
  return text
    .replace(/\{\\(?:fonttbl|colortbl|stylesheet|info|\*)(?:[^{}]|\{[^{}]*\})*\}/g, '')
    .replace(/\\par\b ?/g, '\n')
    .replace(/\\'([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\[a-z]+-?\d* ?|[{}\0]/gi, '')
    .trim()
}
