// The place in the analysis and the browser's address, each after the other: Back, Forward, links and reloads live on it.
import { type Place, readPlace, writePlace } from './address'
import type { Panel, Session } from './session.svelte'

/** Whether the address is the start page's. */
function isStartPage(): boolean {
  return location.hash === '' && !new URLSearchParams(location.search).has('src')
}

/** The pane that a narrow screen showed at this step. */
function panelOf(state: unknown): Panel | undefined {
  const { panel } = (state ?? {}) as { panel?: Panel }
  return panel
}

export class Whereabouts {
  /** The filter of the address, while its frames are looked for. */
  #filterAwaited: string | undefined

  constructor(private readonly session: Session) {}

  /** The display filter in force, or about to be: empty for none. */
  get filter(): string {
    return this.#filterAwaited ?? this.session.narrowing?.filter ?? ''
  }

  /** Until it is in force, the address has this filter. */
  awaitFilter(filter: string | undefined) {
    this.#filterAwaited = filter
  }

  /** Writes the place into the address. A step is one that Back undoes. */
  remember(step: boolean) {
    const { session } = this
    const { view, panel, selected, phase, embedded, saving } = session
    const { example, source } = session.opener.file ?? {}
    const at: Place = phase === 'start' ? {} : { view }
    if (phase !== 'start' && selected !== undefined) at.frame = selected
    if (saving.id !== undefined) at.saved = saving.id
    else if (example) at.example = example
    if (phase !== 'start' && this.filter) at.filter = this.filter
    const search = phase === 'start' || source === undefined ? '' : `?src=${encodeURIComponent(source)}`
    const url = location.pathname + (embedded ? location.search : search) + writePlace(at)
    if (step && !embedded) history.pushState({ panel }, '', url)
    else history.replaceState({ panel }, '', url)
    saving.placed()
  }

  /** The address names no place any more: it was one in a capture that is let go. */
  forget() {
    if (!this.session.embedded) history.replaceState(null, '', location.pathname)
  }

  /** The URL's hash changed by Back, Forward, or by hand; on the first call, by a link. */
  visit() {
    const { session } = this
    const { opener, saving } = session
    const place = readPlace(location.hash)
    const { id } = saving
    if (place.saved && place.saved !== id) return void opener.openSaved(place.saved)
    if (isStartPage() && session.phase !== 'start' && !session.embedded) return void session.close({ step: false })
    if (place.example && place.example !== opener.file?.example) return void opener.openExample(place.example)
    if (session.phase === 'start' && place.view && opener.openLeft()) return
    if (session.phase !== 'open' && session.phase !== 'reading') return
    if (place.view) session.view = place.view
    session.panel = panelOf(history.state) ?? session.panel
    if ((place.filter ?? '') !== this.filter) {
      this.#filterAwaited = place.filter ?? '' // what is selected below must not write the old one into the address
      void session.filtering.apply(place.filter ?? '')
    }
    if (place.frame !== undefined && place.frame !== session.selected) session.select(place.frame)
  }
}
