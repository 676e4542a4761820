// Which frames can be handed on as a capture of their own.
import type { FrameChoice } from '../../engine/api'
import type { Picked } from '../frames/picked.svelte'
import type { FrameList } from '../state/frame-list.svelte'
import type { OpenCapture } from '../state/opening/open-capture.svelte'
import type { Selection } from '../state/selection.svelte'

export interface OfferedFrames extends FrameChoice {
  label: string
  /** How many frames; undefined where only the engine knows. */
  count?: number
}

interface Parts {
  capture: OpenCapture
  list: FrameList
  picked: Picked
  selection: Selection
}

/** What makes sense for the open capture; nothing that would be empty. */
export function offeredFrames({ capture, list, picked, selection }: Parts): OfferedFrames[] {
  const { notes, findings, frames } = capture
  const { narrowing } = list
  const { frame: selected } = selection
  const marked = notes?.list.map(({ frame }) => frame) ?? []
  const proof = findings.filter(({ kind }) => kind === 'finding').flatMap(({ evidence }) => evidence)
  const evidence = [...new Set(proof.map(({ frame }) => frame))]
  const offers: OfferedFrames[] = []
  if (evidence.length > 0)
    offers.push(
      {
        label: 'Evidence, with the whole conversations',
        reason: 'evidence and its conversations',
        rows: evidence,
        connectionsOf: evidence,
      },
      { label: 'Evidence alone', reason: 'evidence', rows: evidence, count: evidence.length },
    )
  if (narrowing)
    offers.push({
      label: `What the list shows now: ${narrowing.reason}`,
      reason: `shown by ${narrowing.reason}`,
      rows: narrowing.rows,
      count: narrowing.rows.length,
    })
  if (picked.frames.length > 1)
    offers.push({ label: 'Picked frames', reason: 'picked', rows: picked.frames, count: picked.frames.length })
  if (marked.length > 0)
    offers.push({ label: 'Frames with marks or comments', reason: 'marked', rows: marked, count: marked.length })
  if (selected !== undefined)
    offers.push({
      label: `The conversation of frame ${selected + 1}`,
      reason: `the conversation of frame ${selected + 1}`,
      rows: [selected],
      connectionsOf: [selected],
    })
  offers.push({ label: 'All frames', reason: 'all', count: frames })
  return offers
}
