// The WMI calls that a program makes to list instances. MS-WMI 3.1.4.
import { ByteWriter } from '../../bytes'
import { type Bindings, customObject, interfacePointer, type StandardReference, standardObject } from './objref'
import { orpcThat, orpcThatWithError, orpcThis } from './orpc'

export const CLSID_WBEM_LEVEL1_LOGIN = '8bc3f05e-d86b-11d0-a075-00c04fb68820'
export const IID_WBEM_LEVEL1_LOGIN = 'f309ad18-d86a-11d0-a075-00c04fb68820'
export const IID_WBEM_SERVICES = '9556dc99-828c-11cf-a37e-00aa003240c7'
export const IID_ENUM_WBEM_CLASS_OBJECT = '027947e1-d731-11ce-a357-000000000001'
export const IID_WBEM_FETCH_SMART_ENUM = '1c1c45ee-4395-11d2-b60b-00104b703efd'
export const IID_WBEM_WCO_SMART_ENUM = '423ec01e-2e35-11d2-b604-00104b703efd'
const IID_WBEM_CLASS_OBJECT = 'dc12a681-737f-11cf-884d-00aa004b2e24'
const CLSID_WBEM_CLASS_OBJECT = '4590f812-1d3a-11d0-891f-00aa004b2e24'

export const ESTABLISH_POSITION = 3
export const NTLM_LOGIN = 6
export const GET_OBJECT = 6
export const PUT_INSTANCE = 14
export const CREATE_INSTANCE_ENUM = 18
export const EXEC_QUERY = 20
export const EXEC_METHOD = 24
export const RESET = 3
export const NEXT = 4
export const CLONE = 6
export const GET_SMART_ENUM = 3
export const SMART_ENUM_NEXT = 3

export const WBEM_S_FALSE = 1
const INFINITE = 0xffffffff

/** Any method without parameters: Reset, Clone, GetSmartEnum. */
export function withoutParameters(causality: string): Uint8Array<ArrayBuffer> {
  return orpcThis(causality).take()
}

export function establishPosition(causality: string): Uint8Array<ArrayBuffer> {
  return orpcThis(causality).u32(0).u32(0).take()
}

export function establishPositionResult(): Uint8Array<ArrayBuffer> {
  return orpcThat().u32(0).u32(0).take()
}

/** `resource` is the namespace as `//server/root/cimv2`. */
export function ntlmLogin(causality: string, resource: string, locale: string): Uint8Array<ArrayBuffer> {
  const stub = orpcThis(causality)
  uniqueString(stub, 0x00020000, resource)
  uniqueString(stub.align(4), 0x00020004, locale)
  return stub.align(4).u32(0).u32(0).take()
}

/** The answer of NTLMLogin, CreateInstanceEnum, Clone, GetSmartEnum: one interface pointer and S_OK. */
export function interfaceResult(
  iid: string,
  reference: StandardReference,
  resolver: Bindings,
): Uint8Array<ArrayBuffer> {
  const stub = orpcThat().u32(0x00020000)
  return interfacePointer(stub, standardObject(iid, reference, resolver))
    .align(4)
    .u32(0)
    .take()
}

/** Asks for a class or an instance by its path. */
export function getObject(causality: string, path: string): Uint8Array<ArrayBuffer> {
  const stub = orpcThis(causality)
  basicString(stub, path)
  return stub.align(4).u32(0).u32(0).u32(0x00020000).u32(0).u32(0).take()
}

export function getObjectResult(object: Uint8Array): Uint8Array<ArrayBuffer> {
  const stub = orpcThat().u32(0x00020000).u32(0x00020004)
  return interfacePointer(stub, object).align(4).u32(0).u32(0).take()
}

/** A WMI object by value, of its encoding: see wmio.ts. */
export function objectByValue(unit: Uint8Array): Uint8Array<ArrayBuffer> {
  return customObject(IID_WBEM_CLASS_OBJECT, CLSID_WBEM_CLASS_OBJECT, unit)
}

export function execQuery(causality: string, query: string, flags = 0x30): Uint8Array<ArrayBuffer> {
  const stub = orpcThis(causality)
  basicString(stub, 'WQL')
  basicString(stub.align(4), query)
  return stub.align(4).u32(flags).u32(0).take()
}

/** Puts an instance that is sent along; nothing is wanted back but its result. */
export function putInstance(causality: string, instance: Uint8Array, flags = 0): Uint8Array<ArrayBuffer> {
  const stub = orpcThis(causality).u32(0x00020000)
  return interfacePointer(stub, instance).align(4).u32(flags).u32(0).u32(0).take()
}

