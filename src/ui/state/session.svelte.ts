// All that the page knows: which capture is open, what was found, what is looked at. Components read it and call it;
// nothing else holds state that outlives a component.
import { getContext, setContext, tick, untrack } from 'svelte'
import type { Capture } from '../../capture/capture'
import { legible } from '../../capture/legible'
import type { Finding } from '../../diagnosis/finding'
import type { FrameDetail, FrameRow, Opened, Progress, Refusal, SavedAnalysis } from '../../engine/api'
import { EngineClient } from '../../engine/page/client'
import type { Place, View } from './address'
import { Comparing } from '../compare/comparing.svelte'
import { Filtering } from '../filter/filtering.svelte'
import { type ProfileColumn, fieldsOf, withColumn } from '../frames/profile'
import { RowCache } from '../grid/row-cache.svelte'
import { type Narrowing, positionIn } from './narrowing'
import { Notes } from './notes.svelte'
import { Opener } from './opener'
import { Library } from '../saved/library.svelte'
import { Saving } from '../saved/saving.svelte'
import { Recents } from '../start/recent.svelte'
import { Preferences, type Theme } from './preferences.svelte'
import { Whereabouts } from './whereabouts'

/** `reading` shows rows as they come; `open` has the diagnosis. */
export type Phase = 'start' | 'reading' | 'open' | 'refused'

/** The pane that a narrow screen shows. */
export type Panel = View | 'diagnosis' | 'fields' | 'bytes'

export class Session {
  readonly engine = new EngineClient()
  readonly opener = new Opener(this)
  readonly whereabouts = new Whereabouts(this)
  readonly recents = new Recents()
  readonly filtering = new Filtering(this)
  readonly comparing = new Comparing(this)
  readonly saving = new Saving(this)
  readonly library = new Library(this)
  readonly preferences: Preferences
  /** Whether another page frames this one: nothing then leads out of the capture that it shows. */
  readonly embedded: boolean

  phase = $state<Phase>('start')
  name = $state('')
  progress = $state.raw<Progress>()
  opened = $state.raw<Opened>()
  refusal = $state.raw<Refusal & { name: string }>()
  /** Tables of the open capture; they grow while it is read. */
  capture = $state.raw<Capture>()
  /** Frames that have been read. */
  frames = $state(0)
  /** What the frame list is narrowed to; undefined shows all. */
  narrowing = $state.raw<Narrowing>()
  /** How many frames the list shows. */
  readonly shownFrames = $derived(this.narrowing?.rows.length ?? this.frames)

  view = $state<View>('frames')
  selected = $state<number>()
  detail = $state.raw<FrameDetail>()
  /** Part of the detail that is shown, and the field chosen in it. */
  part = $state(0)
  field = $state<number>()
  panel = $state<Panel>('diagnosis')
  /** Said to screen readers, and shown in the status bar for a while. */
  notice = $state('')
  helpOpen = $state(false)
  /** The dialog that writes a comment is open. */
  commenting = $state(false)
  /** The number of a frame is asked for. */
  goingTo = $state(false)
  /** The dialog that hands things on is open. */
  sharing = $state(false)
  /** What the file says of itself is shown. */
  aboutOpen = $state(false)
  /** Columns are being chosen. */
  columnsOpen = $state(false)
  /** The person's marks and comments on the open capture. */
  notes = $state.raw<Notes>()

  /** Rows of the frame list as they come into view; made anew with every capture, narrowing and choice of columns. */
  frameRows = $state.raw(new RowCache<FrameRow>(() => Promise.resolve([])))

  readonly findings = $derived(this.opened?.findings ?? [])
  /** Evidence of what is wrong, in reading order: what n and p walk through. */
  readonly evidence = $derived(evidenceOf(this.findings))

  #stepping = Promise.resolve()
  #focusFields: (() => void) | undefined
  focusFilter: () => void = () => {}
  focusFrames: () => void = () => {}
  #noticeTimer: ReturnType<typeof setTimeout> | undefined

  /** `embedded` is the theme that the host chose. */
  constructor({ embedded }: { embedded?: Theme } = {}) {
    this.embedded = embedded !== undefined
    this.preferences = new Preferences(embedded)
  }

  cancel({ step = true } = {}) {
    this.opener.letGo()
    this.#reset('start', '')
    this.whereabouts.remember(step)
    this.say('Cancelled.')
  }

