// Methods of a class and their signatures. MS-WMIO 2.2.38 (MethodsPart), 2.2.41 (MethodDescription), 2.2.70 (MethodSignatureBlock).
import type { Cursor } from './cursor'
import { Heap } from './heap'
import type { CimClass, Method } from './model'
import { qualifierBytes, qualifiers } from './qualifiers'

const METHOD_DESCRIPTION = 24

/** Reads a MethodsPart. */
export function methodsPart(from: Cursor): Method[] {
  const length = from.u32()
  const part = from.part(length - 4)
  const count = part.u16()
  part.u16()
  const descriptions = part.part(count * METHOD_DESCRIPTION)
  const heap = new Heap(part)
  const methods: Method[] = []
  while (descriptions.left >= METHOD_DESCRIPTION && descriptions.limits.spend(METHOD_DESCRIPTION)) {
    methods.push(method(descriptions, heap))
  }
  return methods
}

function method(from: Cursor, heap: Heap): Method {
  const name = heap.text(from.u32()) ?? ''
  const flags = from.u8()
  from.part(3)
  const origin = from.u32()
  const set = heap.item(from.u32())
  return {
    name,
    flags,
    origin,
    qualifiers: set ? qualifiers(qualifierBytes(set), heap) : [],
    input: signature(heap.item(from.u32())),
    output: signature(heap.item(from.u32())),
  }
}

/** Parameters of one direction; undefined when there are none. */
function signature(from: Cursor | undefined): CimClass | undefined {
  return from?.limits.readObject(from)?.class
}
