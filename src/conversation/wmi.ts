// What WMI calls say: namespaces, queries, methods, objects. Made once, when first asked for: all their stubs are read for it.
import { ARGUMENTS } from '../names/field-labels'
import { Pdu } from '../../asm/layout'
import type { Capture } from '../capture/capture'
import { NONE } from '../capture/table'
import { type Arguments, stubArguments } from '../dissect/arguments'
import { remQueryInterfaceRequest, remQueryInterfaceResponse, RemUnknown } from '../dissect/com/remunknown'
import { objectText } from '../dissect/com/wmi-object'
import { Reader } from '../dissect/reader'
import { IREM_UNKNOWN, IREM_UNKNOWN2, IWBEM_SERVICES } from '../names/well-known'
import type { WmiObject } from '../wmio/model'
import type { KnownClasses } from '../wmio/object-array'
import { propertyTable } from '../wmio/property-table'
import { callStub, type CallStub, type PduReader } from './call-stub'
import { isNdr64 } from './learnt-endpoints'
import { Call, type Conversation } from './model'
import { WMI_INTERFACES } from './wmi-interfaces'

const REM_UNKNOWN = [IREM_UNKNOWN, IREM_UNKNOWN2]
/** Methods of IWbemServices that enumerate without a query. */
const ENUMERATIONS: Readonly<Record<number, string>> = {
  12: 'subclasses of',
  13: 'subclasses of',
  18: 'instances of',
  19: 'instances of',
}
/** Texts of all objects together, in characters; what comes after is left out. */
const MAX_TEXT = 32 << 20

/** A property of a class or an instance. */
export interface WmiProperty {
  name: string
  /** As MOF; NULL where there is none. */
  value: string
}

/** An object that a call carries. */
export interface WmiSummary {
  /** What it is to the call: `Object`, `Input`, `Output`, `Instance`, `Class`. */
  label: string
  /** In a few words: `class Win32_Process`, `Win32_Process (Handle = "4")`. */
  text: string
  className: string
  isClass: boolean
  properties: WmiProperty[]
}

/** One direction of a call. */
export interface WmiMessage {
  /** Row of the PDU that completes it, and its frame's row. */
  pdu: number
  frame: number
  /** By label: `Namespace`, `Query`, `Method`, `Returned`. */
  arguments: ReadonlyMap<string, string>
  objects: WmiSummary[]
  /** False where bytes were missing. */
  isWhole: boolean
}

export interface WmiCall {
  call: number
  interface: string
  opnum: number
  /** Of the IWbemServices that the call, or the enumeration that it continues, came from. */
  namespace?: string | undefined
  /** The WQL that the call asks, or whose result it continues; `instances of X` where a class is enumerated. */
  query?: string | undefined
  request?: WmiMessage | undefined
  answer?: WmiMessage | undefined
}

export interface WmiCalls {
  /** In the order of their requests. */
  calls: WmiCall[]
  /** Classes that enumerations brought. */
  classes: KnownClasses
  /** False where there was more than is held. */
  isWhole: boolean
}

/** What is known of an object on a server. */
interface Origin {
  namespace?: string | undefined
  query?: string | undefined
}

/** Reads every WMI call of a capture; `read` gives the bytes of PDUs. */
export async function wmiCalls(capture: Capture, conversation: Conversation, read: PduReader): Promise<WmiCalls> {
  const { calls, interfaces, objects } = conversation
  const result: WmiCalls = { calls: [], classes: new Map(), isWhole: true }
  const origins = new Map<string, Origin>()
  const wanted = interfaces.map((uuid) => WMI_INTERFACES.includes(uuid))
  if (!wanted.includes(true)) return result
  const unknown = interfaces.map((uuid) => REM_UNKNOWN.includes(uuid))
  let left = MAX_TEXT
  for (let call = 0; call < calls.rows; call++) {
    const index = calls.get(Call.Interface, call)
    if (index === NONE) continue
    if (unknown[index]) await followQuery(capture, conversation, call, read, origins)
    if (!wanted[index]) continue
    if (left <= 0) {
      result.isWhole = false
      break
    }
    const object = calls.get(Call.Object, call)
    const origin = (object === NONE ? undefined : origins.get(objects[object]!)) ?? {}
    const { found, references } = await readCall(capture, conversation, call, read, result.classes)
    const asked = askedOf(found)
    const namespace = asked.namespace ?? origin.namespace
    const query = asked.query ?? origin.query
    if (namespace !== undefined) found.namespace = namespace
    if (query !== undefined) found.query = query
    for (const ipid of references) origins.set(ipid, { ...origin, ...asked })
    left -= sizeOf(found.request) + sizeOf(found.answer)
    result.calls.push(found)
  }
  return result
}