  /** Back to the start page; what was open is let go, once what changed in it is stored. A step is one that Back undoes. */
  async close({ step = true } = {}) {
    await this.saving.leave()
    this.cancel({ step })
    this.notice = ''
  }

  /** What is open is saved: the address says so from now on. */
  saved({ name }: SavedAnalysis) {
    this.name = name
    this.whereabouts.remember(false)
  }

  /** The bytes of the open capture are there now: shows those of the selected frame. */
  lookAgain() {
    if (this.selected !== undefined) void this.#describe(this.selected)
  }

  /** Lets go of everything that this browser keeps of captures opened before. */
  async forget() {
    this.recents.forget()
    await this.engine.forgetResults()
    this.say('Forgotten.')
  }

  /** Something is about to be opened: what was open is let go. */
  begin(name: string) {
    this.#reset('reading', name)
  }

  refuse(name: string, refusal: Refusal) {
    this.#reset('refused', name)
    this.refusal = { ...refusal, name }
  }

  /** Looks at a frame. `remember` makes a step that Back undoes. */
  select(frame: number, { remember = false, view }: { remember?: boolean; view?: View } = {}) {
    if (frame < 0 || frame >= this.frames) return
    const same = frame === this.selected && (view ?? this.view) === this.view
    if (view) this.view = this.panel = view
    if (view === 'frames' && this.rowOf(frame) < 0) this.filtering.clear({ step: false })
    this.selected = frame
    if (!same) this.whereabouts.remember(remember)
    void this.#describe(frame)
  }

  /** The frame at a row of the list, and the other way round (-1 where the list does not show it). */
  frameAt(row: number): number {
    return this.narrowing?.rows[row] ?? row
  }

  rowOf(frame: number): number {
    return this.narrowing ? positionIn(this.narrowing.rows, frame) : frame
  }

  /** Shows only these frames; undefined shows all again. */
  narrow(narrowing: Narrowing | undefined, { step = false } = {}) {
    this.narrowing = narrowing
    this.whereabouts.awaitFilter(undefined)
    this.frameRows = this.#freshFrameRows()
    this.whereabouts.remember(step)
    if (narrowing) this.say(`${narrowing.rows.length} of ${this.frames} frames shown: ${narrowing.reason}`)
  }

  async narrowToTime(fromSeconds: number, toSeconds: number) {
    const rows = await this.engine.framesBetween(fromSeconds, toSeconds)
    this.narrow({ reason: `${fromSeconds.toFixed(3)} s to ${toSeconds.toFixed(3)} s`, rows })
  }

  show(view: View) {
    if (view === this.view) return
    this.view = view
    this.whereabouts.remember(true)
  }

  showPanel(panel: Panel) {
    this.panel = panel
    if (panel !== 'diagnosis' && panel !== 'fields' && panel !== 'bytes') this.show(panel)
  }

  showPart(part: number) {
    this.part = part
    this.field = undefined
  }

