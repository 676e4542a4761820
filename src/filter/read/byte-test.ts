// Comparisons of raw bytes: of a whole frame, of a header and what it carries, of a payload.
import { Protocol } from '../../../asm/layout'
import { bytesMeet, type Comparison, finderOf, ordered, sliced } from '../bytes'
import { bytesValue, maskedBytes, patternOf } from '../comparison'
import type { Field } from '../field'
import { numberOf } from '../literals/literal'
import { Mistaken, needsComparison } from '../mistake'
import type { FieldReference, Literal, SetItem } from '../tree'
import type { FrameBytes, Layer } from './frame-bytes'

/** Bytes that a filter looks at: `header` for slices, and all up to the end of what it carries for contains and matches. */
export interface ByteRange {
  header: Uint8Array
  whole: Uint8Array
}

/** A field of bytes: the ranges that it has in a frame. */
export interface ByteField extends Field {
  rangesIn(frame: FrameBytes): ByteRange[]
}

/** A question about one range of bytes. `key` is the same for the same question. */
export interface ByteTest {
  key: string
  field: ByteField
  holds(range: ByteRange): boolean
}

/** What is asked of a range: `operator value`, a set of values, or only that the bytes are there. */
export type Asked =
  | { kind: 'present' }
  | { kind: 'compare'; comparison: Comparison; value: Literal }
  | { kind: 'in'; items: readonly SetItem[] }

/** Wireshark takes the payload of TCP as part of its header's range, that of others not. */
const WHOLE_IN_SLICES = new Set([Protocol.Tcp, Protocol.Arp])

export function rangesOfLayers(frame: FrameBytes, protocol: Protocol): ByteRange[] {
  return frame
    .layers()
    .filter((layer) => layer.protocol === protocol)
    .map((layer) => ({
      header: frame.bytes.subarray(layer.at, WHOLE_IN_SLICES.has(protocol) ? layer.end : layer.headerEnd),
      whole: frame.bytes.subarray(layer.at, layer.end),
    }))
}

/** What a header carries; none where it carries nothing. */
export function payloadsOfLayers(frame: FrameBytes, protocol: Protocol): ByteRange[] {
  const payload = ({ headerEnd, end }: Layer) => frame.bytes.subarray(headerEnd, end)
  return frame
    .layers()
    .filter((layer) => layer.protocol === protocol && layer.headerEnd < layer.end)
    .map((layer) => ({ header: payload(layer), whole: payload(layer) }))
}

/** Understands a question about bytes; throws Mistaken where it has no sense. */
export function byteTest(field: ByteField, reference: FieldReference, asked: Asked, key: string): ByteTest {
  const { slice, mask, call } = reference
  if (call !== undefined && call !== 'len')
    throw new Mistaken(`“${call}” is for texts; ${field.name} is bytes.`, reference)
  const bits = mask && bytesValue(mask)
  const bytesOf = (range: ByteRange): Uint8Array => {
    const bytes = slice ? sliced(range.header, slice) : range.header
    return bits ? maskedBytes(bytes, bits) : bytes
  }
  const test = (holds: (bytes: Uint8Array) => boolean): ByteTest => ({
    key,
    field,
    holds: (range) => holds(bytesOf(range)),
  })
  if (call === 'len') return test(lengthTest(asked, reference))
  if (asked.kind === 'present') return test((bytes) => (mask ? bytes.some((byte) => byte !== 0) : bytes.length > 0))
  if (asked.kind === 'in') {
    const tests = asked.items.map(({ from, to }) => {
      const [least, most] = [bytesValue(from), bytesValue(to ?? from)]
      return (bytes: Uint8Array) => bytesMeet('>=', bytes, least) && bytesMeet('<=', bytes, most)
    })
    return test((bytes) => tests.some((holds) => holds(bytes)))
  }
  const { comparison, value } = asked
  if (comparison !== 'contains' && comparison !== 'matches') {
    const wanted = bytesValue(value)
    return test((bytes) => bytesMeet(comparison, bytes, wanted))
  }
  const find = comparison === 'contains' ? finderOf(bytesValue(value)) : matcherOf(value)
  return {
    key,
    field,
    holds: (range) => find(slice ? bytesOf(range) : range.whole),
  }
}

function lengthTest(asked: Asked, reference: FieldReference): (bytes: Uint8Array) => boolean {
  const numeric = (value: Literal) => {
    const number = value.quoted ? undefined : numberOf(value.text)
    if (number === undefined) throw new Mistaken(`“${value.text}” is not a number of bytes.`, value)
    return number
  }
  if (asked.kind === 'present') throw needsComparison('len', reference)
  if (asked.kind === 'in') {
    const ranges = asked.items.map(({ from, to }) => [numeric(from), numeric(to ?? from)] as const)
    return ({ length }) => ranges.some(([least, most]) => length >= least && length <= most)
  }
  const { comparison, value } = asked
  if (comparison === 'contains' || comparison === 'matches')
    throw new Mistaken(`“${comparison}” is for texts and bytes; a length is a number.`, reference)
  const wanted = numeric(value)
  return ({ length }) => ordered(comparison, length - wanted)
}

/** Bytes as text, one character a byte: so a pattern may name any byte as \xNN. */
function matcherOf(value: Literal): (bytes: Uint8Array) => boolean {
  const latin1 = new TextDecoder('latin1')
  // A pattern without any special character needs no machine for patterns.
  if (/^[\w @#%&=:;,<>"'/~!-]+$/.test(value.text)) {
    const wanted = value.text.toLowerCase()
    return (bytes) => latin1.decode(bytes).toLowerCase().includes(wanted)
  }
  const pattern = patternOf(value)
  return (bytes) => pattern.matcher(latin1.decode(bytes)).find()
}
