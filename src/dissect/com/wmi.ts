// Windows Management Instrumentation: namespaces, queries, objects, methods. MS-WMI 3.1.4, 3.2.4.
import { ARGUMENTS } from '../../names/field-labels'
import { WBEM_CLASS_OBJECT, WBEM_CONTEXT } from '../../names/well-known'
import type { WmiObject } from '../../wmio/model'
import {
  type Arguments,
  keep,
  type Method,
  type Methods,
  number,
  optional,
  optionalText,
  type Parameter,
  pointedArray,
} from '../parameter'
import { Ndr } from '../ndr'
import type { Reader } from '../reader'
import { bits, filetime, hex } from '../show'
import { basicString } from './oaut'
import { interfacePointer } from './objref'
import { orpcThat, orpcThis } from './orpc'
import { objectText, wmiContext, wmiObject, wmiObjects } from './wmi-object'

/** MS-WMI 2.2.6, WBEM_GENERIC_FLAG_TYPE, and 2.2.5 where they do not overlap. */
const FLAGS: Readonly<Record<number, string>> = {
  0x10: 'return immediately',
  0x20: 'forward only',
  0x40: 'no error object',
  0x80: 'send status',
  0x100: 'ensure locatable',
  0x200: 'direct read',
  0x20000: 'amended qualifiers',
}

/** What an interface pointer points to: a WMI object or a context by value, or a reference to some other object. */
export function reference(label: string): Parameter {
  return (ndr, found) => {
    ndr.alignToPointer()
    const { custom, clsid, standard } = interfacePointer(ndr) ?? {}
    if (standard?.ipid !== undefined) (found.references ??= []).push({ label, ipid: standard.ipid })
    if (custom && clsid === WBEM_CONTEXT)
      for (const { name, value } of wmiContext(custom)) keep(found, label, `${name} = ${value}`)
    if (!custom || clsid !== WBEM_CLASS_OBJECT) return
    const object = wmiObject(custom)
    if (object) keepObject(found, label, object)
  }
}

function keepObject(found: Arguments, label: string, object: WmiObject): void {
  keep(found, label, objectText(object))
  ;(found.objects ??= []).push({ label, object })
}

/** A unique pointer to an interface pointer. */
export const pointer = (label: string) => optional(reference(label))
/** A pointer to an interface pointer: the client leaves room, or none, and the server fills it. */
const room = (label: string) => optional(pointer(label))

/** What IEnumWbemClassObject::Next returns: an array of pointers with room for as many as were asked for. */
const objects: Parameter = (ndr, found) => {
  ndr.alignToPointer()
  const count = ndr.varyingCount() ?? 0
  let present = 0
  for (let i = 0; i < count && ndr.from.left > 0; i++) if (ndr.pointer()) present++
  for (let i = 0; i < present && ndr.from.left > 0; i++) reference(ARGUMENTS.object)(ndr, found)
}

/** What IWbemWCOSmartEnum::Next returns: a buffer with an ObjectArray. MS-WMI 3.1.4.7.1. */
const buffer = optional((ndr, found) => {
  ndr.alignToPointer()
  const size = ndr.count()
  if (size === undefined || size === 0) return
  for (const object of wmiObjects(ndr.from.part(size), found.classes)) keepObject(found, ARGUMENTS.object, object)
})

export const flags = number('Flags', bits(FLAGS))
/** What a method returns. */
export const hresult: Parameter = (ndr) => void ndr.u32('HRESULT', hex, 'dcom.hresult')
const machine = optionalText('Client')
const processStart: Parameter = (ndr) => void ndr.u64('Process start', filetime)
export const context = pointer('Context')
const sink = pointer('Sink')
const enumeration: Method['response'] = [pointer('Enumeration'), hresult]
const callResult = room('Call result')

/** A method and the one after it, which answers later, to a sink; `returns` is what the first returns. */
function pair(opnum: number, request: readonly Parameter[], returns: readonly Parameter[]): Methods {
  // Where a method returns an enumeration it takes nothing for it; else it takes room for what it returns.
  const taken = returns === enumeration ? [] : returns
  return {
    [opnum]: {
      request: [...request, ...taken],
      response: returns === enumeration ? enumeration : [...returns, hresult],
    },
    [opnum + 1]: { request: [...request, sink], response: [hresult] },
  }
}

export const wbemLogin: Methods = {
  3: { response: [number('Locale version'), hresult] },
  5: login(),
  6: login(),
}

