// Automation: which member of an object a script calls, and with what. MS-OAUT 2.2.23 (BSTR), 2.2.29 (VARIANT), 3.1.4
// (IDispatch).
import type { Ndr } from '../ndr'
import { type Arguments, keep, type Methods, number, optional, type Parameter, pointedArray, text } from '../parameter'
import { bits, decimal, hex } from '../show'

/** MS-OAUT 3.1.4.4, dwFlags. */
const INVOKE_FLAGS: Readonly<Record<number, string>> = { 1: 'method', 2: 'get', 4: 'put', 8: 'put reference' }

/** Types of a VARIANT that are read. MS-OAUT 2.2.7. */
enum VariantType {
  Short = 2,
  Long = 3,
  Text = 8,
  Boolean = 11,
  UnsignedLong = 19,
  Integer = 22,
}

/** VARIANTs count their length in units of this many bytes. */
const VARIANT_UNIT = 8
/** Bytes of a VARIANT before its union. */
const VARIANT_HEAD = 16

/** BSTR: a pointer to its sizes (in characters, bytes, characters) and its characters. MS-OAUT 2.2.23. */
export function basicString(label: string): Parameter {
  return optional((ndr, found) => {
    ndr.alignToPointer()
    const room = ndr.count()
    ndr.u32()
    const length = ndr.u32()
    if (room === undefined || length === undefined) return
    keep(found, label, ndr.wideText(Math.min(room, length), label))
  })
}

/** DISPPARAMS: pointers to arguments and their names, counts, then the arguments, last first. MS-OAUT 2.2.33. */
const dispatchParameters: Parameter = (ndr, found) => {
  ndr.alignToPointer()
  const present = ndr.pointer()
  ndr.pointer()
  ndr.u32('Arguments')
  ndr.u32('Named arguments')
  if (present) pointedArray(variant)(ndr, found)
}

function variant(ndr: Ndr, found: Arguments): void {
  const { from } = ndr
  from.align(8)
  const start = from.at
  const units = ndr.u32()
  ndr.u32()
  const type: VariantType | undefined = ndr.u16()
  if (units === undefined || type === undefined) return
  from.skip(Math.max(0, start + VARIANT_HEAD - from.at))
  ndr.u32()
  switch (type) {
    case VariantType.Text:
      basicString('Argument')(ndr, found)
      break
    case VariantType.Short:
    case VariantType.Boolean:
      keep(found, 'Argument', textOf(ndr.u16('Argument')))
      break
    case VariantType.Long:
    case VariantType.UnsignedLong:
    case VariantType.Integer:
      keep(found, 'Argument', textOf(ndr.u32('Argument')))
      break
  }
  from.skip(Math.max(0, start + units * VARIANT_UNIT - from.at))
}

function textOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : decimal(value)
}

export const dispatch: Methods = {
  4: { request: [number('Type information'), number('Locale', hex)] },
  5: { request: [(ndr) => void ndr.uuid('IID'), pointedArray(text('Name')), number('Names'), number('Locale', hex)] },
  6: {
    request: [
      number('Member', (value) => decimal(value | 0)),
      (ndr) => void ndr.uuid('IID'),
      number('Locale', hex),
      number('Flags', bits(INVOKE_FLAGS)),
      dispatchParameters,
    ],
  },
}
