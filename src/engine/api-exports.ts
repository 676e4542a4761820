// What leaves the page: reports, frames, and what secrets opened.
import type { NoteOnFrame } from '../storage/database'

/** One report in every form; `fragment` is the HTML without its head, for the clipboard. */
export interface ReportTexts {
  markdown: string
  html: string
  fragment: string
  json: string
}

/** Which frames are meant, and why in a few words. */
export interface FrameChoice {
  reason: string
  /** Rows of Frame; all when absent. */
  rows?: ArrayLike<number> | undefined
  /** Every frame of the conversations that these rows lie in as well. */
  connectionsOf?: number[] | undefined
}

/** Frames as a file of their own. */
export interface ExportedFrames {
  file: Blob
  frames: number
  /** What was replaced, what was not looked into, what a pcapng cannot say. */
  remarks: string[]
}

/** Frames without what gives hosts and people away. */
export interface RedactedFrames extends ExportedFrames {
  /** The notes with names replaced in the same way. */
  notes: NoteOnFrame[]
}

/** What may leave: text that was encrypted, and keys that open the capture (an NT hash logs on like its password). */
export interface WiresharkChoice {
  clearText: boolean
  keys: boolean
}

/** Files for Wireshark in one archive, with how many PDUs and keys they hold. */
export interface WiresharkArchive {
  /** Absent where there is nothing to write. */
  file?: Blob
  pdus: number
  keys: number
}
