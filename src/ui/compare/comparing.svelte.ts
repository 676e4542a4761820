// Comparing the open capture with a second one.
import type { Compared, Progress, Failure } from '../../engine/api'
import type { EngineClient } from '../../engine/page/client'
import { failure } from '../controls/failure'
import { fetchCapture } from '../state/opening/fetch-capture'
import type { Selection } from '../state/selection.svelte'

export class Comparing {
  /** How the open capture differs from a second one. */
  result = $state.raw<Compared>()
  /** Name of the second capture while it is read. */
  reading = $state('')
  /** How far reading it has come. */
  progress = $state.raw<Progress>()
  /** Why the second capture could not be read; empty while all is well. */
  refused = $state('')
  /** Two files dropped together: open one, or compare. */
  pair = $state.raw<[File, File]>()
  /** A file dropped on an open capture: open it instead, or compare. */
  dropped = $state.raw<File>()

  /** The capture that the open one is compared with. */
  second: { blob: Blob; name: string } | undefined
  /** Counts captures opened, so that what is said of an earlier one is not shown with a later. */
  #opening = 0

  constructor(private readonly parts: { engine: EngineClient; selection: Selection }) {}

  /** Another capture is opened, or none: what was compared belongs to the one before. */
  reset(): void {
    this.cancel()
    this.forgetDropped()
    this.result = undefined
    this.refused = ''
  }

  /** Nothing of what was dropped is opened or compared. */
  forgetDropped(): void {
    this.pair = this.dropped = undefined
  }

  /** The second capture is not wanted any longer. */
  cancel(): void {
    this.#opening++
    if (this.reading) this.parts.engine.stopComparing()
    this.reading = ''
  }

  /** Reads a second capture and shows how it differs from the open one. */
  async with(blob: Blob, name: string): Promise<void> {
    this.cancel()
    const opening = this.#opening
    const { engine, selection } = this.parts
    this.progress = undefined
    this.second = { blob, name }
    this.reading = name
    this.refused = ''
    selection.show('compare')
    try {
      const result = await engine.compareWith(blob, name, (progress) => {
        if (opening === this.#opening) this.progress = progress
      })
      if (opening !== this.#opening || !result) return
      if ('refused' in result) this.#refuse(name, result)
      else this.result = result
    } catch (error) {
      if (opening === this.#opening) this.#refuse(name, failure(error))
    }
    if (opening === this.#opening) this.reading = ''
  }

  /** What was compared before is shown no more: it would be taken for the answer. */
  #refuse(name: string, { refused, advice }: Failure): void {
    this.result = undefined
    this.refused = [refused.includes(name) ? refused : `${name}: ${refused}`, advice].join(' ')
  }

  /** The same with one of the site's own examples. */
  async withExample(example: string): Promise<void> {
    const name = `${example}.pcapng`
    const fetched = await fetchCapture(`examples/${name}`, name)
    if ('refused' in fetched) this.#refuse(name, fetched)
    else await this.with(fetched, name)
  }
}
