// What crosses between the page and the worker. The functions themselves: worker.ts; the page's side: client.ts.
import type { FieldLine } from '../capture/field'
import type { AddressRole } from '../capture/hosts'
import type { SavedAnalysis } from '../storage/database'
import type { Evidence, Finding } from '../diagnosis/finding'
import type { Status } from '../../asm/layout'

export type * from './api-exports'
export type { NoteOnFrame, Note, SavedAnalysis } from '../storage/database'
export { type Change, followed } from '../storage/merge'
export type { Refused } from '../storage/storage-error'
export { NEWS_CHANNEL, type SavedNews } from '../storage/changes'
import type { ErrorMeaning } from '../names/meanings'

export type { ErrorMeaning }
import type { LadderStep } from '../describe/lanes'

export type { LadderStep }

/** What is known of an error code, message or event that a user typed. */
export interface ErrorHelp {
  meanings: ErrorMeaning[]
  event?: { id: number; source: string; meaning: string }
  /** What leads to it, in the words of the rules that find it; the most frequent first. */
  causes: { rule: string; title: string; meaning: string; remedy: string }[]
  /** True if clients make it by themselves, so that no capture holds it. */
  neverOnTheWire: boolean
}

/** How far opening has come. Sent about ten times a second. */
export interface Progress {
  bytesRead: number
  bytesTotal: number
  frames: number
  pdus: number
  stage: 'reading' | 'diagnosing' | 'done'
  /** Rules that have run, and how many there are; absent before the first. */
  rulesRun?: number
  rules?: number
}

/** How the page may read the tables: on the worker's memory where the page is isolated, else from copies of pages. */
export type TableHandle =
  { kind: 'memory'; memory: WebAssembly.Memory; headers: number } | { kind: 'copies'; frames: number }

/** A page of a table as the worker sends it: rows that were filled when it was copied. */
export interface PageCopy {
  rows: number
  words: Uint32Array
}

/** What is known of a capture when it is open. */
export interface Opened {
  name: string
  bytes: number
  format: string
  frames: number
  pdus: number
  connections: number
  calls: number
  /** Events of an event trace; 0 for other files. */
  events: number
  /** Hosts met: addresses except for groups and broadcasts. */
  hosts: number
  /** Seconds since the epoch, of the first frame and the last; undefined without frames. */
  firstTime?: number
  lastTime?: number
  findings: Finding[]
  /** Sentences about the file itself: cut, broken, unsupported link types. */
  notices: string[]
  /** Logons with what the secrets made of them; undefined while no secret was given. */
  logons?: LogonRow[]
  /** Under what this browser keeps the result; absent where nothing is kept. Hexadecimal. */
  key?: string
  /** True when the result came from the cache and the file was not read again. */
  cached: boolean
  seconds: number
}

/** A secret of an account that the user owns. It goes to the worker and nowhere else. */
export type SecretInput =
  | { kind: 'password'; password: string; user?: string; domain?: string }
  | { kind: 'ntHash'; hash: string; user?: string; domain?: string }
  | { kind: 'keytab'; bytes: Uint8Array; name: string }
  | { kind: 'kerberosKey'; principal: string; etype: number; key: string }
  | { kind: 'smbKey'; session: string; key: string }

/** A logon, and what the secrets made of it. */
export interface LogonRow {
  frame: number
  /** `NTLM`, `Kerberos`, `Netlogon` or `SMB`; over RPC or SMB. */
  package: string
  over: 'RPC' | 'SMB'
  name: string
  /** `right`: proven; `wrong`: a secret that may be this account's does not fit; `none`: no secret is for this account. */
  secret: 'right' | 'wrong' | 'none'
  /** The same in a sentence, with what would open it. */
  explanation: string
  /** PDUs or SMB messages that were encrypted under it; opened of these; signatures that were wrong. */
  sealed: number
  opened: number
  failed: number
}

/** What an event trace says about itself. */
export interface AboutTrace {
  /** The program that wrote it, where its contents show that. */
  tool?: string
  system?: string
  computer: string
  events: number
  frameEvents: number
  dropEvents: number
  eventsLost: number
  buffersLost: number
  /** Merged when it was stopped, so that it describes its own events. */
  isMerged: boolean
  /** Bytes that packets were cut to. */
  cut?: number
  providers: { name: string; events: number }[]
  /** What the report of netsh beside the trace says, in lines; empty where there is none. */
  report: string[]
  /** What it does not hold, and the command that would have captured it. */
  explanation: string[]
}

/** An event of a trace as a list shows it. */
export interface EventRow {
  row: number
  /** Seconds since the first frame. */
  time: number
  provider: string
  id: number
  name: string
  /** Program and process id. */
  process: string
  /** Its message, or its fields in a line. */
  text: string
  fields: { name: string; value: string }[]
  activity?: string
  /** The frame that it belongs to, or the one before it in time. */
  frame?: number
  isTied: boolean
}

/** What a capture file says about itself. */
export interface AboutCapture {
  interfaces: AboutInterface[]
  /** How many there are when only the first are listed. */
  allInterfaces: number
  hardware: string[]
  operatingSystem: string[]
  application: string[]
  /** On the capture as a whole, or on an interface. */
  comments: string[]
}

export interface AboutInterface {
  name: string
  description: string
  /** What frames begin with, by name. */
  link: string
  /** Bytes kept of a frame at most; 0 without limit. */
  snapLength: number
  /** Packets, as its own statistics count them. */
  received?: number
  dropped?: number
}

/** Why a file could not be opened at all: what it seems to be and what would work. */
export interface Failure {
  refused: string
  advice: string
  /** Command lines that the advice is about. */
  commands?: string[]
}