function login(): Method {
  return {
    request: [optionalText(ARGUMENTS.namespace), optionalText('Locale'), flags, context],
    response: [pointer('Services'), hresult],
  }
}

const objectPath = basicString(ARGUMENTS.object)
const query = [basicString('Language'), basicString(ARGUMENTS.query), flags, context]

export const wbemServices: Methods = {
  3: {
    request: [basicString(ARGUMENTS.namespace), flags, context, room('Services'), callResult],
    response: [room('Services'), callResult, hresult],
  },
  4: { request: [sink], response: [hresult] },
  5: { request: [flags], response: [pointer('Sink'), hresult] },
  ...pair(6, [objectPath, flags, context], [room(ARGUMENTS.object), callResult]),
  ...pair(8, [pointer(ARGUMENTS.class), flags, context], [callResult]),
  ...pair(10, [basicString(ARGUMENTS.class), flags, context], [callResult]),
  ...pair(12, [basicString(ARGUMENTS.superclass), flags, context], enumeration),
  ...pair(14, [pointer(ARGUMENTS.instance), flags, context], [callResult]),
  ...pair(16, [objectPath, flags, context], [callResult]),
  ...pair(18, [basicString(ARGUMENTS.class), flags, context], enumeration),
  ...pair(20, query, enumeration),
  ...pair(22, query, enumeration),
  24: {
    request: [
      objectPath,
      basicString(ARGUMENTS.method),
      flags,
      context,
      pointer('Input'),
      room(ARGUMENTS.output),
      callResult,
    ],
    response: [room(ARGUMENTS.output), callResult, hresult],
  },
  25: {
    request: [objectPath, basicString(ARGUMENTS.method), flags, context, pointer('Input'), sink],
    response: [hresult],
  },
}

/** -1 waits forever. */
const timeout = number('Timeout (ms)', (value) => String(value | 0))

export const wbemEnumeration: Methods = {
  3: { response: [hresult] },
  4: { request: [timeout, number('Objects')], response: [objects, number('Returned'), hresult] },
  5: { request: [number('Objects'), sink], response: [hresult] },
  6: { response: enumeration },
  7: { request: [timeout, number('Objects')], response: [hresult] },
}

export const wbemFetchSmartEnumeration: Methods = { 3: { response: enumeration } }

export const wbemSmartEnumeration: Methods = {
  3: {
    request: [(ndr) => void ndr.uuid('Enumeration'), timeout, number('Objects')],
    response: [number('Returned'), number('Size'), buffer, hresult],
  },
}

/** Opnum of IWbemObjectSink::SetStatus. */
export const SET_STATUS = 4
const STATUS_COMPLETE = 0

/** MS-WMI 3.1.4.2.1, 3.1.4.2.2. */
export const wbemSink: Methods = {
  3: { request: [number('Count'), pointedArray(reference(ARGUMENTS.object))], response: [hresult] },
  [SET_STATUS]: {
    request: [number('Status type'), number('Result', hex), basicString('Text'), pointer(ARGUMENTS.object)],
    response: [hresult],
  },
}

/** Opnum of IWbemCallResult::GetCallStatus. */
export const GET_CALL_STATUS = 6

export const wbemCallResult: Methods = {
  3: { request: [timeout], response: [pointer(ARGUMENTS.object), hresult] },
  4: { request: [timeout], response: [basicString('Text'), hresult] },
  5: { request: [timeout], response: [pointer('Services'), hresult] },
  [GET_CALL_STATUS]: { request: [timeout], response: [number('Status', hex), hresult] },
}

/** What became of the operation that an answer to GetCallStatus is about; the method itself may have succeeded. MS-WMI 3.1.4.5. */
export function callStatusResponse(from: Reader, wide = false): number | undefined {
  const ndr = new Ndr(from, wide)
  orpcThat(ndr)
  return ndr.u32()
}

/** What became of an asynchronous operation that SetStatus ends; undefined for one that is under way. MS-WMI 3.1.4.2.2. */
export function setStatusRequest(from: Reader, wide = false): number | undefined {
  const ndr = new Ndr(from, wide)
  orpcThis(ndr)
  return ndr.u32() === STATUS_COMPLETE ? ndr.u32() : undefined
}

export const wbemClient: Methods = { 3: { request: [machine, number('Process')] } }

export const wbemClientEx: Methods = {
  3: { request: [machine, optionalText('Client (full name)'), number('Process'), processStart] },
}
