// How captures come to be open: from files, from addresses, from what was saved. One at a time; the one asked for last wins.
import type { Opened, Progress, Refusal, SavedAnalysis } from '../../engine/api'
import { type Place, readPlace } from './address'
import { failure } from '../controls/failure'
import { fetchCapture } from './fetch-capture'
import { isSavedFile } from '../saved/library.svelte'
import { placeLeft } from '../saved/saving.svelte'
import type { Session } from './session.svelte'

/** Where a capture came from, if an address can say so: one of the site's examples, or `?src=` as it was written. */
interface Origin {
  example?: string
  source?: string
}

interface Options extends Origin {
  /** Reads it again even where an earlier analysis is kept. */
  fresh?: boolean
  /** Whether the address names a place in it; else it names one in what was open before. */
  placed?: boolean
}

type OnProgress = (progress: Progress) => void
interface Answer {
  opened: Opened | Refusal
  wanted: Place
  saved?: SavedAnalysis
}

export class Opener {
  #file: ({ blob: Blob; name: string } & Origin) | undefined
  /** What was open before the start page: Forward leads there again. */
  #left: ({ blob: Blob; name: string } & Origin) | undefined
  #turn = 0

  constructor(private readonly session: Session) {}

  /** Changes whenever something else is asked for: an answer to a question asked before comes too late. */
  get turn(): number {
    return this.#turn
  }

  /** The open file; undefined where only its saved result is here. */
  get file(): ({ blob: Blob; name: string } & Origin) | undefined {
    return this.#file
  }

  /** Files that were dropped, picked or pasted: one is opened, of two the person may choose. */
  take(files: Iterable<File> | undefined) {
    const { comparing, library, phase, view } = this.session
    const [first, second, ...more] = files ?? []
    if (!first) return
    if (isSavedFile(first)) return void library.importFile(first)
    if (more.length > 0) this.session.say(`Of ${more.length + 2} files the first two are taken.`)
    if (second) comparing.pair = [first, second]
    else if (view === 'compare' && phase === 'open') void comparing.with(first, first.name)
    else void this.open(first, first.name, { placed: phase === 'start' || phase === 'refused' })
  }

  /** What was dropped on the page; text and links are none of its business. */
  takeDropped({ files, items }: DataTransfer) {
    const folder = Array.from(items, (item) => item.webkitGetAsEntry()).find((entry) => entry?.isDirectory)
    if (!folder) return this.take(files)
    this.letGo()
    this.session.refuse(folder.name, {
      refused: `${folder.name} is a folder.`,
      advice: 'Drop the capture itself, or two of them to compare.',
    })
  }

  async open(blob: Blob, name: string, { fresh = false, placed = true, ...origin }: Options = {}) {
    this.#file = { blob, name, ...origin }
    if (!placed) this.session.whereabouts.forget()
    const place = readPlace(location.hash)
    const wanted = placed && place.saved === undefined ? place : {}
    await this.#show(name, async (onProgress) => ({
      opened: await this.session.engine.open(blob, name, { fresh }, onProgress),
      wanted,
    }))
  }

  /** Opens what was open before the start page; says whether there is any. */
  openLeft(): boolean {
    if (this.#left) void this.open(this.#left.blob, this.#left.name, this.#left)
    return this.#left !== undefined
  }

  /** Reads the open file again. */
  async anew() {
    if (this.#file) await this.open(this.#file.blob, this.#file.name, { ...this.#file, fresh: true })
  }

  /** Opens a saved analysis, where it was left or where the address says. */
  async openSaved(id: string) {
    const { engine, library, saving } = this.session
    const { saved, ...wanted } = readPlace(location.hash)
    this.#file = undefined
    await this.#show(library.nameOf(id), async (onProgress) => {
      await saving.recover(id)
      const answer = await engine.openSaved(id, onProgress)
      if ('refused' in answer) return { opened: answer, wanted }
      const place = placeLeft(answer.saved, saved === id ? wanted : {})
      return { opened: answer.opened, wanted: place, saved: answer.saved }
    })
  }

  /** Opens an analysis without its capture's bytes, as a saved page holds it. Nothing of it is stored. */
  async openPacked(file: Blob, name: string) {
    this.#file = undefined
    const wanted = readPlace(location.hash)
    await this.#show(name, async (onProgress) => {
      const answer = await this.session.engine.openPacked(file, onProgress)
      return 'refused' in answer ? { opened: answer, wanted } : { ...answer, wanted }
    })
  }

  /** Fetches one of the site's own examples and opens it. */
  async openExample(example: string) {
    const name = `${example}.pcapng`
    await this.openAddress(`examples/${name}`, name, { example })
  }

  /** Fetches a capture and opens it. Whether the address may be fetched is for the caller to know. */
  async openAddress(url: string, name: string, origin: Origin = {}) {
    const turn = this.#next()
    this.session.begin(name)
    const fetched = await fetchCapture(url, name)
    if (turn !== this.#turn) return
    if ('refused' in fetched) this.session.refuse(name, fetched)
    else await this.open(fetched, name, origin)
  }

  /** Whatever is on its way is no longer wanted, nor is what is open. */
  letGo() {
    this.#turn++
    this.session.engine.letGo()
    this.#left = this.#file ?? this.#left
    this.#file = undefined
  }

  /** Lets go of what is open and shows what `open` opens, unless something else was asked for meanwhile. */
  async #show(name: string, open: (onProgress: OnProgress) => Promise<Answer>) {
    const { session } = this
    const turn = this.#next()
    session.begin(name)
    try {
      const { opened, wanted, saved } = await open((progress) => {
        if (turn === this.#turn) session.advance(progress)
      })
      if (turn !== this.#turn) return
      if ('refused' in opened) session.refuse(name, opened)
      else session.finish(opened, wanted, saved)
    } catch (error) {
      if (turn === this.#turn) session.refuse(name, failure(error))
    }
  }

  #next(): number {
    if (this.session.phase === 'reading') this.session.engine.letGo()
    return ++this.#turn
  }
}
