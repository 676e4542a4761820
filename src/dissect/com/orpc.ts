// What COM puts before the arguments of every call and of every answer. MS-DCOM 2.2.13 (ORPCTHIS, ORPCTHAT and their
// extensions), 2.2.21 (error information).
import {
  CONTEXT_EXTENSION,
  DEBUGGING_EXTENSION,
  ERROR_INFORMATION,
  ERROR_OBJECT,
  EXTENDED_ERROR_EXTENSION,
  WBEM_CLASS_OBJECT,
} from '../../names/well-known'
import { Ndr } from '../ndr'
import { objectReference } from './objref'
import { extendedStatus, type ExtendedStatus, wmiObject } from './wmi-object'
import type { Reader } from '../reader'
import { bits, hex, hexBytes } from '../show'

/** Extensions of 2.2.13.1 by identifier. MS-DCOM 1.9. */
const ORPC_EXTENSIONS: Readonly<Record<string, string>> = {
  [ERROR_INFORMATION]: 'error information',
  [CONTEXT_EXTENSION]: 'context',
  [DEBUGGING_EXTENSION]: 'debugging',
  [EXTENDED_ERROR_EXTENSION]: 'extended error',
}
const STRING_PRESENT = 0xffffffff
/** Counts above this are not believed; MS-DCOM allows few, and each needs bytes anyway. */
const MOST_EXTENSIONS = 256

/** What a server's IErrorInfo says. */
export interface ErrorInformation {
  iid?: string | undefined
  source?: string | undefined
  description?: string | undefined
  helpFile?: string | undefined
  /** What WMI puts in place of that: an object of the class __ExtendedStatus. */
  wmi?: ExtendedStatus | undefined
}

export interface OrpcThis {
  /** COMVERSION as `5.7`. */
  version: string
  flags: number
  /** Causality: the same for all calls that one call led to. */
  causality: string
  extensions: string[]
}

export interface OrpcThat {
  flags: number
  /** Identifiers of the extensions. */
  extensions: string[]
  error?: ErrorInformation | undefined
}

const FLAGS: Record<number, string> = {
  1: 'local',
  2: 'reserved 1',
  4: 'reserved 2',
  8: 'reserved 3',
  16: 'reserved 4',
}

/** Reads ORPCTHIS, at a request's first byte; the reader is left at the first argument. */
export function orpcThis(ndr: Ndr): OrpcThis | undefined {
  const { from } = ndr
  return from.group('ORPCTHIS', () => {
    const version = comVersion(ndr)
    const flags = ndr.u32('Flags', bits(FLAGS), 'dcom.this.flags')
    ndr.u32()
    const causality = from.uuid('Causality id', undefined, 'dcom.this.cid')
    ndr.alignToPointer()
    const { identifiers } = extensions(ndr)
    if (version === undefined || flags === undefined || causality === undefined) return undefined
    return { version, flags, causality, extensions: identifiers }
  })
}

/** Reads ORPCTHAT, at an answer's first byte; the reader is left at the first result. */
export function orpcThat(ndr: Ndr): OrpcThat | undefined {
  return ndr.from.group('ORPCTHAT', () => {
    const flags = ndr.u32('Flags', bits(FLAGS), 'dcom.that.flags')
    ndr.alignToPointer()
    const { identifiers, error } = extensions(ndr)
    if (flags === undefined) return undefined
    return error ? { flags, extensions: identifiers, error } : { flags, extensions: identifiers }
  })
}

/** COMVERSION as `major.minor`. MS-DCOM 2.2.11. */
export function comVersion(ndr: Ndr): string | undefined {
  const start = ndr.from.at
  const major = ndr.u16()
  const minor = ndr.u16()
  if (minor === undefined) return undefined
  ndr.from.line('COM version', `${major}.${minor}`, start)
  return `${major}.${minor}`
}

/** The HRESULT that ends every answer; undefined when the bytes end before it. */
export function hresult(ndr: Ndr): number | undefined {
  return ndr.u32('HRESULT', hex, 'dcom.hresult')
}

/** ORPC_EXTENT_ARRAY. MS-DCOM 2.2.13.2. */
function extensions(ndr: Ndr): { identifiers: string[]; error?: ErrorInformation } {
  const identifiers: string[] = []
  if (ndr.pointer() !== true) return { identifiers }
  ndr.alignToPointer()
  ndr.u32()
  ndr.u32()
  if (ndr.pointer() !== true) return { identifiers }
  const count = Math.min(ndr.count() ?? 0, MOST_EXTENSIONS)
  const present = Array.from({ length: count }, () => ndr.pointer() === true)
  let error: ErrorInformation | undefined
  for (const one of present.filter(Boolean)) {
    if (!one || ndr.from.left === 0) break
    ndr.from.group('Extension', () => {
      ndr.alignToPointer()
      const room = ndr.count()
      const identifier = ndr.uuid('Identifier')
      const size = ndr.u32('Size')
      if (identifier === undefined || size === undefined || room === undefined) return
      identifiers.push(identifier)
      const data = ndr.from.part(room).window(0, size)
      if (identifier === ERROR_INFORMATION) error = errorInformation(data) ?? error
      else data.take(data.left, ORPC_EXTENSIONS[identifier] ?? 'Data', hexBytes)
    })
  }
  return error ? { identifiers, error } : { identifiers }
}

/** The error object in the extension: an OBJREF that the client's own class unmarshals. MS-DCOM 2.2.21.2. */
function errorInformation(from: Reader): ErrorInformation | undefined {
  const reference = objectReference(from)
  if (reference?.custom && reference.clsid === WBEM_CLASS_OBJECT) {
    const object = wmiObject(reference.custom)
    const wmi = object && extendedStatus(object)
    return wmi && { wmi }
  }
  if (!reference?.custom || reference.clsid !== ERROR_OBJECT) return undefined
  const object = reference.custom
  return object.group('Error information', () => {
    object.skip(8)
    const iid = object.uuid('IID')
    return {
      iid,
      source: errorString(object, 'Source'),
      description: errorString(object, 'Description'),
      helpFile: errorString(object, 'Help file'),
    }
  })
}

/** A signature that says whether there is a string, and the string. MS-DCOM 2.2.21.3. */
function errorString(from: Reader, label: string): string | undefined {
  if (from.u32() !== STRING_PRESENT) return undefined
  return new Ndr(from).string(label)
}
