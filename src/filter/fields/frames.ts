// Fields of every frame: its number, sizes and times, what the user and the diagnosis say about it.
import { Comment, CommentKind, Frame } from '../../../asm/layout'
import { NONE } from '../../capture/table'
import type { Field } from '../field'
import { frameColumn, frameTimes, frameWords, listed, type Sparse, Texts } from '../sources'
import type { Subject } from '../subject'

const NANOS = 1e9

/** Nanoseconds since the first time of the capture, for each frame of a page. */
function relativeTimes(subject: Subject, first: number, rows: number, out: Float64Array): void {
  const { frames } = subject.capture
  const page = first >>> 16
  const [seconds, nanos] = [frames.column(Frame.Seconds, page), frames.column(Frame.Nanos, page)]
  const startSeconds = Number(subject.start / BigInt(NANOS))
  const startNanos = Number(subject.start % BigInt(NANOS))
  for (let row = 0; row < rows; row++)
    out[row] = nanos[row] === NONE ? NaN : nanoseconds(seconds[row]! - startSeconds, nanos[row]! - startNanos)
}

/** Rounded once, as a literal is: beyond 104 days a number does not hold every nanosecond. */
function nanoseconds(seconds: number, nanos: number): number {
  const total = seconds * NANOS + nanos
  return Math.abs(total) <= Number.MAX_SAFE_INTEGER ? total : Number(BigInt(seconds) * BigInt(NANOS) + BigInt(nanos))
}

function timesSincePrevious(subject: Subject, first: number, rows: number, out: Float64Array): void {
  const { frames } = subject.capture
  const page = first >>> 16
  const [seconds, nanos] = [frames.column(Frame.Seconds, page), frames.column(Frame.Nanos, page)]
  out[0] = nanosecondsBetween(subject, Math.max(0, first - 1), first)
  for (let row = 1; row < rows; row++) {
    const isKnown = nanos[row] !== NONE && nanos[row - 1] !== NONE
    out[row] = isKnown ? nanoseconds(seconds[row]! - seconds[row - 1]!, nanos[row]! - nanos[row - 1]!) : NaN
  }
}

/** Nanoseconds from one frame to another; NaN where either has no time. */
export function nanosecondsBetween({ capture: { frames } }: Subject, from: number, to: number): number {
  const [fromNanos, toNanos] = [frames.get(Frame.Nanos, from), frames.get(Frame.Nanos, to)]
  if (fromNanos === NONE || toNanos === NONE) return NaN
  return nanoseconds(frames.get(Frame.Seconds, to) - frames.get(Frame.Seconds, from), toNanos - fromNanos)
}

const comments = (subject: Subject) => subject.of(commentList)

function commentList({ capture }: Subject): Sparse & { texts: Texts } {
  const list = { frames: [] as number[], values: [] as number[], texts: new Texts() }
  for (let row = 0; row < capture.comments.rows; row++) {
    const get = (column: Comment) => capture.comments.get(column, row)
    if (get(Comment.Frame) === NONE || get(Comment.Kind) !== CommentKind.Comment) continue
    list.frames.push(get(Comment.Frame))
    const text = new TextDecoder().decode(capture.bytes(get(Comment.Text), get(Comment.TextLength)))
    list.values.push(list.texts.position(text))
  }
  return list
}

const evidence = (subject: Subject) => subject.of(evidenceList)

function evidenceList({ findings }: Subject): Sparse & { texts: Texts } {
  const list = { frames: [] as number[], values: [] as number[], texts: new Texts() }
  for (const { rule, evidence } of findings) {
    for (const { frame } of evidence) {
      list.frames.push(frame)
      list.values.push(list.texts.position(rule))
    }
  }
  return list
}

function marked({ marks }: Subject): Sparse {
  const frames = [...marks]
  return { frames, values: frames.map(() => 1) }
}

function numbers(_: Subject, first: number, rows: number, out: Uint32Array): void {
  for (let row = 0; row < rows; row++) out[row] = first + row + 1
}

export const FRAME_FIELDS: Field[] = [
  { name: 'frame', type: 'label', help: 'Every frame', sources: [frameWords(numbers)] },
  { name: 'frame.number', type: 'number', help: 'Number of the frame, from 1', sources: [frameWords(numbers)] },
  { name: 'frame.len', type: 'number', help: 'Bytes on the wire', sources: [frameColumn(Frame.Length)] },
  { name: 'frame.cap_len', type: 'number', help: 'Bytes in the capture', sources: [frameColumn(Frame.Captured)] },
  {
    name: 'frame.time_relative',
    type: 'time',
    help: 'Seconds since the first frame',
    sources: [frameTimes(relativeTimes)],
  },
  {
    name: 'frame.time_delta',
    type: 'time',
    help: 'Seconds since the frame before',
    sources: [frameTimes(timesSincePrevious)],
  },
  {
    name: 'frame.time',
    type: 'time',
    absolute: true,
    help: 'Date and time, such as "2024-01-31 10:00:00"; without a zone in that of this computer',
    sources: [frameTimes(relativeTimes)],
  },
  {
    name: 'frame.time_epoch',
    type: 'time',
    absolute: true,
    help: 'Seconds since the start of 1970, UTC',
    sources: [frameTimes(relativeTimes)],
  },
  {
    name: 'frame.comment',
    type: 'text',
    help: 'A comment that the capture carries',
    sources: [listed(comments)],
    entries: (subject) => comments(subject).texts,
  },
  {
    name: 'finding',
    type: 'text',
    help: 'Id of a rule that names the frame as evidence, such as identity-switch',
    sources: [listed(evidence)],
    entries: (subject) => evidence(subject).texts,
  },
  { name: 'mark', type: 'label', help: 'Frames that you marked', sources: [listed(marked)] },
]
