// How captures come to be open: from files, from addresses, from what was saved. One at a time; the one asked for last wins.
import { untrack } from 'svelte'
import type { PortProtocol } from '../../../capture/port-protocol'
import type { Opened, Progress, Failure, SavedAnalysis } from '../../../engine/api'
import type { EngineClient } from '../../../engine/page/client'
import type { Accepted } from '../../diagnosis/accepted.svelte'
import type { Diagnosis } from '../../diagnosis/diagnosis.svelte'
import type { Comparing } from '../../compare/comparing.svelte'
import { failure } from '../../controls/failure'
import type { Filtering } from '../../filter/filtering.svelte'
import { type Library, isSavedFile } from '../../saved/library.svelte'
import { type Saving, placeLeft } from '../../saved/saving.svelte'
import type { Recents } from '../../start/recent.svelte'
import { type Place, readPlace } from '../address'
import type { AddressBar } from '../address-bar'
import type { Conversations } from '../conversations.svelte'
import type { Dialogs } from '../dialogs.svelte'
import type { Choice, Choosing } from './choosing.svelte'
import { fetchCapture } from './fetch-capture'
import { frameOfFailure } from './frame-of-failure'
import type { TimeReferences } from '../../frames/time-references.svelte'
import type { FrameList } from '../frame-list.svelte'
import { Notes } from '../notes.svelte'
import type { Notices } from '../notices.svelte'
import type { OpenCapture, OpenFile, Origin, Phase } from './open-capture.svelte'
import type { Selection } from '../selection.svelte'

interface Parts {
  embedded: boolean
  engine: EngineClient
  notices: Notices
  dialogs: Dialogs
  recents: Recents
  accepted: Accepted
  capture: OpenCapture
  conversations: Conversations
  diagnosis: Diagnosis
  list: FrameList
  references: TimeReferences
  filtering: Filtering
  selection: Selection
  saving: Saving
  address: AddressBar
  choosing: Choosing
  comparing: Comparing
  library: Library
}

interface Options extends Origin {
  /** Reads it again even where an earlier analysis is kept. */
  fresh?: boolean
  /** True if the address names a place in it; else it names one in what was open before. */
  placed?: boolean
}

type OnProgress = (progress: Progress) => void
interface Answer {
  opened: Opened | Failure
  wanted: Place
  saved?: SavedAnalysis
}

export class Opener {
  /** What was open before the start page: Forward leads there again. */
  #left: OpenFile | undefined

  constructor(private readonly parts: Parts) {}

