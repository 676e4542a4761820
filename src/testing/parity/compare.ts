// Filters of a capture held against what tshark shows: for every field that both know, the frames that have it, and those
// where it has a value that occurs.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { FilteredRows, FilterMistake } from '../../engine/api'
import { opened } from '../diagnose'
import { FIELDS, fieldNamed } from '../../filter/fields'
import { interfaceNames } from '../../filter/fields/interfaces'
import { Subject } from '../../filter/subject'
import { quote } from '../../filter/tree'
import { isKnown } from './known'
import { tsharkNames, tsharkValues } from './tshark-values'

/** Filters that were compared, and those that show other frames, as lines. */
export interface Comparison {
  fields: number
  filters: number
  /** Filters that are refused: their field is not indexed. */
  notIndexed: number
  lines: string[]
}

/** A capture file's bytes, out of gzip where it is in one. */
export function captureBytes(file: string): Uint8Array<ArrayBuffer> {
  const bytes = readFileSync(file)
  return new Uint8Array(file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
}

/** Compares at most `most` values of each field; `path` is what lines call the file. */
export async function compare(file: string, path: string, most: number): Promise<Comparison> {
  const open = await opened(captureBytes(file))
  const { capture, conversation, names } = open
  const subject = new Subject({ capture, conversation, names })
  const filters = await open.filters()
  const ofInterfaces = interfaceNames(subject).flatMap((name) => [name, `${name}.opnum`])
  const fields = [...FIELDS.map(({ name }) => name), ...ofInterfaces].filter((name) => tsharkNames().has(name))
  const found: Comparison = { fields: 0, filters: 0, notIndexed: 0, lines: [] }
  for (const [name, frames] of tsharkValues(file, fields)) {
    found.fields++
    for (const [filter, numbers] of wantedOf(subject, name, frames, most)) {
      found.filters++
      const result = await filters.rows(filter)
      if ('message' in result && result.message.startsWith(`${name} is not indexed`)) {
        found.notIndexed++
        continue
      }
      const line = different(result, numbers, (frame) => isKnown(path, name, frame))
      if (line) found.lines.push(`${path}: ${filter}: ${line}`)
    }
  }
  return found
}

/** Filters about a field, each with the numbers of the frames that tshark's values are for. */
function wantedOf(subject: Subject, name: string, frames: readonly string[][], most: number): Map<string, Set<number>> {
  const wanted = new Map([[name, new Set<number>()]])
  const type = fieldNamed(subject, name)?.type
  frames.forEach((values, at) => {
    if (values.length > 0) wanted.get(name)!.add(at + 1)
    if (type === 'label') return
    for (const value of values) {
      // Nanoseconds of more than a second, from a damaged record: no filter can write them.
      if (type === 'time' && /\.(-|\d{10})/.test(value)) continue
      const filter = `${name} == ${type === 'text' || /[A-Z]/.test(value) ? quote(value) : value}`
      const numbers = wanted.get(filter)
      if (numbers) numbers.add(at + 1)
      else if (wanted.size <= most) wanted.set(filter, new Set([at + 1]))
    }
  })
  return wanted
}

/** What is different; undefined where nothing is. */
function different(
  result: FilteredRows | FilterMistake,
  wanted: ReadonlySet<number>,
  known: (frame: number) => boolean,
): string | undefined {
  if (!('rows' in result)) return JSON.stringify(result)
  const shown = new Set(Array.from(result.rows, (row) => row + 1))
  const missing = [...wanted].filter((number) => !shown.has(number) && !known(number))
  const extra = [...shown].filter((number) => !wanted.has(number) && !known(number))
  if (missing.length + extra.length === 0) return undefined
  return `tshark alone shows ${listed(missing)}; here alone ${listed(extra)}`
}

function listed(numbers: readonly number[]): string {
  return numbers.length > 9 ? `${numbers.slice(0, 9).join()} (${numbers.length})` : numbers.join()
}
