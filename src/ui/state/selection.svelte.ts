// The place in the open capture: the view, the frame and its field, and moving between them.
import { tick } from 'svelte'
import type { FrameDetail } from '../../engine/api'
import type { EngineClient } from '../../engine/page/client'
import type { Filtering } from '../filter/filtering.svelte'
import type { View } from './address'
import type { FocusTargets } from './focus-targets'
import type { FrameList } from './frame-list.svelte'
import type { Notices } from './notices.svelte'
import type { OpenCapture } from './opening/open-capture.svelte'

/** The pane that a narrow screen shows. */
export type Panel = View | 'diagnosis' | 'fields' | 'bytes'

interface Parts {
  engine: EngineClient
  capture: OpenCapture
  list: FrameList
  filtering: Filtering
  notices: Notices
  focus: FocusTargets
  /** Called after each change of place; a step is one that Back undoes. */
  moved: (step: boolean) => void
}

export class Selection {
  view = $state<View>('frames')
  panel = $state<Panel>('diagnosis')
  /** Row of Frame. */
  frame = $state<number>()
  detail = $state.raw<FrameDetail>()
  /** Part of the detail that is shown, and the field chosen in it. */
  part = $state(0)
  field = $state<number>()

  /** Called when a frame is selected. */
  onselect: (() => void) | undefined

  #stepping = Promise.resolve()
  /** Ends with the fields of the frame that was selected last. */
  #describing = Promise.resolve()

  constructor(private readonly parts: Parts) {}

  reset(): void {
    this.frame = this.detail = this.field = undefined
    this.#stepping = Promise.resolve()
    this.view = 'frames'
    this.panel = 'diagnosis'
  }

  /** Selects a frame. `remember` makes a step that Back undoes. */
  select(frame: number, { remember = false, view }: { remember?: boolean; view?: View } = {}): void {
    const { capture, list, filtering, moved } = this.parts
    if (frame < 0 || frame >= capture.frames) return
    const same = frame === this.frame && (!view || (view === this.view && view === this.panel))
    if (view) this.view = this.panel = view
    this.onselect?.()
    if (view === 'frames' && list.rowOf(frame) < 0) filtering.clear({ step: false })
    this.frame = frame
    if (!same) moved(remember)
    void this.describe()
  }

  /** Fetches the fields and bytes of the selected frame. */
  describe(): Promise<void> {
    return (this.#describing = this.#describe())
  }

  async #describe(): Promise<void> {
    const { capture, engine, notices } = this.parts
    const { frame } = this
    if (frame === undefined) return
    const { turn } = capture
    // The bytes of another frame must not stay under this one's number.
    const detail = await engine.detail(frame).catch((error: unknown) => {
      if (turn === capture.turn && frame === this.frame)
        notices.say(`The bytes of frame ${frame + 1} cannot be read: ${reasonOf(error)}.`)
      return undefined
    })
    if (turn !== capture.turn || frame !== this.frame) return
    this.detail = detail
    this.part = 0
    this.field = undefined
  }

  show(view: View): void {
    if (view === this.view) return
    this.view = view
    this.parts.moved(true)
  }

  showPanel(panel: Panel): void {
    this.panel = panel
    if (panel !== 'diagnosis' && panel !== 'fields' && panel !== 'bytes') this.show(panel)
  }

  showPart(part: number): void {
    this.part = part
    this.field = undefined
  }

  /** Moves the focus to the fields of the selected frame, once they are there: those before may go, and the focus with them. */
  focusFields(): void {
    const { frame } = this
    this.panel = 'fields'
    void this.#describing.then(tick).then(() => {
      if (frame === this.frame) this.parts.focus.focus('fields')
    })
  }

  /** The next (1) or previous (-1) frame of evidence; after the last comes the first. */
  stepEvidence(step: 1 | -1): void {
    const { capture, notices } = this.parts
    const { evidence } = capture
    if (evidence.length === 0) return notices.say('There is no evidence to step through.')
    const at = evidence.findIndex(({ frame }) => frame === this.frame)
    const to = at < 0 ? (step > 0 ? 0 : evidence.length - 1) : (at + step + evidence.length) % evidence.length
    const { frame, note } = evidence[to]!
    this.select(frame, { remember: true, view: 'frames' })
    notices.say(`Frame ${frame + 1}: ${note}`)
  }

  /** The next (1) or previous (-1) frame of the selected frame's conversation. */
  stepConversation(step: 1 | -1): void {
    // One after the other: a key may be pressed faster than the worker answers.
    this.#stepping = this.#stepping.then(() => this.#stepConversation(step))
  }

  toggleMark(): void {
    const { capture, notices } = this.parts
    const { frame } = this
    const { notes } = capture
    if (frame === undefined || !notes) return
    notes.toggleMark(frame)
    notices.say(notes.of(frame).marked ? `Frame ${frame + 1} marked.` : `Mark removed from frame ${frame + 1}.`)
  }

  /** The next (1) or previous (-1) frame with a mark or a comment; after the last comes the first. */
  stepMark(step: 1 | -1): void {
    const { capture, notices } = this.parts
    const marked = capture.notes?.list.map(({ frame }) => frame) ?? []
    if (marked.length === 0) return notices.say('No frame is marked.')
    const at = this.frame ?? -1
    const next = step > 0 ? marked.find((frame) => frame > at) : marked.findLast((frame) => frame < at)
    const frame = next ?? marked.at(step > 0 ? 0 : -1)!
    this.select(frame, { remember: true, view: 'frames' })
    notices.say(`Marked frame ${frame + 1}.`)
  }

  undoNote(): void {
    const frame = this.parts.capture.notes?.undo()
    this.parts.notices.say(frame === undefined ? 'There is nothing to undo.' : `Undone on frame ${frame + 1}.`)
  }

  async #stepConversation(step: 1 | -1): Promise<void> {
    const { engine, notices } = this.parts
    if (this.frame === undefined) return
    const frame = await engine.neighbour(this.frame, step)
    if (frame !== undefined) this.select(frame)
    else notices.say(step > 0 ? 'Last frame of this conversation.' : 'First frame of this conversation.')
  }
}

/** Errors of a file that is not what it was: what browsers call them, and the engine. */
const CHANGED = new Set(['NotFoundError', 'NotReadableError', 'FileChanged'])

function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return CHANGED.has(name) ? 'the file was changed, moved or deleted after it was opened. Open it again' : message
}
