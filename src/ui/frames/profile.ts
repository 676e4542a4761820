// Which columns the frame list has: the user's profile, as it is kept.
import { NARROWEST, WIDEST } from '../grid/column'

/** A column of the profile: one of the list's own, or a field of the filter language. */
export interface ProfileColumn {
  /** `time`, `info`; or a field's name: `tcp.stream`. */
  id: string
  /** Pixels; the column's own where the user chose none. */
  width?: number
  /** What a field means, in a line. */
  means?: string
}

/** The list's own columns, in Wireshark's order. */
export const OWN_COLUMNS = ['number', 'time', 'source', 'destination', 'protocol', 'length', 'info'] as const
export type OwnColumn = (typeof OWN_COLUMNS)[number]

const MOST_COLUMNS = 20

export const isOwn = (id: string): id is OwnColumn => (OWN_COLUMNS as readonly string[]).includes(id)

export function defaultProfile(): ProfileColumn[] {
  return OWN_COLUMNS.map((id) => ({ id }))
}

export function isDefault(profile: ProfileColumn[]): boolean {
  return JSON.stringify(profile) === JSON.stringify(defaultProfile())
}

/** True if the columns are those of the default profile in its order, whatever their widths. */
export function hasDefaultOrder(profile: ProfileColumn[]): boolean {
  return isDefault(profile.map(({ id }) => ({ id })))
}

/** Moves a column by so many places; it stays where it would leave the list. */
export function moved(profile: ProfileColumn[], id: string, places: number): ProfileColumn[] {
  const from = profile.findIndex((column) => column.id === id)
  const to = from + places
  return from < 0 || to < 0 || to >= profile.length
    ? profile
    : profile.toSpliced(from, 1).toSpliced(to, 0, profile[from]!)
}

export function without(profile: ProfileColumn[], id: string): ProfileColumn[] {
  return profile.length > 1 ? profile.filter((column) => column.id !== id) : profile
}

/** Adds a column before Info, which takes what room is left; a column that is there stays as it is. */
export function withColumn(profile: ProfileColumn[], column: ProfileColumn): ProfileColumn[] {
  if (profile.length >= MOST_COLUMNS || profile.some(({ id }) => id === column.id)) return profile
  const info = profile.findIndex(({ id }) => id === 'info')
  return profile.toSpliced(info < 0 ? profile.length : info, 0, column)
}

/** Sets a width in pixels; undefined restores the column's own. */
export function widened(profile: ProfileColumn[], id: string, width: number | undefined): ProfileColumn[] {
  return profile.map(({ width: _, ...column }) => {
    if (column.id !== id) return _ === undefined ? column : { ...column, width: _ }
    return width === undefined || !Number.isFinite(width)
      ? column
      : { ...column, width: Math.round(Math.min(WIDEST, Math.max(NARROWEST, width))) }
  })
}

/** A profile as storage gave it back; the default one for anything else. */
export function readProfile(kept: unknown): ProfileColumn[] {
  if (!Array.isArray(kept)) return defaultProfile()
  let profile: ProfileColumn[] = []
  for (const { id, width, means } of kept.filter(isColumn)) {
    const column = { id, ...(means !== undefined && { means }) }
    if (profile.length < MOST_COLUMNS && !profile.some((other) => other.id === id)) profile.push(column)
    profile = widened(profile, id, width)
  }
  return profile.length > 0 ? profile : defaultProfile()
}

function isColumn(item: unknown): item is ProfileColumn {
  const { id, width, means } = (item ?? {}) as Partial<ProfileColumn>
  return (
    typeof id === 'string' &&
    /^[\w.-]{1,80}$/.test(id) &&
    (width === undefined || typeof width === 'number') &&
    (means === undefined || typeof means === 'string')
  )
}

/** Names of the fields that the profile shows. */
export function fieldsOf(profile: ProfileColumn[]): string[] {
  return profile.flatMap(({ id }) => (isOwn(id) ? [] : [id]))
}