/** Calls a method of a class or an instance; `input` holds its parameters. */
export function execMethod(
  causality: string,
  path: string,
  method: string,
  input?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const stub = orpcThis(causality)
  basicString(stub, path)
  basicString(stub.align(4), method)
  stub.align(4).u32(0).u32(0)
  if (input) interfacePointer(stub.u32(0x00020000), input).align(4)
  else stub.u32(0)
  return stub.u32(0x00020004).u32(0).u32(0).take()
}

/** What the method gives back, its return value included; nothing without `output`. */
export function execMethodResult(output?: Uint8Array, hresult = 0): Uint8Array<ArrayBuffer> {
  const stub = orpcThat()
  if (output) interfacePointer(stub.u32(0x00020000).u32(0x00020004), output).align(4)
  else stub.u32(0)
  return stub.u32(0).u32(hresult).take()
}

/** A method that failed and returned nothing else; `object` is an __ExtendedStatus as COM's error information. */
export function failedWith(object: Uint8Array, hresult: number): Uint8Array<ArrayBuffer> {
  return orpcThatWithError(object).u32(0).u32(hresult).take()
}

/** IWbemObjectSink::Indicate, which the server calls. */
export function indicate(causality: string, objects: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const stub = orpcThis(causality).u32(objects.length).u32(objects.length)
  objects.forEach((_, at) => stub.u32(0x00020000 + 4 * at))
  for (const object of objects) interfacePointer(stub, object)
  return stub.take()
}

export function createInstanceEnum(causality: string, className: string, flags = 0x10): Uint8Array<ArrayBuffer> {
  const stub = orpcThis(causality)
  basicString(stub, className)
  return stub.align(4).u32(flags).u32(0).take()
}

export function next(causality: string, count = 1, milliseconds = INFINITE): Uint8Array<ArrayBuffer> {
  return orpcThis(causality).u32(milliseconds).u32(count).take()
}

/** Objects found so far; WBEM_S_FALSE when there are fewer than asked for. */
export function nextResult(objects: Uint8Array[], asked: number, hresult = 0): Uint8Array<ArrayBuffer> {
  const stub = orpcThat().u32(asked).u32(0).u32(objects.length)
  objects.forEach((_, at) => stub.u32(0x00020000 + 4 * at))
  for (const object of objects) interfacePointer(stub, object)
  return stub.align(4).u32(objects.length).u32(hresult).take()
}

/** IWbemWCOSmartEnum::Next; `proxy` identifies the client's cache. */
export function smartEnumNext(
  causality: string,
  proxy: string,
  count = 1,
  milliseconds = INFINITE,
): Uint8Array<ArrayBuffer> {
  return orpcThis(causality).uuid(proxy).u32(milliseconds).u32(count).take()
}

/** Objects as one buffer, whose encoding is left to the caller. */
export function smartEnumResult(returned: number, buffer: Uint8Array, hresult = 0): Uint8Array<ArrayBuffer> {
  const stub = orpcThat().u32(returned).u32(buffer.length)
  if (buffer.length === 0) return stub.u32(0).u32(hresult).take()
  return stub.u32(0x00020000).u32(buffer.length).bytes(buffer).align(4).u32(hresult).take()
}

/**
 * An IWbemClassObject by value, of `length` bytes of encoding: MS-WMIO's signature and length, then strings. Enough to look
 * and measure like one under a seal; not a full encoding.
 */
export function classObject(className: string, properties: string[], length: number): Uint8Array<ArrayBuffer> {
  const unit = new ByteWriter()
    .u32(0x12345678)
    .u32(length - 8)
    .u8(0x02)
  unit.u8(0).ascii(className).u8(0)
  for (const text of properties) {
    if (unit.length + text.length + 2 > length) break
    unit.u8(0).ascii(text).u8(0)
  }
  const encoding = unit
    .fill(Math.max(0, length - unit.length))
    .take()
    .slice(0, length)
  return objectByValue(encoding)
}

function uniqueString(stub: ByteWriter, referent: number, text: string): void {
  const count = text.length + 1
  stub.u32(referent).u32(count).u32(0).u32(count).utf16(text).u16(0)
}

/** A BSTR: FLAGGED_WORD_BLOB. MS-OAUT 2.2.23. */
function basicString(stub: ByteWriter, text: string): void {
  stub
    .u32(0x72657355)
    .u32(text.length)
    .u32(2 * text.length)
    .u32(text.length)
    .utf16(text)
}
