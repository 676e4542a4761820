// Pauses of the capture itself: the clock was set, the capturing host slept, or files were joined. RFC 9293 3.8.6.3, RFC 6298.
import { Frame } from '../../../../asm/layout'
import { secondsBetween } from '../../../conversation/time'
import type { Examination } from '../../examination'

/** Shorter pauses are seldom a clock that was set or a host that slept. */
const PAUSE_SECONDS = 60
/** What else of the wait may have passed outside the pause. */
const AROUND_SECONDS = 1
/** Frames that are looked at: a pause in which so many came is none. */
const MOST_FRAMES = 2000

/**
 * True if a wait for an answer is likely a pause of the capture: nothing at all was captured for nearly the whole time, and TCP neither
 * acknowledged the request before nor sent it again, as it does within seconds.
 */
export function isCapturePause(
  { capture: { frames } }: Examination,
  stream: number,
  asked: number,
  answered: number,
): boolean {
  const waited = secondsBetween(frames, asked, answered)
  if (waited < PAUSE_SECONDS || answered - asked > MOST_FRAMES) return false
  let before = asked
  let longest = 0
  for (let frame = asked; frame < answered; frame++) {
    const pause = secondsBetween(frames, frame, frame + 1)
    if (pause > longest) [before, longest] = [frame, pause]
  }
  if (waited - longest > AROUND_SECONDS) return false
  for (let frame = asked + 1; frame <= before; frame++) if (frames.get(Frame.Stream, frame) === stream) return false
  return true
}
