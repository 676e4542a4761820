// Many objects in one buffer, as IWbemWCOSmartEnum::Next and IWbemObjectSink::Indicate carry them: the class is sent once,
// later instances refer to it by a number of its own. MS-WMI 2.2.14 (ObjectArray).
import { Cursor, Limits } from './cursor'
import type { CimClass, WmiObject } from './model'
import { type Decoded, embeddedObject, encodedObjectBlock } from './object-block'

const SIGNATURE = 'WBEMDATA'
/** bObjectType. MS-WMI 2.2.14.1. */
const ObjectType = { CLASS: 1, INSTANCE: 2, INSTANCE_NO_CLASS: 3 } as const
/** dwFlags, bVersion and bPacketType. */
const FLAGS_VERSION_TYPE = 6
/** Classes that are held to decode later packets of the same enumeration. */
const MAX_CLASSES = 4096

/** Classes by their classID, as hexadecimal text. One map serves all packets of an enumeration. */
export type KnownClasses = Map<string, CimClass>

/** True if the bytes begin as an ObjectArray does. */
function isObjectArray(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && String.fromCharCode(...bytes.subarray(4, 12)) === SIGNATURE
}

/** Decodes an ObjectArray. Classes that it brings are added to `known`; instances of classes that are not there are left out, with a note. */
export function objectArray(bytes: Uint8Array, known: KnownClasses = new Map()): Decoded<WmiObject[]> {
  const limits = new Limits(bytes.length, embeddedObject)
  const from = new Cursor(bytes, 0, limits)
  if (!isObjectArray(bytes)) return { note: 'not an array of WMI objects: WBEMDATA is missing' }
  if (from.u32() !== 0) limits.wrong('the byte order is not little-endian')
  from.part(8)
  const packet = headed(from, 0, (header) => void header.part(FLAGS_VERSION_TYPE))
  const inner = headed(packet)
  const objects = headed(inner, inner.at, (header) => void header.u32())
  const values: WmiObject[] = []
  while (objects.left > 0) {
    const object = dataPacketObject(objects, known)
    if (object) values.push(object)
  }
  return { value: values, note: limits.note }
}

/**
 * The data behind a header; `from` moves behind the data. A header begins at `start`; it has its own size, the size of the
 * data, then what `read` reads. A header that is longer than what is known of it is skipped to its end.
 */
function headed(from: Cursor, start = from.at, read?: (header: Cursor) => void): Cursor {
  const headerSize = from.u32()
  const dataSize = from.u32()
  read?.(from)
  const end = start + headerSize
  if (end < from.at) from.limits.wrong(`a header of ${headerSize} bytes is too short`)
  else if (end > from.at) from.part(end - from.at)
  return from.part(dataSize)
}

function dataPacketObject(from: Cursor, known: KnownClasses): WmiObject | undefined {
  let type = 0
  const packet = headed(from, from.at, (header) => void (type = header.u8()))
  if (type === ObjectType.CLASS) return encodedObjectBlock(headed(packet))
  if (type !== ObjectType.INSTANCE && type !== ObjectType.INSTANCE_NO_CLASS) {
    from.limits.wrong(`${type} is not a type of object`)
    return undefined
  }
  let id = ''
  const data = headed(packet, packet.at, (header) => void (id = hex(header.part(16))))
  const cim = known.get(id)
  if (type === ObjectType.INSTANCE_NO_CLASS && !cim) {
    from.limits.wrong('an instance refers to a class that the capture does not show')
    return undefined
  }
  const object = encodedObjectBlock(data, type === ObjectType.INSTANCE_NO_CLASS ? cim : undefined)
  if (object && known.size < MAX_CLASSES) known.set(id, object.class)
  return object
}

function hex(from: Cursor): string {
  return Array.from(from.bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
