// From an operator and what was written after it to a condition on one value: literals get the type of their field here.
import { RE2JS, RE2JSException } from 're2js'
import { bytesMeet, type Comparison, ordered, sliced } from './bytes'
import { dateOf } from './literals/date'
import { after, before, type Condition, joined, LEAST, type Range } from './condition'
import type { Entries, Field, FieldType } from './field'
import { hexBytesOf, ipv4Of, ipv6Of, macOf, nanosecondsOf, numberOf, type Prefix, uuidOf } from './literals/literal'
import { Mistaken } from './mistake'
import type { Subject } from './subject'
import type { FieldReference, Literal, Operator, SetItem } from './tree'

/** Characters of a text that a pattern is held against. */
const LONGEST_TEXT = 4096

const TYPES: Record<FieldType, string> = {
  label: 'a label, which is there or not',
  number: 'a number',
  boolean: 'a flag: 1 or 0, True or False',
  time: 'a time in seconds, such as 0.25',
  text: 'a text',
  ipv4: 'an IPv4 address, such as 192.0.2.1 or 192.0.2.0/24',
  ipv6: 'an IPv6 address, such as fe80::1 or fe80::/10',
  mac: 'an Ethernet address, such as 00:15:5d:01:02:03',
  uuid: 'a UUID',
}

/** What one value must be to meet `operator value`. */
export function comparing(
  subject: Subject,
  field: Field,
  reference: FieldReference,
  comparison: Comparison,
  value: Literal,
): Condition {
  if (field.type === 'label')
    throw new Mistaken(`${field.name} is ${TYPES.label}: nothing can be compared with it.`, reference)
  if (field.entries) {
    if (reference.slice && field.type === 'uuid')
      throw new Mistaken(`${field.name} is a UUID and has no parts.`, reference)
    const entries = field.entries(subject)
    return entriesCondition(entries, entryTest(subject, field, reference, entries, comparison, value))
  }
  if (reference.slice) throw new Mistaken(`${field.name} is ${TYPES[field.type]} and has no parts.`, reference)
  if (comparison === 'contains' || comparison === 'matches')
    throw new Mistaken(`“${comparison}” is for texts; ${field.name} is ${TYPES[field.type]}.`, reference)
  const number = numericValue(subject, field, value)
  return ranges([rangeOf(comparison, number)], reference)
}

/** What one value must be to lie in a set. */
export function within(subject: Subject, field: Field, reference: FieldReference, items: SetItem[]): Condition {
  if (!field.entries) {
    const one = (value: Literal) => numericValue(subject, field, value)
    if (field.type === 'label' || reference.slice) comparing(subject, field, reference, '==', items[0]!.from)
    return ranges(
      items.map(({ from, to }) => [one(from), to ? one(to) : one(from)]),
      reference,
    )
  }
  const entries = field.entries(subject)
  const test = (comparison: Comparison, value: Literal) =>
    entryTest(subject, field, reference, entries, comparison, value)
  const tests = items.map(({ from, to }) => {
    if (!to) return test('==', from)
    const [above, below] = [test('>=', from), test('<=', to)]
    return (entry: number) => above(entry) && below(entry)
  })
  return entriesCondition(entries, (entry) => tests.some((holds) => holds(entry)))
}

/** What every value meets, or every value in which a masked bit is set. */
export function anyValue(subject: Subject, field: Field, reference: FieldReference): Condition {
  if (field.entries) {
    const entries = field.entries(subject)
    const { slice, mask } = reference
    if (!slice) return entriesCondition(entries, () => true)
    return entriesCondition(entries, (entry) => {
      const bytes = sliced(entries.bytes(entry)!, slice)
      return mask === undefined ? bytes.length > 0 : maskedBytes(bytes, bytesValue(mask)).some((byte) => byte !== 0)
    })
  }
  if (reference.slice) throw new Mistaken(`${field.name} is ${TYPES[field.type]} and has no parts.`, reference)
  if (reference.mask === undefined) return { kind: 'ranges', ranges: [[LEAST, Infinity]] }
  return ranges([[1, Infinity]], reference)
}

