// Functions of a field: len(), lower(), upper(), count().
import { type Bits, noBits, rowsOf, setBit } from './bits'
import { ordered } from './bytes'
import { anyValue, plain } from './comparison'
import { test } from './condition'
import type { Entries, Field } from './field'
import { numberOf } from './literals/literal'
import { Mistaken, needsComparison } from './mistake'
import type { Subject } from './subject'
import type { FieldReference, Filter, Literal } from './tree'

/** The field whose values are those of the function; the field itself where none is called. */
export function calledField(subject: Subject, field: Field, reference: FieldReference): Field {
  const { call } = reference
  if (!call || call === 'count') return field
  const entries = field.entries?.(subject)
  if (!entries || (call !== 'len' && field.type !== 'text'))
    throw new Mistaken(
      `“${call}” is for ${call === 'len' ? 'texts, addresses and bytes' : 'texts'}; ${field.name} is none.`,
      reference,
    )
  if (call === 'len') return lengthField(field, entries)
  return { ...field, entries: () => inCase(entries, call) }
}

function inCase(entries: Entries, call: 'lower' | 'upper'): Entries {
  const change = (text: string) => (call === 'lower' ? text.toLowerCase() : text.toUpperCase())
  const text = (entry: number) => {
    const own = entries.text?.(entry)
    return own === undefined ? undefined : change(own)
  }
  return {
    length: entries.length,
    text,
    bytes: (entry) => entries.bytes(entry) && new TextEncoder().encode(text(entry)),
  }
}

const UUID_BYTES = 16

/** A number in place of each entry: how many bytes it has. */
function lengthField(field: Field, entries: Entries): Field {
  const lengths = Uint32Array.from({ length: entries.length }, (_, entry) => {
    const bytes = entries.bytes(entry)
    return bytes ? (field.type === 'uuid' ? UUID_BYTES : bytes.length) : 0xffffffff
  })
  const { entries: _, words: __, ...rest } = field
  return {
    ...rest,
    type: 'number',
    sources: field.sources.map((source) => ({
      ...source,
      read: (subject, page) => {
        const { values, mask: _, ...others } = source.read(subject, page)
        return { ...others, values: Uint32Array.from(values, (entry) => lengths[entry] ?? 0xffffffff) }
      },
    })),
  }
}

/** Frames with as many values of a field as asked for. */
export function countEvaluator(
  subject: Subject,
  field: Field,
  tree: Extract<Filter, { field: FieldReference }>,
): () => Bits {
  const holds = countTest(tree)
  const { name, at, end } = tree.field
  const every = anyValue(subject, field, { name, at, end })
  return () => {
    const counts = new Uint16Array(subject.frames)
    for (const source of field.sources) {
      const among = source.among?.(subject)
      for (let page = 0; page < source.pages(subject); page++) {
        const values = source.read(subject, page)
        const found = noBits(values.rows)
        test(values, every, found, 0, subject.masked)
        for (const row of rowsOf(found)) {
          const frame = values.frames ? values.frames[row]! : page * 0x10000 + row
          const belongs = !among || ((among[frame >>> 5]! >>> (frame & 31)) & 1) === 1
          if (belongs && counts[frame]! < 0xffff) counts[frame]!++
        }
      }
    }
    const bits = noBits(subject.frames)
    for (let row = 0; row < counts.length; row++) if (counts[row]! > 0 && holds(counts[row]!)) setBit(bits, row)
    return bits
  }
}

function countTest(tree: Extract<Filter, { field: FieldReference }>): (count: number) => boolean {
  const number = (value: Literal) => {
    const wanted = value.quoted ? undefined : numberOf(value.text)
    if (wanted === undefined) throw new Mistaken(`“${value.text}” is not a number of values.`, value)
    return wanted
  }
  if (tree.kind === 'present') throw needsComparison('count', tree.field)
  if (tree.kind === 'in') {
    const ranges = tree.items.map(({ from, to }) => [number(from), number(to ?? from)] as const)
    return (count) => ranges.some(([least, most]) => count >= least && count <= most) !== tree.negated
  }
  const { comparison, opposite } = plain(tree.operator)
  if (comparison === 'contains' || comparison === 'matches')
    throw new Mistaken(`“${comparison}” is for texts and bytes; a count is a number.`, tree.field)
  const wanted = number(tree.value)
  return (count) => ordered(comparison, count - wanted) !== opposite
}
