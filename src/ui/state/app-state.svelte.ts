// All that the page knows, in parts that do not know each other's owner. Components take the parts that they need.
import { getContext, setContext } from 'svelte'
import { EngineClient } from '../../engine/page/client'
import { Accepted } from '../diagnosis/accepted.svelte'
import { Diagnosis } from '../diagnosis/diagnosis.svelte'
import { Colours } from '../colouring/colours.svelte'
import { Comparing } from '../compare/comparing.svelte'
import { FindBar } from '../find/find-bar.svelte'
import { Filtering } from '../filter/filtering.svelte'
import { Library } from '../saved/library.svelte'
import { Saving } from '../saved/saving.svelte'
import { Unsealing } from '../secrets/unsealing.svelte'
import { Recents } from '../start/recent.svelte'
import { AddressBar } from './address-bar'
import { Conversations } from './conversations.svelte'
import { Dialogs } from './dialogs.svelte'
import { FocusTargets } from './focus-targets'
import { FrameList } from './frame-list.svelte'
import { Lookup } from './lookup.svelte'
import { Notices } from './notices.svelte'
import { OpenCapture } from './opening/open-capture.svelte'
import { Choosing } from './opening/choosing.svelte'
import { Opener } from './opening/opener'
import { TimeReferences } from '../frames/time-references.svelte'
import { Picked } from '../frames/picked.svelte'
import { Preferences, type Theme } from './preferences.svelte'
import { Selection } from './selection.svelte'

export class AppState {
  /** True if another page frames this one: nothing then leads out of the capture that it shows. */
  readonly embedded: boolean
  readonly engine = new EngineClient()
  readonly notices = new Notices()
  readonly dialogs = new Dialogs()
  readonly focus = new FocusTargets()
  /** What is typed into the error look-up, wherever it is. */
  readonly lookup = new Lookup()
  readonly choosing = new Choosing()
  readonly recents = new Recents()
  readonly find = new FindBar()
  readonly colours = new Colours()
  /** Frames that time is counted from. */
  readonly references = new TimeReferences(this)
  readonly preferences: Preferences
  readonly accepted = new Accepted()
  readonly conversations = new Conversations(this.engine)
  readonly capture: OpenCapture
  readonly diagnosis: Diagnosis
  readonly list: FrameList
  readonly filtering: Filtering
  readonly selection: Selection
  readonly picked: Picked
  readonly saving: Saving
  readonly address: AddressBar
  readonly comparing: Comparing
  readonly library: Library
  readonly unsealing: Unsealing
  readonly opener: Opener

  /** `embedded` is the theme that the host chose. */
  constructor({ embedded }: { embedded?: Theme } = {}) {
    this.embedded = embedded !== undefined
    this.preferences = new Preferences(embedded)
    this.capture = new OpenCapture(this.engine)
    this.diagnosis = new Diagnosis(this)
    const moved = (step: boolean) => this.address.remember(step)
    this.list = new FrameList({ ...this, moved })
    this.filtering = new Filtering(this)
    this.selection = new Selection({ ...this, moved })
    this.picked = new Picked(this.selection)
    this.saving = new Saving({ ...this, moved })
    this.address = new AddressBar(this)
    this.comparing = new Comparing(this)
    this.library = new Library({
      ...this,
      openSaved: (id) => this.opener.openSaved(id),
      refuse: (name, failure) => this.opener.refuse(name, failure),
    })
    this.unsealing = new Unsealing(this)
    this.opener = new Opener(this)
  }
}

const KEY = Symbol('app')

export function provideApp(options?: { embedded?: Theme }): AppState {
  return setContext(KEY, new AppState(options))
}

export function useApp(): AppState {
  return getContext<AppState>(KEY)
}
