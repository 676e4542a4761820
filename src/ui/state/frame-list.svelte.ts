// The frames that lists show: all, or those that a filter or a range of time leaves; their rows as they are drawn.
import { proxy } from 'comlink'
import { untrack } from 'svelte'
import type { FrameRow } from '../../engine/api'
import type { EngineClient } from '../../engine/page/client'
import type { Column } from '../grid/column'
import { type ProfileColumn, fieldsOf, withColumn } from '../frames/profile'
import { RowCache } from '../grid/row-cache.svelte'
import { type Narrowing, positionIn } from './narrowing'
import type { Notices } from './notices.svelte'
import type { OpenCapture } from './opening/open-capture.svelte'
import type { Preferences } from './preferences.svelte'

interface Parts {
  engine: EngineClient
  capture: OpenCapture
  preferences: Preferences
  notices: Notices
  /** Called after each change of place; a step is one that Back undoes. */
  moved: (step: boolean) => void
}

/** A column of the frame list, by its id in the profile, and the direction that frames are sorted in. */
export interface FrameSorting {
  column: string
  descending: boolean
}

/** A row of the frame list, with the seconds since the row above it. */
export type ShownFrame = FrameRow & { sinceShown: number }

export class FrameList {
  /** Which frames are shown; undefined shows all. */
  narrowing = $state.raw<Narrowing>()
  /** By what frames are sorted; undefined for the order of the file. */
  sorting = $state.raw<FrameSorting>()
  /** The frames shown in that order, once it is known. */
  #order = $state.raw<Uint32Array>()
  /** Rows as they come into view; replaced with every capture, narrowing and choice of columns. */
  cache = $state.raw(new RowCache<ShownFrame>(() => Promise.resolve([])))
  /** The columns that the list shows now. */
  columns: Column<ShownFrame>[] = []
  /** The filter of the address, while its frames are looked for. */
  #filterAwaited = $state<string>()
  /** How many frames are shown. */
  readonly shown: number

  constructor(private readonly parts: Parts) {
    this.shown = $derived(this.narrowing?.rows.length ?? parts.capture.frames)
  }

  /** The display filter in force, or about to be: empty for none. */
  get filter(): string {
    return this.#filterAwaited ?? this.narrowing?.filter ?? ''
  }

  /** Until it is in force, the address has this filter. */
  awaitFilter(filter: string | undefined): void {
    this.#filterAwaited = filter
  }

  /** The frame at a row of the list. */
  frameAt(row: number): number {
    return this.#order?.[row] ?? this.narrowing?.rows[row] ?? row
  }

  /** The row that shows a frame; -1 if the list does not show it. */
  rowOf(frame: number): number {
    if (this.#order) return this.#order.indexOf(frame)
    return this.narrowing ? positionIn(this.narrowing.rows, frame) : frame
  }

  /** Shows only these frames; undefined shows all again. */
  narrow(narrowing: Narrowing | undefined, { step = false } = {}): void {
    this.narrowing = narrowing
    this.awaitFilter(undefined)
    this.sort(this.sorting)
    this.parts.moved(step)
    if (narrowing)
      this.parts.notices.say(
        `${narrowing.rows.length} of ${this.parts.capture.frames} frames shown: ${narrowing.reason}`,
      )
  }

  /** Shows only what was captured from one second to another, counted from the first frame. */
  async narrowToTime(fromSeconds: number, toSeconds: number): Promise<void> {
    const rows = await this.parts.engine.framesBetween(fromSeconds, toSeconds)
    this.narrow({ reason: `${fromSeconds.toFixed(3)} s to ${toSeconds.toFixed(3)} s`, rows })
  }

  /** Sorts the frames shown; undefined brings the order of the file back. */
  sort(sorting: FrameSorting | undefined): void {
    const before = this.sorting
    this.sorting = sorting
    this.#order = undefined
    this.refresh()
    if (sorting) void this.#arrange(sorting)
    else if (before) this.parts.notices.say('In the order of the file.')
  }

  async #arrange(sorting: FrameSorting): Promise<void> {
    const { capture, engine, notices } = this.parts
    const { narrowing, shown } = this
    const isWanted = () => sorting === this.sorting && narrowing === this.narrowing
    const onDone = proxy((done: number) => {
      if (isWanted()) notices.say(`Sorting: ${Math.floor((100 * done) / shown)} % of ${shown} frames`)
    })
    const { turn } = capture
    const ordered = async () =>
      (await engine.listTools()).order(sorting.column, sorting.descending, narrowing?.rows, onDone)
    const order = await ordered().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
    if (!isWanted() || turn !== capture.turn || !order) return
    if (typeof order === 'string' || order instanceof Error) {
      if (typeof order === 'string') notices.say(order)
      else notices.failed(order)
      this.sorting = undefined
      return
    }
    this.#order = order
    this.refresh()
    notices.say(`${order.length} frames sorted.`)
  }

  reset(): void {
    this.narrowing = this.sorting = this.#order = undefined
    this.refresh()
  }

  /** Chooses the columns of the frame list. */
  setColumns(columns: ProfileColumn[]): void {
    this.parts.preferences.setColumns(columns)
    this.refresh()
  }

  /** Shows a field as a column of the frame list; false, with a notice, if filters know no such field. */
  async addColumn(id: string): Promise<boolean> {
    const { engine, preferences, notices } = this.parts
    const means = await engine.fieldHelp(id)
    if (means === undefined) notices.say(`There is no field “${id}”.`)
    else this.setColumns(withColumn(preferences.columns, { id, means }))
    return means !== undefined
  }

  /** Discards rows that were drawn. */
  refresh(): void {
    const rows = this.#order ?? this.narrowing?.rows
    this.cache = new RowCache((from, to) => this.rowsOf(rows, from, to))
  }

  /** Rows of these frames (all without) from one place to another, with the fields that are shown as columns. */
  async rowsOf(frames: Uint32Array | undefined, from: number, to: number): Promise<ShownFrame[]> {
    const { engine, preferences } = this.parts
    const fields = fieldsOf(untrack(() => preferences.columns))
    const first = Math.max(0, from - 1)
    const rows = frames
      ? await engine.frameRowsOf(frames.slice(first, to), fields)
      : await engine.frameRows(first, to, fields)
    const shown = rows.map((row, at) => ({ ...row, sinceShown: row.time - (rows[at - 1]?.time ?? row.time) }))
    return shown.slice(from - first)
  }
}
