// What goes into a saved page: the capture, its redacted copy, or the results alone.
import type { NoteOnFrame, RedactedFrames } from '../../engine/api'
import type { EngineClient } from '../../engine/page/client'
import type { FrameList } from '../state/frame-list.svelte'
import type { OpenCapture } from '../state/opening/open-capture.svelte'
import type { Selection } from '../state/selection.svelte'
import type { ToSave } from './saved-page'

interface Parts {
  capture: OpenCapture
  engine: EngineClient
  list: FrameList
  selection: Selection
}

/** Gathers it. Throws an error whose message the user can read when that cannot be done. */
export async function toSave(
  { capture: { name }, engine, list: { filter }, selection: { frame = 0, view } }: Parts,
  holds: ToSave['holds'],
  notes: NoteOnFrame[],
  redacted: RedactedFrames | undefined,
): Promise<ToSave> {
  const place = `#frame=${frame + 1}&view=${view}`
  // A filter may name what was replaced.
  if (redacted) return { name: 'redacted capture', place, notes: redacted.notes, holds: 'capture', data: redacted.file }
  const here = { name, place: filter ? `${place}&filter=${encodeURIComponent(filter)}` : place, notes }
  if (holds === 'capture') {
    const { file } = await engine.exportFrames(name, { reason: 'all' }, [])
    return { ...here, holds, data: file }
  }
  const about = { name, notes: '', tags: [], marks: notes, filter, view, frame }
  const packed = await engine.keep((keeping) => keeping.packResult(about))
  if ('refused' in packed) throw new Error(packed.refused)
  return { ...here, holds, data: packed.file }
}
