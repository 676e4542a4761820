// Frames of the list given out: copied in the forms that other tools read, or as a file of the list or of the frames.
import type { AppState } from '../state/app-state.svelte'
import { copy } from '../controls/clipboard'
import { countOf } from '../state/time-format'
import { type ByteForm, byteText } from './byte-text'
import { download, fileName } from './hand-over'
import { type ListForm, listText } from './list-text'

/** Forms in which picked frames are copied. */
export type FrameForm = ListForm | ByteForm | 'filter' | 'tshark'

export const FRAME_FORMS: { form: FrameForm; label: string }[] = [
  { form: 'text', label: 'Text' },
  { form: 'csv', label: 'CSV' },
  { form: 'json', label: 'JSON' },
  { form: 'dump', label: 'Hex dump' },
  { form: 'hex', label: 'Hex digits' },
  { form: 'c', label: 'C array' },
  { form: 'base64', label: 'Base64' },
  { form: 'filter', label: 'Filter' },
  { form: 'tshark', label: 'tshark command' },
]

/** Bytes of more frames than this are not copied at once. */
const MOST_WITH_BYTES = 1000
const ROWS_AT_ONCE = 2048

const isListForm = (form: FrameForm): form is ListForm => form === 'text' || form === 'csv' || form === 'json'

/** Copies frames, those picked now, in one form, and says so. */
export async function copyFrames(app: AppState, form: FrameForm, frames = app.picked.frames): Promise<void> {
  const { capture, engine, notices } = app
  if (frames.length === 0) return notices.say('Select a frame first.')
  const what = `${countOf(frames.length, 'frame')} as ${FRAME_FORMS.find((one) => one.form === form)!.label}`
  if (isListForm(form)) return copy(notices, await textOf(app, Uint32Array.from(frames), form), what)
  if (form === 'filter') return copy(notices, filterOf(frames), what)
  if (form === 'tshark') {
    const name = capture.name.replaceAll(/["\\$`]/g, '_')
    return copy(notices, `tshark -r "${name}" -Y "${filterOf(frames)}"`, what)
  }
  if (frames.length > MOST_WITH_BYTES)
    return notices.say(`Bytes of at most ${MOST_WITH_BYTES} frames can be copied: export the frames instead.`)
  const texts: string[] = []
  for (const frame of frames) {
    const { parts } = await engine.detail(frame)
    texts.push(byteText(parts[0]?.bytes ?? new Uint8Array(0), form, `frame_${frame + 1}`))
  }
  return copy(notices, texts.join(form === 'dump' || form === 'c' ? '\n\n' : '\n'), what)
}

/** Saves the frames shown as the list shows them, with its columns. */
export async function exportList(app: AppState, form: 'csv' | 'json' | 'text'): Promise<void> {
  const { capture, list, notices } = app
  const rows = Uint32Array.from({ length: list.shown }, (_, row) => list.frameAt(row))
  const text = await textOf(app, rows, form, (done) =>
    notices.say(`Exporting: ${countOf(done, 'frame')} of ${rows.length}`),
  )
  const [suffix, type] = {
    csv: ['.csv', 'text/csv'],
    json: ['.json', 'application/json'],
    text: ['.txt', 'text/plain'],
  }[form] as [string, string]
  const name = fileName(capture.name, `-frames${suffix}`)
  download(new Blob([text], { type }), name)
  notices.say(`Saved ${name}: ${countOf(rows.length, 'frame')}.`)
}

/** Saves frames as a pcapng: those shown, or those picked. */
export async function exportFrames(app: AppState, which: 'shown' | 'picked'): Promise<void> {
  const { capture, engine, list, notices, picked } = app
  const rows = which === 'picked' ? picked.frames : list.narrowing?.rows
  const reason = which === 'picked' ? 'picked' : list.narrowing ? `shown by ${list.narrowing.reason}` : 'all'
  try {
    const { file, frames } = await engine.exportFrames(
      capture.name,
      { reason, ...(rows && { rows }) },
      capture.notes?.list ?? [],
    )
    const name = fileName(capture.name, '-frames.pcapng')
    download(file, name)
    notices.say(`Saved ${name}: ${countOf(frames, 'frame')}.`)
  } catch (error) {
    notices.say(`That did not work: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function textOf(
  { list }: AppState,
  frames: Uint32Array,
  form: ListForm,
  onDone?: (done: number) => void,
): Promise<string> {
  const columns = list.columns.filter(({ title }) => title !== 'Note')
  const cells: string[][] = []
  for (let from = 0; from < frames.length; from += ROWS_AT_ONCE) {
    onDone?.(from)
    const rows = await list.rowsOf(frames, from, from + ROWS_AT_ONCE)
    cells.push(...rows.map((row, at) => columns.map(({ text }) => text(row, from + at))))
  }
  return listText(
    columns.map(({ title }) => title),
    cells,
    form,
  )
}

/** A filter for exactly these frames, which are rising: neighbours are written as a range. */
function filterOf(frames: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const frame of frames) {
    const last = ranges.at(-1)
    if (last?.[1] === frame - 1) last[1] = frame
    else ranges.push([frame, frame])
  }
  const texts = ranges.map(([from, to]) => (from === to ? `${from + 1}` : `${from + 1}..${to + 1}`))
  return `frame.number in {${texts.join(', ')}}`
}
