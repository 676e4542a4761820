// A field with values that were read from the file beside those of the tables.
import type { Entries, Field, Source } from '../field'
import { listed } from '../sources'
import type { FoundValues } from './read-values'

/** The field with further values; positions among entries go on behind the field's own. */
export function joinedTo(
  field: Field,
  found: readonly FoundValues[],
  sources: readonly Source[] = field.sources,
): Field {
  const entries = field.entries
  if (!entries) return { ...field, sources: [...sources, ...found.map((values) => listed(() => values))] }
  const all = (subject: Parameters<typeof entries>[0]) => [entries(subject), ...found.map((one) => one.entries)]
  const added = found.map(({ frames, values }, which) =>
    listed((subject) => {
      const shift = all(subject)
        .slice(0, which + 1)
        .reduce((sum, { length }) => sum + length, 0)
      return { frames, values: Array.from(values, (value) => value + shift) }
    }),
  )
  return { ...field, sources: [...sources, ...added], entries: (subject) => joined(all(subject)) }
}

/** Several lists of entries as one. */
function joined(lists: readonly Entries[]): Entries {
  const of = <Result>(entry: number, get: (list: Entries, entry: number) => Result): Result | undefined => {
    let left = entry
    for (const list of lists) {
      if (left < list.length) return get(list, left)
      left -= list.length
    }
    return undefined
  }
  return {
    length: lists.reduce((sum, { length }) => sum + length, 0),
    bytes: (entry) => of(entry, (list, own) => list.bytes(own)),
    text: (entry) => of(entry, (list, own) => list.text?.(own)),
  }
}