/** True if a call is one that is read here. */
export function isWmi({ calls, interfaces }: Conversation, call: number): boolean {
  const index = calls.get(Call.Interface, call)
  return index !== NONE && WMI_INTERFACES.includes(interfaces[index]!)
}

/** What a request says of the objects that its answer hands out. */
function askedOf({ request, interface: uuid, opnum }: WmiCall): Origin {
  const namespace = request?.arguments.get(ARGUMENTS.namespace)
  const kind = uuid === IWBEM_SERVICES ? ENUMERATIONS[opnum] : undefined
  const enumerated = request?.arguments.get(ARGUMENTS.class) ?? request?.arguments.get(ARGUMENTS.superclass)
  const query =
    request?.arguments.get(ARGUMENTS.query) ?? (kind && enumerated !== undefined ? `${kind} ${enumerated}` : undefined)
  return { ...(namespace !== undefined && { namespace }), ...(query !== undefined && { query }) }
}

async function readCall(
  capture: Capture,
  conversation: Conversation,
  call: number,
  read: PduReader,
  classes: KnownClasses,
): Promise<{ found: WmiCall; references: string[] }> {
  const { calls, interfaces } = conversation
  const found: WmiCall = {
    call,
    interface: interfaces[calls.get(Call.Interface, call)]!,
    opnum: calls.get(Call.Opnum, call),
  }
  const references: string[] = []
  for (const answer of [false, true]) {
    const stub = await callStub(capture, conversation, call, answer, read)
    const said = stub && argumentsIn(stub, conversation, call, answer, classes)
    if (!said) continue
    found[answer ? 'answer' : 'request'] = messageOf(capture, stub, said)
    if (answer) references.push(...(said.references ?? []).map(({ ipid }) => ipid))
  }
  return { found, references }
}

/** What one direction of a call says, its objects included; undefined where it is sealed or missing. */
export async function wmiArguments(
  capture: Capture,
  conversation: Conversation,
  call: number,
  answer: boolean,
  read: PduReader,
  classes: KnownClasses,
): Promise<Arguments | undefined> {
  const stub = await callStub(capture, conversation, call, answer, read)
  return stub && argumentsIn(stub, conversation, call, answer, classes)
}

function argumentsIn(
  stub: CallStub,
  conversation: Conversation,
  call: number,
  answer: boolean,
  classes: KnownClasses,
): Arguments | undefined {
  const { calls, interfaces } = conversation
  const uuid = interfaces[calls.get(Call.Interface, call)]
  const opnum = calls.get(Call.Opnum, call)
  const wide = isNdr64(conversation, call)
  return uuid === undefined
    ? undefined
    : stubArguments(readerOf(stub), { interface: uuid, opnum, answer, wide, classes })
}

function messageOf(capture: Capture, stub: CallStub, said: Arguments): WmiMessage {
  return {
    pdu: stub.lastPdu,
    frame: capture.pdus.get(Pdu.Frame, stub.lastPdu),
    // Without the objects, which are large.
    arguments: new Map(said),
    objects: (said.objects ?? []).map(({ label, object }) => summaryOf(label, object)),
    isWhole: stub.isWhole,
  }
}

function summaryOf(label: string, object: WmiObject): WmiSummary {
  return {
    label,
    text: objectText(object),
    className: object.instance?.className ?? object.class.name,
    isClass: object.instance === undefined,
    properties: propertyTable(object).map(({ name, value }) => ({ name, value })),
  }
}

/** Interfaces that RemQueryInterface gives belong to the object that it was asked about. */
async function followQuery(
  capture: Capture,
  conversation: Conversation,
  call: number,
  read: PduReader,
  origins: Map<string, Origin>,
): Promise<void> {
  if (origins.size === 0 || conversation.calls.get(Call.Opnum, call) !== RemUnknown.QueryInterface) return
  const wide = isNdr64(conversation, call)
  const request = await callStub(capture, conversation, call, false, read)
  const { ipid } = request ? remQueryInterfaceRequest(readerOf(request), wide) : {}
  const origin = ipid === undefined ? undefined : origins.get(ipid)
  const answer = origin && (await callStub(capture, conversation, call, true, read))
  if (!answer) return
  for (const { reference } of remQueryInterfaceResponse(readerOf(answer), wide).results)
    if (reference?.ipid !== undefined) origins.set(reference.ipid, origin)
}

function readerOf({ bytes, little }: CallStub): Reader {
  const from = new Reader(bytes)
  from.little = little
  return from
}

function sizeOf(message: WmiMessage | undefined): number {
  let size = 0
  for (const { properties } of message?.objects ?? [])
    for (const { name, value } of properties) size += name.length + value.length
  return size
}
