// Remote registry. MS-RRP 3.1.5.
import type { Ndr } from '../ndr'
import {
  access,
  type Arguments,
  counted,
  firstCharacter,
  handle,
  type Method,
  type Methods,
  number,
  optional,
  type Parameter,
} from '../parameter'
import { hex, hexBytes, named } from '../show'

/** MS-RRP 3.1.1.5. */
const TYPES: Readonly<Record<number, string>> = {
  0: 'REG_NONE',
  1: 'REG_SZ',
  2: 'REG_EXPAND_SZ',
  3: 'REG_BINARY',
  4: 'REG_DWORD',
  5: 'REG_DWORD_BIG_ENDIAN',
  6: 'REG_LINK',
  7: 'REG_MULTI_SZ',
  11: 'REG_QWORD',
}
const TEXTS = [1, 2, 6, 7]
const DISPOSITIONS: Readonly<Record<number, string>> = { 1: 'created', 2: 'opened' }

const key = handle('Key')
const openRoot: Method = { request: [firstCharacter, access], response: [key] }
const subkey = counted('Subkey')
const value = counted('Value')

/** Type and data of a value. */
const data: Parameter = (ndr, found) => {
  const type = ndr.u32('Type', named(TYPES))
  if (type === undefined) return
  found.set('Type', named(TYPES)(type))
  dataOf(ndr, found, type, ndr.count() ?? 0)
}

/** The same as an answer gives it: each only if the client asked for it. */
const answeredData: Parameter = (ndr, found) => {
  const type = ndr.pointer() ? ndr.u32('Type', named(TYPES)) : undefined
  if (type !== undefined) found.set('Type', named(TYPES)(type))
  ndr.alignToPointer()
  if (ndr.pointer()) dataOf(ndr, found, type, ndr.varyingCount() ?? 0)
}

/** Text is shown as text. */
function dataOf(ndr: Ndr, found: Arguments, type: number | undefined, size: number): void {
  if (type === undefined || !TEXTS.includes(type)) {
    ndr.from.take(size, 'Data', hexBytes)
    return
  }
  const text = ndr.wideText(size >>> 1, 'Data')
  if (text !== undefined) found.set('Data', text.replace(/\0/g, ' '))
}

export const registry: Methods = {
  0: openRoot,
  1: openRoot,
  2: openRoot,
  3: openRoot,
  4: openRoot,
  5: { request: [key] },
  6: {
    request: [key, subkey, counted('Class'), number('Options', hex), access],
    response: [key, optional(number('Disposition', named(DISPOSITIONS)))],
  },
  7: { request: [key, subkey] },
  8: { request: [key, value] },
  9: { request: [key, number('Index')], response: [counted('Subkey')] },
  10: { request: [key, number('Index')], response: [counted('Value')] },
  13: { request: [key, subkey, counted('File')] },
  15: { request: [key, subkey, number('Options', hex), access], response: [key] },
  16: { request: [key] },
  17: { request: [key, value], response: [answeredData] },
  18: { request: [key, subkey, counted('New file'), counted('Old file')] },
  19: { request: [key, counted('File'), number('Flags', hex)] },
  20: { request: [key, counted('File')] },
  22: { request: [key, value, data] },
  23: { request: [key, subkey] },
  26: { request: [key], response: [number('Version')] },
  27: openRoot,
  31: { request: [key, counted('File')] },
}
