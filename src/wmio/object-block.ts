// A class or an instance with what decorates it. MS-WMIO 2.2.1 (EncodingUnit), 2.2.5 (ObjectBlock) to 2.2.14.
import { classPart } from './class-part'
import { Cursor, Limits } from './cursor'
import { encodedString } from './heap'
import { instance } from './instance'
import { methodsPart } from './methods'
import type { CimClass, WmiObject } from './model'

/** First bytes of an EncodingUnit. MS-WMIO 2.2.77. */
const SIGNATURE = 0x12345678

/** MS-WMIO 2.2.6. */
const ObjectFlag = { CLASS: 0x01, INSTANCE: 0x02, DECORATED: 0x04, PROTOTYPE: 0x10, KEYS_MISSING: 0x40 } as const

/** What could be decoded, and the first thing that was wrong with the bytes, if any. */
export interface Decoded<T> {
  value?: T | undefined
  note?: string | undefined
}

/** Decodes an EncodingUnit: signature, length, ObjectBlock. Nothing throws; bad bytes give a note. */
export function encodingUnit(bytes: Uint8Array): Decoded<WmiObject> {
  const limits = new Limits(bytes.length, embeddedObject)
  const from = new Cursor(bytes, 0, limits)
  if (from.u32() !== SIGNATURE) return { note: limits.note ?? 'not a WMI object: the signature 0x12345678 is missing' }
  return { value: embeddedObject(from), note: limits.note }
}

/** Decodes an ObjectBlock of an ObjectArray; with `cim`, an instance without its class. MS-WMIO 2.2.2, 2.2.3. */
export function encodedObjectBlock(from: Cursor, cim?: CimClass): WmiObject | undefined {
  return from.limits.deeper(() => objectBlock(from, cim))
}

/** An object inside another one, or a method's signature: its length, then its ObjectBlock. MS-WMIO 2.2.70. */
export function embeddedObject(from: Cursor): WmiObject | undefined {
  const length = from.u32()
  if (length === 0 || !from.limits.spend(length)) return undefined
  return encodedObjectBlock(from.part(length))
}

function objectBlock(from: Cursor, cim: CimClass | undefined): WmiObject | undefined {
  const flags = from.u8()
  const isClass = (flags & ObjectFlag.CLASS) !== 0
  if (isClass === ((flags & ObjectFlag.INSTANCE) !== 0)) {
    from.limits.wrong(`the object flags 0x${flags.toString(16)} say neither class nor instance, or both`)
    return undefined
  }
  const decoration =
    (flags & ObjectFlag.DECORATED) === 0 ? {} : { server: encodedString(from), namespace: encodedString(from) }
  const body = isClass ? classType(from) : instanceType(from, cim)
  return { flags, ...decoration, ...body, at: from.base, length: from.bytes.length }
}

/** ClassType: the parent, then the class itself. MS-WMIO 2.2.11. */
function classType(from: Cursor): Pick<WmiObject, 'parent' | 'class'> {
  const parent = classAndMethods(from)
  const cim = classAndMethods(from)
  return parent.name === '' ? { class: cim } : { parent, class: cim }
}

function classAndMethods(from: Cursor): CimClass {
  const cim = classPart(from)
  return { ...cim, methods: methodsPart(from) }
}

function instanceType(from: Cursor, known: CimClass | undefined): Pick<WmiObject, 'class' | 'instance'> {
  const cim = known ?? classPart(from)
  return { class: cim, instance: instance(from, cim) }
}
