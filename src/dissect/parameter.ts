// The parameters that methods are made of. A method is described by a list of them, in the order of its IDL; what a
// parameter says is kept as text under its label, so that callers can ask for `Service` without knowing the method.
import type { WmiObject } from '../wmio/model'
import type { KnownClasses } from '../wmio/object-array'
import { Ndr } from './ndr'
import { decimal, hex, hexBytes, type Show } from './show'

/** What the arguments of a call say, by label, in the order in which they stand. */
export interface Arguments extends Map<string, string> {
  /** WMI objects among them. */
  objects?: CarriedObject[] | undefined
  /** Objects on a server that the call hands out or takes. */
  references?: CarriedReference[] | undefined
  /** WMI classes that earlier answers of the same enumeration brought: later ones refer to them. */
  classes?: KnownClasses | undefined
}

/** A reference to an object on a server as an argument. */
interface CarriedReference {
  label: string
  ipid: string
}

/** A WMI object as an argument. */
interface CarriedObject {
  label: string
  object: WmiObject
}

/** Reads one parameter, records it, and puts what it says into `found`. */
export type Parameter = (ndr: Ndr, found: Arguments) => void

/** The parameters of a method as far as they are worth reading: those of its request and those of its answer. */
export interface Method {
  request?: readonly Parameter[] | undefined
  response?: readonly Parameter[] | undefined
}

/** Methods by opnum. */
export type Methods = Readonly<Record<number, Method>>

/** `[string] wchar_t*` that must be there. */
export function text(label: string): Parameter {
  return (ndr, found) => keep(found, label, ndr.string(label))
}

/** `[string] char*` that must be there. */
export function narrowText(label: string): Parameter {
  return (ndr, found) => keep(found, label, ndr.narrowString(label))
}

/** What a unique pointer points to, if it points to anything. */
export function optional(pointed: Parameter): Parameter {
  return (ndr, found) => {
    if (ndr.pointer()) pointed(ndr, found)
  }
}

/** `[unique, string] wchar_t*`. */
export function optionalText(label: string): Parameter {
  return optional(text(label))
}

/** A conformant array of pointers: all pointers, then what they point to. */
export function pointedArray(pointed: Parameter): Parameter {
  return (ndr, found) => {
    ndr.alignToPointer()
    const count = ndr.count() ?? 0
    let present = 0
    for (let i = 0; i < count && ndr.from.left > 0; i++) if (ndr.pointer()) present++
    for (let i = 0; i < present && ndr.from.left > 0; i++) pointed(ndr, found)
  }
}

/** A context handle. Its bytes are for the field tree only. */
export function handle(label: string): Parameter {
  return (ndr) => void ndr.contextHandle(label)
}

/** 32 bits. */
export function number(label: string, show: Show<number> = decimal): Parameter {
  return (ndr, found) => keep(found, label, shown(ndr.u32(label, show), show))
}

/** 16 bits, or an enumeration's 32 in NDR64. */
export function enumeration(label: string, show: Show<number> = decimal): Parameter {
  return (ndr, found) => keep(found, label, shown(ndr.short(label, show), show))
}

/** An access mask. */
export const access: Parameter = number('Access', hex)

/** A server's name where the IDL forgot to say that it is a string: a pointer to its first character only. */
export const firstCharacter: Parameter = optional((ndr) => void ndr.u16())

/** Bytes that say nothing here. */
export function fixed(length: number, label: string): Parameter {
  return (ndr) => void ndr.from.take(length, label)
}

/** RPC_UNICODE_STRING by reference: length, room, pointer, then the characters. MS-DTYP 2.3.10. */
export function counted(label: string): Parameter {
  return (ndr, found) => {
    if (countedHead(ndr)) keep(found, label, ndr.string(label))
  }
}

/** A conformant array of RPC_UNICODE_STRING: all heads, then all characters. */
export function countedArray(label: string): Parameter {
  return (ndr, found) => {
    ndr.alignToPointer()
    countedStrings(ndr, ndr.count() ?? 0, label, found)
  }
}

/** The same, varying as well. */
export function varyingCountedArray(label: string): Parameter {
  return (ndr, found) => {
    ndr.alignToPointer()
    countedStrings(ndr, ndr.varyingCount() ?? 0, label, found)
  }
}

/** RPC_SID by reference. */
export function sid(label: string): Parameter {
  return (ndr, found) => {
    const count = ndr.count()
    const start = ndr.from.at
    const revision = ndr.u8()
    ndr.u8()
    const authority = ndr.from.take(6)
    if (count === undefined || authority === undefined) return
    const parts: number[] = []
    for (let i = 0; i < count && ndr.from.left > 0; i++) {
      const part = ndr.u32()
      if (part === undefined) break
      parts.push(part)
    }
    const value = authority.reduce((sum, byte) => sum * 256 + byte, 0)
    const words = ['S', revision, value, ...parts].join('-')
    ndr.from.line(label, words, start)
    keep(found, label, words)
  }
}

/** A conformant array of bytes. */
export function bytes(label: string): Parameter {
  return (ndr) => void ndr.bytes(label, hexBytes)
}

/** Puts a value under its label; a second one under the same label is added to the first. */
export function keep(found: Arguments, label: string, value: string | undefined): void {
  if (value === undefined) return
  const before = found.get(label)
  found.set(label, before === undefined ? value : `${before}, ${value}`)
}

/** Length, room and pointer of an RPC_UNICODE_STRING; says whether there are characters. */
function countedHead(ndr: Ndr): boolean | undefined {
  ndr.alignToPointer()
  ndr.u16()
  ndr.u16()
  ndr.alignToPointer()
  return ndr.pointer()
}

function countedStrings(ndr: Ndr, count: number, label: string, found: Arguments): void {
  let present = 0
  for (let i = 0; i < count && ndr.from.left > 0; i++) if (countedHead(ndr)) present++
  for (let i = 0; i < present && ndr.from.left > 0; i++) keep(found, label, ndr.string(label))
}

function shown(value: number | undefined, show: Show<number>): string | undefined {
  return value === undefined ? undefined : show(value)
}
