// The list of saved analyses on the start page: search, rename, delete and undo, export and import.
import type { Failure, Refused, SavedAnalysis } from '../../engine/api'
import type { EngineClient } from '../../engine/page/client'
import type { Notices } from '../state/notices.svelte'
import { download } from '../share/hand-over'
import { type Description, described } from './described'
import { listen } from './saving.svelte'

/** What a file that holds a saved analysis is called. */
const SAVED_FILE = '.faultline'

/** How long a deletion can be undone. */
const UNDO_MILLISECONDS = 20_000

export function isSavedFile({ name }: File): boolean {
  return name.toLowerCase().endsWith(SAVED_FILE)
}

interface Parts {
  engine: EngineClient
  notices: Notices
  openSaved: (id: string) => Promise<void>
  refuse: (name: string, failure: Failure) => void
}

export class Library {
  /** The one opened last first; undefined until asked for. */
  list = $state.raw<SavedAnalysis[]>()
  /** Why there is no list: storage is refused. */
  refused = $state('')
  /** Only analyses with these words and this tag are shown. */
  query = $state('')
  tag = $state('')
  /** What the dialog is about that renames. */
  describing = $state.raw<SavedAnalysis>()
  /** Deleted a moment ago: can be brought back. */
  deleted = $state.raw<SavedAnalysis>()

  readonly tags = $derived(once(this.list?.flatMap(({ tags }) => tags) ?? []))

  #undoTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly parts: Parts) {
    listen(() => {
      if (this.list) void this.refresh()
    })
  }

  async refresh(): Promise<void> {
    const answer = await this.parts.engine.savedList()
    if ('refused' in answer) this.refused = answer.refused
    else {
      this.list = answer.list
      this.refused = ''
      if (!this.tags.includes(this.tag)) this.tag = ''
    }
  }

  /** The name of an analysis; empty while the list was not asked for. */
  nameOf(id: string): string {
    return this.list?.find((saved) => saved.id === id)?.name ?? ''
  }

  /** Changes what the user says of an analysis, which was `found` when they began. */
  async describe(found: SavedAnalysis, details: Description): Promise<Refused | undefined> {
    const answer = await this.parts.engine.keep((keeping) => keeping.change(found.id, described(found, details)))
    await this.refresh()
    return 'refused' in answer ? answer : undefined
  }

  async remove(saved: SavedAnalysis): Promise<void> {
    await this.settle()
    const answer = await this.parts.engine.keep((keeping) => keeping.remove(saved.id))
    if ('refused' in answer) this.parts.notices.say(answer.refused)
    else {
      this.deleted = saved
      this.hold(false)
      this.parts.notices.say(`${saved.name} deleted.`)
    }
    await this.refresh()
  }

  async undo(): Promise<void> {
    const { deleted } = this
    this.deleted = undefined
    this.hold(true)
    if (!deleted) return
    const answer = await this.parts.engine.keep((keeping) => keeping.restore(deleted.id))
    this.parts.notices.say('refused' in answer ? answer.refused : `${deleted.name} is back.`)
    await this.refresh()
  }

  /** While the user is at the undo button the offer stays. */
  hold(held: boolean): void {
    clearTimeout(this.#undoTimer)
    if (!held) this.#undoTimer = setTimeout(() => void this.settle(), UNDO_MILLISECONDS)
  }

  /** The deletion is not undone: its space is freed. */
  async settle(): Promise<void> {
    const { deleted } = this
    this.deleted = undefined
    this.hold(true)
    if (deleted) await this.parts.engine.keep(async (keeping) => (await keeping.purge(deleted.id), { purged: true }))
  }

  /** Takes an analysis from a file, and opens it. */
  async importFile(file: File): Promise<void> {
    const answer = await this.parts.engine.keep((keeping) => keeping.importFile(file))
    if ('refused' in answer) {
      this.parts.refuse(file.name, { refused: answer.refused, advice: 'Nothing was changed in this browser.' })
      return
    }
    await this.refresh()
    await this.parts.openSaved(answer.saved.id)
  }

  /** Hands an analysis to the user as one file. */
  async exportFile(saved: SavedAnalysis): Promise<void> {
    const answer = await this.parts.engine.keep((keeping) => keeping.exportFile(saved.id))
    if ('refused' in answer) return this.parts.notices.say(answer.refused)
    download(answer.file, fileNameOf(saved))
  }
}

/** Each text once, in order. */
function once(texts: string[]): string[] {
  return texts.sort().filter((text, at) => text !== texts[at - 1])
}

/** A name that every file system takes. */
function fileNameOf({ name }: SavedAnalysis): string {
  const plain = name.replace(/[^\p{L}\p{N}._ -]+/gu, '_').trim()
  return `${plain.slice(0, 80) || 'analysis'}${SAVED_FILE}`
}
