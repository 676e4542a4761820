// The saved analysis that is open: saving it, storing what changes in it, and what other windows do to it.
import { untrack } from 'svelte'
import { type Change, NEWS_CHANNEL, type Refused, type SavedAnalysis, type SavedNews, followed } from '../../engine/api'
import { type Place, views } from '../state/address'
import type { NoteChange } from '../state/notes.svelte'
import type { Accepted } from '../diagnosis/accepted.svelte'
import type { EngineClient } from '../../engine/page/client'
import type { FrameList } from '../state/frame-list.svelte'
import type { Notices } from '../state/notices.svelte'
import type { OpenCapture } from '../state/opening/open-capture.svelte'
import type { Recents } from '../start/recent.svelte'
import type { Selection } from '../state/selection.svelte'
import { type Description, described } from './described'
import { forget, journal, leftBehind } from './journal'

/** Changes wait so long for others, so that one write stores them all. */
const WRITE_DELAY_MILLISECONDS = 500
const DELETED = 'This analysis was deleted in another window. What you change here is not stored; save it again.'

interface Parts {
  engine: EngineClient
  notices: Notices
  accepted: Accepted
  capture: OpenCapture
  list: FrameList
  recents: Recents
  selection: Selection
  /** Called when what is open is saved under another address or name. */
  moved: (step: boolean) => void
}

export class Saving {
  /** As it was last stored; undefined while what is open is not saved. */
  saved = $state.raw<SavedAnalysis>()
  /** Why the last write failed; empty while all is well. */
  failure = $state('')
  /** True if the capture's bytes were not saved and the file was not chosen yet. */
  bytesMissing = $state(false)
  /** Why the file that was chosen for the missing bytes was not taken. */
  wrongFile = $state('')

  #waiting: Change | undefined
  /** Another window deleted it; it may yet bring it back. */
  #gone = false
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Writes go one after another. */
  #writes: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: Parts) {
    listen((news) => void this.#receive(news))
  }

  /** What it is stored under; undefined for what is only shown, as in a page that holds it. */
  get id(): string | undefined {
    return this.saved?.id || undefined
  }

  /** Saves what is open. The answer says why it was not saved, if it was not. */
  async save(details: Description & { withCapture: boolean }): Promise<Refused | undefined> {
    const { capture, engine } = this.parts
    const answer = await engine.keep((keeping) =>
      keeping.save({
        ...details,
        marks: $state.snapshot(capture.notes?.list ?? []),
        ...placeOf(this.parts),
      }),
    )
    if ('refused' in answer) return answer
    this.opened(answer.saved, { bytesMissing: false })
    this.parts.recents.drop(answer.saved.fileName, answer.saved.fileBytes)
    this.parts.accepted.keepBy((keys) => this.changed({ accepted: keys }))
    if (this.parts.accepted.list.length > 0) this.changed({ accepted: this.parts.accepted.list })
    if (capture.notes) capture.notes.keep = (change) => this.noted(change)
    capture.name = answer.saved.name
    this.parts.moved(false)
    return undefined
  }

  /** Changes what the user says of the analysis, which was `found` before, and whether the capture's bytes are kept. */
  async describe(
    found: Description,
    { withCapture, ...details }: Description & { withCapture: boolean },
  ): Promise<Refused | undefined> {
    const { saved } = this
    if (!saved) return undefined
    this.changed(described(found, details))
    await this.flush()
    if (!this.bytesMissing && withCapture !== saved.captureBytes > 0) {
      const answer = await this.parts.engine.keep((keeping) => keeping.keepCapture(saved.id, withCapture))
      if ('refused' in answer) return answer
      this.saved = answer.saved
    }
    if (this.saved) {
      this.parts.capture.name = this.saved.name
      this.parts.moved(false)
    }
    return this.failure ? { refused: this.failure } : undefined
  }

  /** What is open is this saved analysis. */
  opened(saved: SavedAnalysis, { bytesMissing }: { bytesMissing: boolean }): void {
    this.saved = saved
    this.bytesMissing = bytesMissing
    this.failure = this.wrongFile = ''
    this.#gone = false
  }

  /** Stores what windows that died left of their changes to an analysis. */
  async recover(id: string): Promise<void> {
    for (const { key, change } of leftBehind(id)) {
      const answer = await this.parts.engine.keep((keeping) => keeping.change(id, change))
      if (!('refused' in answer)) forget(key)
    }
  }