/** What a person saves of the open capture. */
export interface SaveRequest extends Pick<
  SavedAnalysis,
  'name' | 'notes' | 'tags' | 'marks' | 'filter' | 'view' | 'frame'
> {
  /** True if the capture's bytes are kept too. */
  withCapture: boolean
}

/** Bytes that saving would take; `cached` is what results kept automatically take and would give back. */
export interface SavingSizes {
  tables: number
  capture: number
  cached: number
}

/** A saved analysis that is open now. */
export interface OpenedSaved {
  saved: SavedAnalysis
  opened: Opened
}

/** One frame, taken apart. Part 0 is the frame; reassembled PDUs follow. */
export interface FrameDetail {
  frame: number
  status: Status
  parts: { name: string; bytes: Uint8Array<ArrayBuffer>; fields: FieldLine[] }[]
  comments: string[]
}

/** When a frame was captured. */
export interface FrameTime {
  /** Seconds since the first frame. */
  time: number
  /** Seconds since the frame before. */
  delta: number
  /** Since 1970: whole seconds, and nanoseconds of the next; both undefined where the file does not say. */
  seconds?: number
  nanos?: number
}

/** What the tables' columns alone say of a frame. */
export interface FrameColumns extends FrameTime {
  frame: number
  source: string
  destination: string
  protocol: string
  length: number
  status: Status
}

/** What needs names and the conversation. */
export interface FrameInfo {
  info: string
  /** A colour rule's name: `fault`, `bind`, `auth`, `tcp-problem`, `reset`, ''. */
  tone: string
  /** Under whose security context the frame's first PDU travels; '' where none is known. */
  identity: string
}

/** A row of the frame list. */
export interface FrameRow extends FrameColumns, FrameInfo {
  /** Texts of the fields that were asked for, by name. */
  fields: Record<string, string>
}

/** A row of the call list, ready to show. */
export interface CallRow {
  call: number
  connection: number
  stream: number
  callId: number
  request?: number
  response?: number
  interfaceName: string
  method: string
  opnum?: number
  user: string
  level: string
  outcome: string
  status: string
  /** The fault's number, for a fault; what the method returned, where that says that it failed. */
  statusCode?: number
  executed: string
  seconds?: number
}

/** By what calls can be sorted. */
export type CallOrder =
  'request' | 'response' | 'interfaceName' | 'method' | 'user' | 'level' | 'outcome' | 'status' | 'executed' | 'seconds'

/** A row of the connection list. */
export interface ConnectionRow {
  index: number
  stream: number
  client: string
  server: string
  transport: string
  firstFrame: number
  lastFrame: number
  calls: number
  faults: number
  /** Calls whose answer is not in the capture, also those that the client gave up. */
  unanswered: number
  closed: string
  identities: { name: string; level: string; type: string; state: string; firstFrame: number }[]
  interfaces: string[]
}

/** Response times of one method, in seconds; absent where no call of it was answered. */
export interface MethodStatistics {
  interfaceName: string
  method: string
  calls: number
  faults: number
  /** Calls whose answer is not in the capture. */
  unanswered: number
  median?: number
  p95?: number
  most?: number
  total?: number
}

/** Something with a name that the capture mentions. */
export interface NameRow {
  kind: AddressRole | 'user' | 'interface' | 'object' | 'pipe'
  name: string
  /** What else is known: a UUID, ports, levels. */
  detail: string
  /** How often: frames of a host, calls of a user, interface or object, connections of a pipe. */
  count: number
  /** First frame that mentions it. */
  frame: number
}

/** What happened on connections. */
export interface Ladder {
  /** In order of frames. */
  steps: LadderStep[]
  /** Calls that there was no room for: they went as they should, while there was room for those that did not. */
  callsLeftOut: number
}

/** What happened over time, in steps of equal length; each array has one number a step. */
export interface Timeline {
  /** Seconds from the first frame to the start of each step. */
  seconds: number[]
  frames: number[]
  calls: number[]
  /** Calls of each user whose name is known, those with the most calls first; at most 24. */
  users: { name: string; calls: number[] }[]
  faults: number[]
  closes: number[]
}

/** What differs between the open capture (A, the first) and another (B, the second). */
export interface Compared {
  secondName: string
  secondFrames: number
  /** The first difference in one sentence, or that there is none. */
  summary: string
  differences: { kind: string; text: string; a: Evidence[]; b: Evidence[] }[]
  /** Calls beside each other, in order; `allCalls` is how many there are when only the first are listed. */
  calls: ComparedCall[]
  allCalls: number
}

export interface ComparedCall {
  method: string
  /** Both captures have it and it ended alike. */
  same: boolean
  first?: CallRow | undefined
  second?: CallRow | undefined
}

/**
 * Rows of the frames that a filter holds for, rising, and sentences on fields that are not indexed in full; or that it was
 * cancelled while the file was read for it.
 */
export type FilteredRows = { rows: Uint32Array<ArrayBuffer>; notes?: string[] } | { cancelled: true }

/** What is wrong with a filter: a sentence, its characters (`end` is one past the last), and a filter that may be meant. */
export interface FilterMistake {
  message: string
  at: number
  end: number
  instead?: string
}

/** Rows of frames that a filter refers to by what the user did with them. */
export interface ReferredFrames {
  /** Frames that the user marked. */
  marks?: number[] | undefined
  /** The selected frame, whose values `${field}` has. */
  selected?: number | undefined
}

/** A way to go on with a filter that is being typed: its whole text, and what was added. */
export interface FilterCompletion {
  /** The whole filter with it, and where the cursor then is. */
  text: string
  cursor: number
  /** What it puts in. */
  piece: string
  means: string
}
