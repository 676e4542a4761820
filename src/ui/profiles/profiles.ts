// Profiles: how a user likes the list, under a name. Kept in this browser; exported and imported as JSON.
import { type ColouringRule, readRules } from '../colouring/rules'
import { type ProfileColumn, readProfile } from '../frames/profile'
import { type TimeFormat, timeFormats } from '../state/time-format'

export interface Profile {
  name: string
  columns: ProfileColumn[]
  timeFormat: TimeFormat
  colouring: ColouringRule[]
  filters: string[]
}

const KEY = 'faultline.profiles'
const FORMAT = 'faultline-profiles'
const MOST_PROFILES = 50
const MOST_FILTERS = 20
const LONGEST_NAME = 80

/** Profiles as a file or storage gives them; what is none is left out. */
export function readProfiles(text: string): Profile[] {
  let kept: unknown
  try {
    kept = JSON.parse(text)
  } catch {
    return []
  }
  const { profiles } = (kept ?? {}) as { profiles?: unknown }
  if (!Array.isArray(profiles)) return []
  return profiles
    .flatMap((one: unknown) => {
      const { name, columns, timeFormat, colouring, filters } = (one ?? {}) as Record<string, unknown>
      if (typeof name !== 'string' || name.trim() === '') return []
      return {
        name: name.trim().slice(0, LONGEST_NAME),
        columns: readProfile(columns),
        timeFormat: timeFormats.find(({ value }) => value === timeFormat)?.value ?? 'relative',
        colouring: readRules(colouring),
        filters: Array.isArray(filters)
          ? filters.filter((filter) => typeof filter === 'string').slice(0, MOST_FILTERS)
          : [],
      }
    })
    .slice(0, MOST_PROFILES)
}

export function writeProfiles(profiles: readonly Profile[]): string {
  return `${JSON.stringify({ format: FORMAT, version: 1, profiles }, undefined, 2)}\n`
}

/** Profiles with others added; one of the same name is replaced. */
export function withProfiles(profiles: readonly Profile[], added: readonly Profile[]): Profile[] {
  const others = profiles.filter(({ name }) => !added.some((one) => one.name === name))
  return [...others, ...added].sort((a, b) => a.name.localeCompare(b.name)).slice(0, MOST_PROFILES)
}

export function loadProfiles(): Profile[] {
  try {
    return readProfiles(localStorage.getItem(KEY) ?? '')
  } catch {
    return []
  }
}

export function keepProfiles(profiles: readonly Profile[]): void {
  try {
    localStorage.setItem(KEY, writeProfiles(profiles))
  } catch {
    // refused: they last as long as the dialog
  }
}