  /** Something else is opened, or nothing: what waits is stored first. */
  async leave(): Promise<void> {
    const written = this.flush()
    this.saved = undefined
    this.bytesMissing = false
    this.failure = ''
    await written
  }

  noted({ frame, before, after }: NoteChange): void {
    this.changed({ marks: [{ frame, before, after }] })
  }

  /** The user looks at another place. */
  placed(): void {
    const { saved } = this
    if (!saved?.id || this.parts.capture.phase !== 'open') return
    const place = placeOf(this.parts)
    const differs = (['view', 'frame', 'filter'] as const).some((key) => place[key] !== saved[key])
    if (differs || this.#waiting) this.changed(place)
  }

  changed(change: Change): void {
    if (!this.saved?.id) return
    this.#waiting = followed(this.#waiting ?? {}, change)
    journal(this.saved.id, this.#waiting)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), WRITE_DELAY_MILLISECONDS)
  }

  /** Stores what waits, now. */
  flush(): Promise<unknown> {
    clearTimeout(this.#timer)
    const { id } = this
    const change = this.#waiting
    this.#waiting = undefined
    if (id !== undefined && change) this.#writes = this.#writes.then(() => this.#write(id, change))
    return this.#writes
  }

  /** Takes the file whose bytes were not saved, if it is the same one. */
  async provide(file: File): Promise<void> {
    const { saved } = this
    const { notices, selection } = this.parts
    if (!saved) return
    const answer = await this.parts.engine.keep((keeping) => keeping.provide(file, saved))
    if (this.saved?.id !== saved.id) return
    this.wrongFile = 'refused' in answer ? answer.refused : ''
    if (this.wrongFile) return
    this.bytesMissing = false
    void selection.describe()
    notices.say(`${file.name} is the file that was saved: its bytes are shown.`)
  }

  async #write(id: string, change: Change): Promise<void> {
    const answer = await this.parts.engine.keep((keeping) => keeping.change(id, change))
    const current = this.id === id
    if ('refused' in answer) {
      if (!current) return // it stays in the journal
      this.#waiting = followed(change, this.#waiting ?? {})
      this.failure = this.#gone ? DELETED : answer.refused
      return
    }
    journal(id, current ? this.#waiting : undefined)
    if (!current) return
    this.failure = ''
    this.#adopt(answer.saved)
    if (answer.both.length > 0)
      this.parts.notices.say(`Another window commented on frame ${answer.both[0]! + 1} too: both comments are kept.`)
  }

  async #receive({ id, revision }: SavedNews): Promise<void> {
    const { saved } = this
    if (saved?.id !== id) return
    const wasGone = this.#gone
    this.#gone = revision === undefined
    if (this.#gone) this.failure = DELETED
    else if (wasGone || (revision ?? 0) > saved.revision) {
      const answer = await this.parts.engine.keep((keeping) => keeping.one(id))
      await this.#writes // one that is under way is newer than the answer
      if ('refused' in answer || this.id !== id) return
      if (wasGone) {
        this.failure = ''
        void this.flush()
      }
      if (answer.saved.revision > (this.saved?.revision ?? 0)) this.#adopt(answer.saved)
    }
  }

  #adopt(saved: SavedAnalysis): void {
    this.saved = saved
    const waiting = this.#waiting?.marks?.map(({ frame }) => frame) ?? []
    this.parts.capture.notes?.adopt(saved.marks, waiting)
  }
}

/** Where the user is, as it is stored. */
function placeOf({ list, selection }: Parts): { view: string; frame: number; filter: string } {
  return untrack(() => ({
    view: selection.view,
    frame: selection.frame ?? 0,
    filter: list.filter,
  }))
}

/** The place at which a saved analysis was left, where the address names no other. */
export function placeLeft(saved: SavedAnalysis, wanted: Place): Place {
  const { filter, frame } = saved
  const view = views.find((name) => name === saved.view)
  return { frame, ...(view && { view }), ...(filter && { filter }), ...wanted }
}

/** Receives every change to saved analyses, this window's own included. */
export function listen(hear: (news: SavedNews) => void): void {
  try {
    new BroadcastChannel(NEWS_CHANNEL).onmessage = ({ data }) => hear(data as SavedNews)
  } catch {
    // no channel in this frame: other windows are noticed when something is written
  }
}