  /** Files that were dropped, picked or pasted: one is opened, of two the user may choose. */
  take(files: Iterable<File> | undefined): void {
    const { capture, choosing, comparing, dialogs, library, selection } = this.parts
    const { phase } = capture
    const [first, second, ...more] = files ?? []
    if (!first) return
    if (isSavedFile(first)) return void library.importFile(first)
    if (more.length > 0) {
      dialogs.close()
      void this.#guarded(async (isAsked) => {
        const { offerFiles } = await import('./several')
        if (isAsked()) offerFiles([first, second!, ...more], choosing)
      })
    } else if (second) comparing.pair = [first, second]
    else if (selection.view === 'compare' && phase === 'open') void comparing.with(first, first.name)
    else void this.#openOrOffer(first, phase === 'start' || phase === 'refused')
  }

  /** Takes what was dropped on the page; dropped text and links are ignored. */
  takeDropped({ files, items }: DataTransfer): void {
    const folder = Array.from(items, (item) => item.webkitGetAsEntry()).find((entry) => entry?.isDirectory)
    const [first, second] = files
    const asks = this.parts.capture.phase === 'open' && this.parts.selection.view !== 'compare'
    if (!folder && asks && first && !second && !isSavedFile(first)) {
      this.parts.dialogs.close()
      this.parts.comparing.dropped = first
      return
    }
    if (!folder) return this.take(files)
    const ways = { ...this.#ways, choosing: this.parts.choosing }
    void this.#guarded(async (isAsked) => {
      const { takeFolder } = await import('./several')
      if (isAsked()) await takeFolder(folder as FileSystemDirectoryEntry, ways)
    })
  }

  /** Opens a file; of an archive with several captures the user chooses. */
  async #openOrOffer(file: File, placed: boolean): Promise<void> {
    if (!/\.zip$/i.test(file.name)) return this.open(file, file.name, { placed })
    await this.#guarded(async (isAsked) => {
      const { offersArchive } = await import('./several')
      if (!isAsked() || (await offersArchive(file, this.parts.choosing))) return
      if (isAsked()) await this.open(file, file.name, { placed })
    })
  }

  /** Does what needs code that is still to come, and says if it fails. `isAsked` is false once something else was opened. */
  async #guarded(use: (isAsked: () => boolean) => Promise<void>): Promise<void> {
    const { capture, notices } = this.parts
    const { turn } = capture
    try {
      await use(() => turn === capture.turn)
    } catch (error) {
      notices.failed(error)
    }
  }

  /** Opens a capture, or several as one. */
  async openTogether(choices: readonly Choice[]): Promise<void> {
    await this.#guarded(async (isAsked) => {
      const { openTogether } = await import('./several')
      if (isAsked()) await openTogether(choices, this.#ways)
    })
  }

  get #ways() {
    return {
      open: (blob: Blob, name: string) => this.open(blob, name, { placed: false }),
      refuse: (name: string, failure: Failure) => {
        this.letGo()
        this.refuse(name, failure)
      },
    }
  }

  async open(blob: Blob, name: string, { fresh = false, placed = true, ...origin }: Options = {}): Promise<void> {
    const { address, capture, engine } = this.parts
    capture.file = { blob, name, ...origin }
    if (!placed) address.forget()
    const place = readPlace(location.hash)
    const wanted = placed && place.saved === undefined ? place : {}
    await this.#show(name, async (onProgress) => ({
      opened: await engine.open(
        blob,
        name,
        { fresh, ...(origin.decodeAs && { decodeAs: origin.decodeAs }) },
        onProgress,
      ),
      wanted,
    }))
  }

  /** Opens the first of two files and compares it with the second. */
  async openBoth([first, second]: [File, File]): Promise<void> {
    const { capture, comparing } = this.parts
    comparing.pair = undefined
    await this.open(first, first.name, { placed: false })
    if (capture.phase === 'open') await comparing.with(second, second.name)
  }

  /** Opens the second of the compared captures in place of the first, and compares it with the first: so evidence of either can be followed. */
  async swapCompared(): Promise<void> {
    const { capture, comparing } = this.parts
    const [first, second] = [capture.file, comparing.second]
    if (!first || !second) return
    await this.open(second.blob, second.name)
    if (capture.phase === 'open') await comparing.with(first.blob, first.name)
  }

  /** Opens what was open before the start page; false if nothing was. */
  openLeft(): boolean {
    if (this.#left) void this.open(this.#left.blob, this.#left.name, this.#left)
    return this.#left !== undefined
  }

  /** Reads the open file again. */
  async reread(): Promise<void> {
    const { file } = this.parts.capture
    if (file) await this.open(file.blob, file.name, { ...file, fresh: true })
  }

  /** Reads the open file again with TCP ports as the user says; an empty list reads it as it was. */
  async decodeAs(ports: readonly PortProtocol[]): Promise<void> {
    const { file } = this.parts.capture
    if (!file) return
    const { decodeAs: _, ...rest } = file
    await this.open(file.blob, file.name, { ...rest, ...(ports.length > 0 && { decodeAs: ports }) })
  }

  /** Opens a saved analysis, where it was left or where the address says. */
  async openSaved(id: string): Promise<void> {
    const { capture, engine, library, saving } = this.parts
    const { saved, ...wanted } = readPlace(location.hash)
    capture.file = undefined
    await this.#show(library.nameOf(id), async (onProgress) => {
      await saving.recover(id)
      const answer = await engine.openSaved(id, onProgress)
      if ('refused' in answer) return { opened: answer, wanted }
      const place = placeLeft(answer.saved, saved === id ? wanted : {})
      return { opened: answer.opened, wanted: place, saved: answer.saved }
    })
  }

  /** Opens an analysis without its capture's bytes, as a saved page holds it. Nothing of it is stored. */
  async openPacked(file: Blob, name: string): Promise<void> {
    const { capture, engine } = this.parts
    capture.file = undefined
    const wanted = readPlace(location.hash)
    await this.#show(name, async (onProgress) => {
      const answer = await engine.openPacked(file, onProgress)
      return 'refused' in answer ? { opened: answer, wanted } : { ...answer, wanted }
    })
  }

  /** Opens what this browser keeps of a capture opened before; fields and bytes then ask for the file. */
  async openKept(key: string): Promise<void> {
    const { capture, engine, recents } = this.parts
    const wanted = readPlace(location.hash)
    const recent = recents.list.find((one) => one.key === key)
    capture.file = undefined
    await this.#show(recent?.name ?? '', async (onProgress) => ({
      opened: await engine.openKept({ key, name: recent?.name ?? 'capture', bytes: recent?.bytes ?? 0 }, onProgress),
      wanted: wanted.kept === key ? wanted : {},
    }))
    if (capture.phase === 'open' && capture.opened?.key === key) capture.bytesMissing = true
  }

  /** Takes the file of a result that was opened without it, and stays at the place. */
  async provide(file: File): Promise<void> {
    const { capture, notices } = this.parts
    if (file.size !== capture.opened?.bytes)
      return notices.say(`${file.name} is another file: ${capture.name} has ${capture.opened?.bytes ?? 0} bytes.`)
    await this.open(file, file.name)
  }

  /** Fetches one of the site's own examples and opens it. */
  async openExample(example: string): Promise<void> {
    const name = `${example}.pcapng`
    await this.openAddress(`examples/${name}`, name, { example })
  }

  /** Fetches a capture and opens it. The caller checks that the address may be fetched. */
  async openAddress(url: string, name: string, origin: Origin = {}): Promise<void> {
    const { capture } = this.parts
    const turn = this.#next()
    this.#reset('reading', name)
    const fetched = await fetchCapture(url, name)
    if (turn !== capture.turn) return
    if ('refused' in fetched) this.refuse(name, fetched)
    else await this.open(fetched, name, origin)
  }

  /** Stops reading, or closes what is open, and shows the start page. A step is one that Back undoes. */
  cancel({ step = true } = {}): void {
    this.letGo()
    this.#reset('start', '')
    this.parts.address.remember(step)
    this.parts.notices.say('Cancelled.')
  }

  /** Back to the start page, once what changed in the open analysis is stored. */
  async close({ step = true } = {}): Promise<void> {
    await this.parts.saving.leave()
    this.cancel({ step })
    this.parts.notices.clear()
  }

  /** Shows why a file could not be opened. */
  refuse(name: string, failure: Failure): void {
    this.#reset('refused', name)
    this.parts.capture.failure = { ...failure, name }
  }

  /** Deletes everything that this browser keeps of captures opened before. */
  async forget(): Promise<void> {
    const { engine, notices, recents } = this.parts
    recents.forget()
    await engine.forgetResults()
    notices.say('Forgotten.')
  }

  /** Follows the address, which Back, Forward, a link or the user changed. */
  visit(): void {
    const { address, capture, embedded, filtering, list, saving, selection } = this.parts
    const place = readPlace(location.hash)
    if (place.saved && place.saved !== saving.id) return void this.openSaved(place.saved)
    if (address.isStartPage && capture.phase !== 'start' && !embedded) return void this.close({ step: false })
    if (place.example && place.example !== capture.file?.example) return void this.openExample(place.example)
    if (capture.phase === 'start' && place.view && this.openLeft()) return
    if (place.kept && place.kept !== capture.opened?.key && capture.phase !== 'reading')
      return void this.openKept(place.kept)
    if (capture.phase !== 'open' && capture.phase !== 'reading') return
    if (place.view) selection.view = place.view
    selection.panel = address.panel ?? selection.panel
    const filter = place.filter ?? ''
    const isFiltered = filter === list.filter
    if (!isFiltered) list.awaitFilter(filter) // what is selected below must not write the old one into the address
    if (place.frame !== undefined && place.frame !== selection.frame) selection.select(place.frame)
    if (!isFiltered) void filtering.apply(filter) // it may refer to the selected frame
  }

  /** Shows the pane of a step of Back or Forward, which may differ in nothing else. */
  showPanelOfStep(): void {
    const { address, capture, selection } = this.parts
    if (capture.phase === 'open') selection.panel = address.panel ?? selection.panel
  }

  /** Discards what is open and whatever is being opened. */
  letGo(): void {
    const { capture, engine } = this.parts
    capture.nextTurn()
    engine.letGo()
    this.#left = capture.file ?? this.#left
    capture.file = undefined
  }

  /** Discards what is open and shows what `open` opens, unless something else was asked for meanwhile. */
  async #show(name: string, open: (onProgress: OnProgress) => Promise<Answer>): Promise<void> {
    const { capture } = this.parts
    const turn = this.#next()
    const { view } = readPlace(location.hash)
    this.#reset('reading', name)
    try {
      const { opened, wanted, saved } = await open((progress) => {
        if (turn === capture.turn) capture.advance(progress)
      })
      if (turn !== capture.turn) return
      if ('refused' in opened) this.refuse(name, opened)
      else {
        const failing = wanted.frame ?? (await frameOfFailure(opened, this.parts.engine))
        if (turn === capture.turn && view && !this.parts.address.panel) this.parts.selection.panel = view
        if (turn === capture.turn)
          this.#finish(opened, { ...wanted, ...(failing !== undefined && { frame: failing }) }, saved)
      }
    } catch (error) {
      if (turn === capture.turn) this.refuse(name, failure(error))
    }
  }

  #next(): number {
    const { capture, engine } = this.parts
    if (capture.phase === 'reading') engine.letGo()
    return capture.nextTurn()
  }

  #reset(phase: Phase, name: string): void {
    const { capture, comparing, conversations, diagnosis, dialogs, filtering, list, references, saving, selection } =
      this.parts
    void saving.leave()
    dialogs.close()
    capture.reset(phase, name)
    comparing.reset()
    conversations.reset()
    diagnosis.reset()
    selection.reset()
    list.reset()
    filtering.reset()
    references.clear()
  }

  /** Shows what was opened, at the wanted place. */
  #finish(opened: Opened, wanted: Place, saved?: SavedAnalysis): void {
    const { accepted, address, capture, conversations, embedded, filtering, list, recents, saving, selection } =
      this.parts
    capture.opened = opened
    capture.advance()
    if (saved) {
      capture.name = saved.name
      saving.opened(saved, { bytesMissing: saved.captureBytes === 0 })
      capture.notes = new Notes(saved.marks, (change) => saving.noted(change))
      accepted.begin(saved.accepted ?? [], (keys) => saving.changed({ accepted: keys }))
    } else {
      capture.notes = Notes.ofCapture(`${opened.name} ${opened.bytes}`)
      accepted.beginFor(`${opened.name} ${opened.bytes}`)
    }
    const { turn } = capture
    void conversations.load(opened, () => turn === capture.turn)
    if (!capture.file?.example && !capture.file?.decodeAs && !embedded && !saved) recents.add(opened)
    capture.phase = 'open'
    list.cache.renew() // rows made while reading had less to go by
    if (wanted.view) selection.view = wanted.view
    const first = untrack(() => selection.frame) ?? wanted.frame ?? capture.evidence[0]?.frame ?? 0
    const filter = untrack(() => list.narrowing)?.filter ?? wanted.filter ?? ''
    list.awaitFilter(filter)
    address.remember(!wanted.view)
    selection.select(Math.min(first, capture.frames - 1))
    // A filter that was used while reading has not seen every frame.
    void filtering.renew(filter)
  }
}
