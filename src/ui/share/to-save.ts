// What goes into a saved page: the capture, its redacted copy, or the results alone.
import type { NoteOnFrame, RedactedFrames } from '../../engine/api'
import type { Session } from '../state/session.svelte'
import type { ToSave } from './saved-page'

/** Gathers it. Throws in words for the person when that cannot be done. */
export async function toSave(
  { name, selected = 0, view, whereabouts: { filter }, engine }: Session,
  holds: ToSave['holds'],
  notes: NoteOnFrame[],
  redacted: RedactedFrames | undefined,
): Promise<ToSave> {
  const place = `#frame=${selected + 1}&view=${view}`
  // A filter may name what was replaced.
  if (redacted) return { name: 'redacted capture', place, notes: redacted.notes, holds: 'capture', data: redacted.file }
  const here = { name, place: filter ? `${place}&filter=${encodeURIComponent(filter)}` : place, notes }
  if (holds === 'capture') {
    const { file } = await engine.exportFrames(name, { reason: 'all' }, [])
    return { ...here, holds, data: file }
  }
  const about = { name, notes: '', tags: [], marks: notes, filter, view, frame: selected }
  const packed = await engine.keep((keeping) => keeping.packResult(about))
  if ('refused' in packed) throw new Error(packed.refused)
  return { ...here, holds, data: packed.file }
}
