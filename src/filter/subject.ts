// What is filtered: a capture, what was made of it, and what fields derive from both once and then keep.
import { Frame } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import type { Conversation } from '../conversation/model'
import type { WmiCalls } from '../conversation/wmi'
import type { EventsOfFrames } from './events-of-frames'
import type { Finding } from '../diagnosis/finding'
import type { Names } from '../names/names'
import type { ReadValues } from './read/read-values'

/** Conversation and names are missing while the file is still being read: fields that need them are then absent. */
export interface Context {
  capture: Capture
  conversation?: Conversation | undefined
  names?: Names | undefined
  findings?: readonly Finding[]
  /** Rows of frames that the user marked. */
  marks?: Iterable<number>
  /** Row of the selected frame: what `${field}` refers to. */
  selected?: number | undefined
  /** What WMI calls say; missing until a filter has asked for it. */
  wmi?: WmiCalls | undefined
  /** Events that belong to frames; missing until a filter has asked for them. */
  events?: EventsOfFrames | undefined
  /** What was read of the file for filters. */
  readings?: ReadValues | undefined
}

const ROWS = 0x10000

/** A context with what was derived from it. Make a new one when the context has grown. */
export class Subject {
  readonly capture: Capture
  readonly conversation: Conversation | undefined
  readonly names: Names | undefined
  readonly findings: readonly Finding[]
  readonly marks: Iterable<number>
  readonly selected: number | undefined
  readonly wmi: WmiCalls | undefined
  readonly events: EventsOfFrames | undefined
  readonly readings: ReadValues | undefined
  /** Frames there were when it was made; rows that come later are not looked at. */
  readonly frames: number
  readonly pdus: number
  /** Room for the values of one page, used again and again. */
  readonly words = new Uint32Array(ROWS)
  readonly times = new Float64Array(ROWS)
  readonly masked = new Uint32Array(ROWS)
  readonly #derived = new Map<(subject: Subject) => unknown, unknown>()

  constructor({ capture, conversation, names, findings = [], marks = [], selected, wmi, events, readings }: Context) {
    this.capture = capture
    this.conversation = conversation
    this.names = names
    this.findings = findings
    this.marks = marks
    this.selected = selected
    this.wmi = wmi
    this.events = events
    this.readings = readings
    this.frames = capture.frames.rows
    this.pdus = capture.pdus.rows
  }

  /** What `derive` makes of this subject; made once. */
  of<T>(derive: (subject: Subject) => T): T {
    if (!this.#derived.has(derive)) this.#derived.set(derive, derive(this))
    return this.#derived.get(derive) as T
  }

  /** Nanoseconds since the epoch of the first frame that has a time: other times are counted from it, so that they stay exact. */
  get start(): bigint {
    return this.of(startOf)
  }
}

function startOf({ capture: { frames }, frames: rows }: Subject): bigint {
  for (let row = 0; row < rows; row++) {
    const nanos = frames.get(Frame.Nanos, row)
    if (nanos !== NONE) return BigInt(frames.get(Frame.Seconds, row)) * 1_000_000_000n + BigInt(nanos)
  }
  return 0n
}