  /** The field tree says how it takes the focus; returns how to withdraw that. */
  provideFieldFocus(focus: () => void): () => void {
    this.#focusFields = focus
    return () => (this.#focusFields = undefined)
  }

  /** The same for the filter box. */
  provideFilterFocus(focus: () => void): () => void {
    this.focusFilter = focus
    return () => (this.focusFilter = () => {})
  }

  /** And for the frame list. */
  provideFramesFocus(focus: () => void): () => void {
    this.focusFrames = focus
    return () => (this.focusFrames = () => {})
  }

  focusFields() {
    this.panel = 'fields'
    void tick().then(() => this.#focusFields?.())
  }

  /** The next (1) or previous (-1) frame of evidence, round and round. */
  stepEvidence(step: 1 | -1) {
    const { evidence, selected = -1 } = this
    if (evidence.length === 0) return this.say('There is no evidence to step through.')
    const at = evidence.findIndex(({ frame }) => frame === selected)
    const to = at < 0 ? (step > 0 ? 0 : evidence.length - 1) : (at + step + evidence.length) % evidence.length
    const { frame, note } = evidence[to]!
    this.select(frame, { remember: true, view: 'frames' })
    this.say(`Frame ${frame + 1}: ${note}`)
  }

  toggleMark() {
    const { selected, notes } = this
    if (selected === undefined || !notes) return
    notes.toggleMark(selected)
    this.say(notes.of(selected).marked ? `Frame ${selected + 1} marked.` : `Frame ${selected + 1} not marked any more.`)
  }

  undoNote() {
    const frame = this.notes?.undo()
    this.say(frame === undefined ? 'There is nothing to undo.' : `Undone on frame ${frame + 1}.`)
  }

  /** The next (1) or previous (-1) frame of the selected frame's conversation. */
  stepConversation(step: 1 | -1) {
    // One after the other: a key may be pressed faster than the worker answers.
    this.#stepping = this.#stepping.then(() => this.#stepConversation(step))
  }

  async #stepConversation(step: 1 | -1) {
    const { selected } = this
    if (selected === undefined) return
    const frame = await this.engine.neighbour(selected, step)
    if (frame !== undefined) this.select(frame)
    else this.say(step > 0 ? 'Last frame of this conversation.' : 'First frame of this conversation.')
  }

  /** Chooses the columns of the frame list. */
  setColumns(columns: ProfileColumn[]) {
    this.preferences.setColumns(columns)
    this.frameRows = this.#freshFrameRows()
  }

  /** Shows a field as a column of the frame list. Says so where filters know no such field. */
  async addColumn(id: string): Promise<boolean> {
    const means = await this.engine.fieldHelp(id)
    if (means === undefined) this.say(`There is no field “${id}”.`)
    else this.setColumns(withColumn(this.preferences.columns, { id, means }))
    return means !== undefined
  }

  /** Puts a sentence where screen readers and the status bar show it. */
  say(text: string) {
    this.notice = text
    clearTimeout(this.#noticeTimer)
    this.#noticeTimer = setTimeout(() => (this.notice = ''), 6000)
  }

  #reset(phase: Phase, name: string) {
    void this.saving.leave()
    this.phase = phase
    this.name = legible(name)
    this.progress = this.opened = this.refusal = this.capture = this.detail = this.field = this.selected = undefined
    this.frames = 0
    this.narrowing = this.notes = undefined
    this.comparing.reset()
    this.#stepping = Promise.resolve()
    this.helpOpen = this.commenting = this.goingTo = this.sharing = this.aboutOpen = this.columnsOpen = false
    this.view = 'frames'
    this.panel = 'diagnosis'
    this.frameRows = this.#freshFrameRows()
  }

  /** Reading has come so far. */
  advance(progress: Progress) {
    this.progress = progress
    this.capture = this.engine.capture
    this.frames = this.capture?.frames.rows ?? 0
  }

  /** What was asked for is open. */
  finish(opened: Opened, wanted: Place, saved?: SavedAnalysis) {
    this.opened = opened
    this.capture = this.engine.capture
    this.frames = this.capture?.frames.rows ?? 0
    if (saved) {
      this.name = saved.name
      this.saving.opened(saved, { bytesMissing: saved.captureBytes === 0 })
      this.notes = new Notes(saved.marks, (change) => this.saving.noted(change))
    } else this.notes = Notes.ofCapture(`${opened.name} ${opened.bytes}`)
    if (!this.opener.file?.example && !this.embedded && !saved) this.recents.add(opened)
    this.phase = 'open'
    this.frameRows.renew() // rows made while reading knew less
    if (wanted.view) this.view = wanted.view
    const first = untrack(() => this.selected) ?? wanted.frame ?? this.evidence[0]?.frame ?? 0
    const filter = untrack(() => this.narrowing)?.filter ?? wanted.filter ?? ''
    this.whereabouts.awaitFilter(filter)
    this.whereabouts.remember(!wanted.view)
    this.select(Math.min(first, this.frames - 1))
    // A filter that was used while reading has not seen every frame.
    void this.filtering.apply(filter)
  }

  async #describe(frame: number) {
    const turn = this.opener.turn
    const detail = await this.engine.detail(frame)
    if (turn !== this.opener.turn || frame !== this.selected) return
    this.detail = detail
    this.part = 0
    this.field = undefined
  }

  #freshFrameRows() {
    const { narrowing } = this
    const fields = fieldsOf(untrack(() => this.preferences.columns))
    if (narrowing) return new RowCache((from, to) => this.engine.frameRowsOf(narrowing.rows.slice(from, to), fields))
    return new RowCache((from, to) => this.engine.frameRows(from, to, fields))
  }
}

function evidenceOf(findings: Finding[]) {
  return findings.filter(({ kind, mutedBy }) => kind === 'finding' && !mutedBy).flatMap(({ evidence }) => evidence)
}

const KEY = Symbol('session')

export function provideSession(options?: { embedded?: Theme }): Session {
  return setContext(KEY, new Session(options))
}

export function useSession(): Session {
  return getContext<Session>(KEY)
}