function ranges(list: Range[], { mask }: FieldReference): Condition {
  return { kind: 'ranges', ranges: joined(list), ...(mask && { mask: maskNumber(mask) }) }
}

function maskNumber(mask: Literal): number {
  const number = mask.quoted ? undefined : numberOf(mask.text)
  if (number === undefined || number < 0 || number > 0xffffffff)
    throw new Mistaken(`“${mask.text}” is no mask: a number is needed.`, mask)
  return number
}

/** Bytes of which those bits are kept that the mask has; as many as the shorter of both. */
export function maskedBytes(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
  return bytes.subarray(0, mask.length).map((byte, i) => byte & mask[i]!)
}

function rangeOf(comparison: Exclude<Comparison, 'contains' | 'matches'>, value: number): Range {
  switch (comparison) {
    case '==':
      return [value, value]
    case '<':
      return [LEAST, before(value)]
    case '<=':
      return [LEAST, value]
    case '>':
      return [after(value), Infinity]
    case '>=':
      return [value, Infinity]
  }
}

/** A literal as a number of a field’s type: nanoseconds for times. Throws Mistaken where it is none. */
export function numericValue(subject: Subject, field: Field, value: Literal): number {
  if (field.type === 'time') {
    const time =
      (value.quoted ? undefined : nanosecondsOf(value.text)) ?? (field.absolute ? dateOf(value.text) : undefined)
    if (time === undefined) throw unfit(field, value)
    return Number(field.absolute ? time - subject.start : time)
  }
  const word = value.text.toLowerCase()
  if (field.type === 'boolean') {
    if (['true', 'set'].includes(word)) return 1
    if (['false', 'not set'].includes(word)) return 0
  }
  const number = value.character ? value.text.charCodeAt(0) : value.quoted ? undefined : numberOf(value.text)
  if (number === undefined) {
    const named = Object.entries(field.words ?? {}).find(([, name]) => name.toLowerCase() === word)
    const known = named ? Number(named[0]) : field.numberOf?.(subject, value.text)
    if (known === undefined) throw unfit(field, value)
    return known
  }
  if (field.type === 'boolean') return number === 0 ? 0 : 1
  const most = field.most ?? 0xffffffff
  if (number > most) throw new Mistaken(`${value.text} is too large: ${field.name} goes to ${most}.`, value)
  return number
}

/** The mistake of a literal that is not of a field’s type. */
export function unfit(field: Field, value: Literal): Mistaken {
  const words = Object.values(field.words ?? {})
  const what = field.absolute ? 'a date, such as "2024-01-31 10:00:00" or "2024-01-31 10:00:00Z"' : TYPES[field.type]
  const or = words.length > 0 ? ` or one of ${words.slice(0, 6).join(', ')}${words.length > 6 ? ', ...' : ''}` : ''
  return new Mistaken(`“${value.text}” does not fit ${field.name}, which is ${what}${or}.`, value)
}

function entriesCondition(entries: Entries, holds: (entry: number) => boolean): Condition {
  const [yes, known] = [new Uint8Array(entries.length), new Uint8Array(entries.length)]
  for (let entry = 0; entry < entries.length; entry++) {
    if (entries.bytes(entry) === undefined) continue
    known[entry] = 1
    if (holds(entry)) yes[entry] = 1
  }
  return { kind: 'entries', holds: yes, known }
}

