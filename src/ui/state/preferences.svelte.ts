// What the user chose for this browser. Kept in localStorage where there is one: private windows and
// embedded pages may refuse it, and then the choice lasts as long as the page.
import { type ProfileColumn, defaultProfile, readProfile } from '../frames/profile'
import { type TimeFormat, timeFormats } from './time-format'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'faultline.preferences'
/** Pixels from which fields and bytes fit beside each other. */
const WIDE = 1600

export class Preferences {
  theme = $state<Theme>('system')
  timeFormat = $state<TimeFormat>('relative')
  /** Hundredths that the first pane of a split has, by the split's name. */
  shares = $state<Record<string, number>>({})

  /** The list of findings is shown beside the card. */
  railOpen = $state(true)
  /** Bytes are shown beside the fields; at first only where there is much room. */
  bytesOpen = $state(innerWidth >= WIDE)

  /** Names of hosts are shown beside their addresses. */
  hostNames = $state(false)

  /** Columns of the frame list. */
  columns = $state.raw<ProfileColumn[]>(defaultProfile())

  readonly #keeps: boolean

  /** `given` is a theme that is not this person's choice: then nothing is loaded and nothing kept. */
  constructor(given?: Theme) {
    this.#keeps = given === undefined
    const kept: Record<string, unknown> = this.#keeps ? load() : { theme: given }
    if (kept.theme === 'light' || kept.theme === 'dark') this.setTheme(kept.theme)
    this.timeFormat = timeFormats.find(({ value }) => value === kept.timeFormat)?.value ?? 'relative'
    this.shares = numbersOf(kept.shares)
    this.columns = readProfile(kept.columns)
    this.railOpen = kept.railOpen !== false
    this.hostNames = kept.hostNames === true
    if (typeof kept.bytesOpen === 'boolean') this.bytesOpen = kept.bytesOpen
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    this.#save()
  }

  setTimeFormat(format: TimeFormat): void {
    this.timeFormat = format
    this.#save()
  }

  setShare(split: string, hundredths: number): void {
    this.shares[split] = hundredths
    this.#save()
  }

  setRailOpen(open: boolean): void {
    this.railOpen = open
    this.#save()
  }

  setBytesOpen(open: boolean): void {
    this.bytesOpen = open
    this.#save()
  }

  setHostNames(shown: boolean): void {
    this.hostNames = shown
    this.#save()
  }

  setColumns(columns: ProfileColumn[]): void {
    this.columns = columns
    this.#save()
  }

  #save(): void {
    if (!this.#keeps) return
    try {
      const { theme, timeFormat, shares, columns, railOpen, bytesOpen, hostNames } = this
      localStorage.setItem(KEY, JSON.stringify({ theme, timeFormat, shares, columns, railOpen, bytesOpen, hostNames }))
    } catch {
      // refused: the choice lasts as long as the page
    }
  }
}

function load(): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return kept && typeof kept === 'object' ? { ...kept } : {}
  } catch {
    return {}
  }
}

function numbersOf(kept: unknown): Record<string, number> {
  const entries = kept && typeof kept === 'object' ? Object.entries(kept) : []
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => Number.isFinite(entry[1])))
}
