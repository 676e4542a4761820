// The place in the analysis, written into the browser's address: Back, Forward, links and reloads live on it.
import type { Saving } from '../saved/saving.svelte'
import { type Place, writePlace } from './address'
import type { FrameList } from './frame-list.svelte'
import type { OpenCapture } from './opening/open-capture.svelte'
import type { Panel, Selection } from './selection.svelte'

interface Parts {
  embedded: boolean
  capture: OpenCapture
  list: FrameList
  selection: Selection
  saving: Saving
}

export class AddressBar {
  constructor(private readonly parts: Parts) {}

  /** True if the address is the start page's. */
  get isStartPage(): boolean {
    return location.hash === '' && !new URLSearchParams(location.search).has('src')
  }

  /** The pane that a narrow screen showed at this step. */
  get panel(): Panel | undefined {
    const { panel } = (history.state ?? {}) as { panel?: Panel }
    return panel
  }

  /** Writes the place into the address. A step is one that Back undoes. */
  remember(step: boolean): void {
    const { embedded, capture, list, selection, saving } = this.parts
    const { phase, file: { example, source } = {} } = capture
    const { view, panel, frame } = selection
    const at: Place = phase === 'start' ? {} : { view }
    if (phase !== 'start' && frame !== undefined) at.frame = frame
    if (saving.id !== undefined) at.saved = saving.id
    else if (example) at.example = example
    else if (!embedded && source === undefined && capture.opened?.key) at.kept = capture.opened.key
    if (phase !== 'start' && list.filter) at.filter = list.filter
    const search = phase === 'start' || source === undefined ? '' : `?src=${encodeURIComponent(source)}`
    const url = location.pathname + (embedded ? location.search : search) + writePlace(at)
    if (step && !embedded) history.pushState({ panel }, '', url)
    else history.replaceState({ panel }, '', url)
    saving.placed()
  }

  /** Removes the place from the address: it was one in a capture that is closed. */
  forget(): void {
    if (!this.parts.embedded) history.replaceState(null, '', location.pathname)
  }
}