/** True if an entry that is of the field's type meets the comparison. */
function entryTest(
  subject: Subject,
  field: Field,
  reference: FieldReference,
  entries: Entries,
  comparison: Comparison,
  value: Literal,
): (entry: number) => boolean {
  const { slice, mask } = reference
  if (slice && comparison === 'matches') throw new Mistaken('“matches” is for whole texts.', reference)
  if (slice || (comparison === 'contains' && field.type === 'mac')) {
    const wanted = bytesValue(value)
    const bits = mask && bytesValue(mask)
    return (entry) => {
      const bytes = slice ? sliced(entries.bytes(entry)!, slice) : entries.bytes(entry)!
      return bytesMeet(comparison, bits ? maskedBytes(bytes, bits) : bytes, wanted)
    }
  }
  switch (field.type) {
    case 'ipv4':
    case 'ipv6':
    case 'mac':
      return prefixTest(field, field.type, entries, comparison, reference, value)
    case 'uuid': {
      const uuid = uuidOf(value.text) ?? field.numberOf?.(subject, value.text)
      if (uuid === undefined) throw unfit(field, value)
      return (entry) => textMeets(comparison, entries.text!(entry)!, String(uuid))
    }
    default: {
      if (comparison !== 'matches') return (entry) => textMeets(comparison, entries.text!(entry)!, value.text)
      const pattern = patternOf(value)
      return (entry) => pattern.matcher(entries.text!(entry)!.slice(0, LONGEST_TEXT)).find()
    }
  }
}

/** RE2 takes time in proportion to the text, whatever the pattern: a filter may come with a link. */
export function patternOf(value: Literal): RE2JS {
  try {
    return RE2JS.compile(value.text, RE2JS.CASE_INSENSITIVE)
  } catch (error) {
    if (error instanceof RE2JSException) throw new Mistaken(`The pattern cannot be read: ${error.message}.`, value)
    throw error
  }
}

function prefixTest(
  field: Field,
  type: keyof typeof PREFIXES,
  entries: Entries,
  comparison: Comparison,
  reference: FieldReference,
  value: Literal,
): (entry: number) => boolean {
  if (comparison === 'matches' || comparison === 'contains')
    throw new Mistaken(`“${comparison}” is for texts; ${field.name} is ${TYPES[field.type]}.`, reference)
  const prefix = prefixOf(type, field, value)
  const wanted = masked(prefix.bytes, prefix.bits)
  return (entry) => bytesMeet(comparison, masked(entries.bytes(entry)!, prefix.bits), wanted)
}

const PREFIXES = { ipv4: ipv4Of, ipv6: ipv6Of, mac: macOf }

/** A literal as an address of a field’s type, with how many of its first bits count. */
export function prefixOf(type: keyof typeof PREFIXES, field: Field, value: Literal): Prefix {
  const prefix = value.quoted ? undefined : PREFIXES[type](value.text)
  if (!prefix) throw unfit(field, value)
  return prefix
}

/** Bytes of which the first bits are kept. */
export function masked(bytes: Uint8Array, bits: number): Uint8Array {
  return bytes.map((byte, i) => byte & (0xff00 >>> Math.min(8, Math.max(0, bits - i * 8))))
}

/** Bytes as a filter writes them: in hexadecimal, or as a text in quotes whose \xNN are bytes. */
export function bytesValue(value: Literal): Uint8Array {
  const bytes = value.quoted ? bytesOfText(value.text) : hexBytesOf(value.text.replace(/^0x/i, ''))
  if (!bytes)
    throw new Mistaken(`“${value.text}” is not bytes in hexadecimal, such as 00:15:5d; a text needs quotes.`, value)
  return bytes
}

/** UTF-8; a text of characters below 256 that were written as escapes is the bytes that it names. */
function bytesOfText(text: string): Uint8Array {
  return /^[\0-\xff]*$/.test(text)
    ? Uint8Array.from(text, (character) => character.charCodeAt(0))
    : new TextEncoder().encode(text)
}

/** True if a text meets a comparison with another. */
export function textMeets(comparison: Comparison, text: string, wanted: string): boolean {
  if (comparison === 'contains') return text.includes(wanted)
  return ordered(comparison, text === wanted ? 0 : text < wanted ? -1 : 1)
}

/** The comparison of one value that an operator makes, and whether it is turned over. */
export function plain(operator: Operator): { comparison: Comparison; opposite: boolean; all: boolean } {
  switch (operator) {
    case '===':
      return { comparison: '==', opposite: false, all: true }
    case '!=':
      return { comparison: '==', opposite: true, all: true }
    case '!==':
      return { comparison: '==', opposite: true, all: false }
    default:
      return { comparison: operator, opposite: false, all: false }
  }
}
