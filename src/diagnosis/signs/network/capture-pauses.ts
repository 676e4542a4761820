// Pauses of the capture itself: the clock was set, the capturing host slept, or files were joined. RFC 9293 3.8.6.3, RFC 6298.
import { Analysis, Frame, TcpFlag } from '../../../../asm/layout'
import { NONE } from '../../../capture/table'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'
import type { Confidence } from '../../finding'

/** Shorter pauses are seldom a clock that was set or a host that slept. */
const PAUSE_SECONDS = 60
/** What else of the wait may have passed outside the pause. */
const AROUND_SECONDS = 1
/** Frames that are looked at: a pause in which so many came is none. */
const MOST_FRAMES = 2000

/**
 * True if a wait for an answer is likely a pause of the capture: nothing at all was captured for nearly the whole time, and TCP,
 * here or on another stream, neither acknowledged what was sent before nor sent it again, as it does within seconds.
 */
export function isCapturePause(theCase: Examination, stream: number, asked: number, answered: number): boolean {
  const before = pauseWithin(theCase, asked, answered)
  if (before === undefined) return false
  const { frames } = theCase.capture
  for (let frame = asked + 1; frame <= before; frame++)
    if (frames.get(Frame.Stream, frame) === stream) return outlastsPause(theCase, before)
  return true
}

/** What to say about a wait, where what took so long is only likely. */
interface SilentWait {
  confidence: Confidence
  /** Before the verb of the title: `likely ` or nothing. */
  likely: string
  /** A sentence for the explanation, after a space; or nothing. */
  because: string
}

/**
 * How sure it is that a wait took place. Where nothing at all was captured for nearly all of it, a minute or more, the clock may have
 * been set meanwhile; an acknowledgement before does not distinguish the two.
 */
export function silentWait(theCase: Examination, asked: number, answered: number): SilentWait {
  if (pauseWithin(theCase, asked, answered) === undefined) return { confidence: 'high', likely: '', because: '' }
  return {
    confidence: 'medium',
    likely: 'likely ',
    because:
      ' Meanwhile nothing at all was captured: if the clock of the capturing computer was set, the answer came at once.',
  }
}

/** The frame before the pause that makes up nearly all of the time between two frames; undefined where there is none. */
function pauseWithin({ capture: { frames } }: Examination, asked: number, answered: number): number | undefined {
  const waited = secondsBetween(frames, asked, answered)
  if (waited < PAUSE_SECONDS || answered - asked > MOST_FRAMES) return undefined
  let before = asked
  let longest = 0
  for (let frame = asked; frame < answered; frame++) {
    const pause = secondsBetween(frames, frame, frame + 1)
    if (pause > longest) [before, longest] = [frame, pause]
  }
  return waited - longest > AROUND_SECONDS ? undefined : before
}

/** True if a segment of any stream was sent right before a pause and is acknowledged right after it, without being sent again. */
function outlastsPause({ capture: { frames } }: Examination, before: number): boolean {
  /** By stream: the side that sent last before the pause, and the sequence number behind what it sent. */
  const sent = new Map<number, { port: number; next: number }>()
  const first = Math.max(0, before - MOST_FRAMES)
  for (let frame = before; frame >= first && secondsBetween(frames, frame, before) <= AROUND_SECONDS; frame--) {
    const stream = frames.get(Frame.Stream, frame)
    if (stream === NONE || sent.has(stream) || frames.get(Frame.TcpFlags, frame) === NONE) continue
    const [port, length] = [frames.get(Frame.SourcePort, frame), frames.get(Frame.PayloadLength, frame)]
    sent.set(stream, { port, next: length === 0 ? NONE : (frames.get(Frame.Seq, frame) + length) >>> 0 })
  }
  const last = Math.min(frames.rows - 1, before + MOST_FRAMES)
  for (let frame = before + 1; frame <= last; frame++) {
    if (secondsBetween(frames, before + 1, frame) > AROUND_SECONDS) return false
    const stream = frames.get(Frame.Stream, frame)
    const known = sent.get(stream)
    if (!known) continue
    sent.delete(stream)
    const flags = frames.get(Frame.TcpFlags, frame)
    const acknowledges = (flags & (TcpFlag.Ack | TcpFlag.Rst | Analysis.Retransmission)) === TcpFlag.Ack
    if (!acknowledges || known.next === NONE || frames.get(Frame.SourcePort, frame) === known.port) continue
    if (frames.get(Frame.Ack, frame) === known.next) return true
  }
  return false
}
