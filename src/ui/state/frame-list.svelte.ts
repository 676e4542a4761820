// The frames that lists show: all, or those that a filter or a range of time leaves; their rows as they are drawn.
import { untrack } from 'svelte'
import type { FrameRow } from '../../engine/api'
import type { EngineClient } from '../../engine/page/client'
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

export class FrameList {
  /** Which frames are shown; undefined shows all. */
  narrowing = $state.raw<Narrowing>()
  /** Rows as they come into view; replaced with every capture, narrowing and choice of columns. */
  cache = $state.raw(new RowCache<FrameRow>(() => Promise.resolve([])))
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
    return this.narrowing?.rows[row] ?? row
  }

  /** The row that shows a frame; -1 if the list does not show it. */
  rowOf(frame: number): number {
    return this.narrowing ? positionIn(this.narrowing.rows, frame) : frame
  }

  /** Shows only these frames; undefined shows all again. */
  narrow(narrowing: Narrowing | undefined, { step = false } = {}): void {
    this.narrowing = narrowing
    this.awaitFilter(undefined)
    this.refresh()
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

  reset(): void {
    this.narrowing = undefined
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
    const { narrowing } = this
    const { engine, preferences } = this.parts
    const fields = fieldsOf(untrack(() => preferences.columns))
    this.cache = narrowing
      ? new RowCache((from, to) => engine.frameRowsOf(narrowing.rows.slice(from, to), fields))
      : new RowCache((from, to) => engine.frameRows(from, to, fields))
  }
}
