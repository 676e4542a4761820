// Creating an object on another host. MS-DCOM 3.1.2.5.2.3 (IRemoteSCMActivator: RemoteGetClassObject, RemoteCreateInstance),
// 3.1.2.5.2.3.1 (IActivation: RemoteActivation), 2.2.22 (activation properties).
import {
  INSTANCE_INFO,
  INSTANTIATION_INFO,
  PROPERTIES_OUTPUT,
  SCM_REPLY_INFO,
  SCM_REQUEST_INFO,
  SECURITY_INFO,
  SPECIAL_SYSTEM_PROPERTIES,
} from '../../names/well-known'
import { AUTH_LEVELS } from '../../names/labels'
import { Ndr } from '../ndr'
import { conformantBindings, idOf, interfacePointer, type Bindings, type ObjectReference } from './objref'
import { protocolSequences } from './objectexporter'
import { comVersion, hresult, orpcThat, orpcThis, type ErrorInformation } from './orpc'
import type { Reader } from '../reader'
import { hex, longHex, named } from '../show'

/** What is asked for. */
export interface ActivationRequest {
  clsid?: string | undefined
  /** CLSCTX_*. */
  context?: number | undefined
  iids: string[]
  /** The client's default authentication level. */
  level?: number | undefined
  /** The server as the client calls it. */
  serverName?: string | undefined
  clientVersion?: string | undefined
  protocols: number[]
  /** The server process is to be that of a file, a moniker for instance. */
  fileName?: string | undefined
}

/** The answer for one interface. */
interface ActivationResult {
  iid?: string | undefined
  hresult?: number | undefined
  reference?: ObjectReference | undefined
}

export interface ActivationResponse {
  hresult?: number | undefined
  /** The object's exporter and where it listens. */
  oxid?: string | undefined
  bindings?: Bindings | undefined
  /** IPID of the exporter's IRemUnknown. */
  ipidRemUnknown?: string | undefined
  /** Lowest authentication level that the exporter asks for. */
  authenticationHint?: number | undefined
  serverVersion?: string | undefined
  results: ActivationResult[]
  error?: ErrorInformation | undefined
}

/** Activation properties by class. MS-DCOM 2.2.22.2. */
const PROPERTIES: Record<string, { name: string; read(ndr: Ndr, into: ActivationRequest & ActivationResponse): void }> =
  {
    [INSTANTIATION_INFO]: { name: 'Instantiation', read: instantiation },
    [SPECIAL_SYSTEM_PROPERTIES]: { name: 'Special properties', read: special },
    [SECURITY_INFO]: { name: 'Security', read: security },
    [INSTANCE_INFO]: { name: 'Instance', read: instance },
    [SCM_REQUEST_INFO]: { name: 'SCM request', read: scmRequest },
    [SCM_REPLY_INFO]: { name: 'SCM reply', read: scmReply },
    [PROPERTIES_OUTPUT]: { name: 'Results', read: propertiesOut },
  }
/** Most properties of one activation. MS-DCOM 2.2.22.1 (MAX_ACTPROP_LIMIT is 10). */
const MOST_PROPERTIES = 32
/** Before the serialized bytes of a structure. MS-RPCE 2.2.6. */
const SERIALIZATION_HEADERS = 16

/** RemoteGetClassObject and RemoteCreateInstance, opnums 3 and 4: the stub of a request. */
export function activationRequest(from: Reader, createsInstance: boolean, wide = false): ActivationRequest {
  const ndr = new Ndr(from, wide)
  orpcThis(ndr)
  // An aggregating outer object cannot be passed between hosts: the pointer is always null.
  if (createsInstance && ndr.pointer() === true) interfacePointer(ndr)
  const found = ndr.pointer() === true ? properties(interfacePointer(ndr)) : nothing()
  const { clsid, context, iids, level, serverName, clientVersion, protocols, fileName } = found
  return { clsid, context, iids, level, serverName, clientVersion, protocols, fileName }
}

/** RemoteGetClassObject and RemoteCreateInstance: the stub of an answer. */
export function activationResponse(from: Reader, wide = false): ActivationResponse {
  const ndr = new Ndr(from, wide)
  const error = orpcThat(ndr)?.error
  const found = ndr.pointer() === true ? properties(interfacePointer(ndr)) : nothing()
  const { oxid, bindings, ipidRemUnknown, authenticationHint, serverVersion, results } = found
  const response = { oxid, bindings, ipidRemUnknown, authenticationHint, serverVersion, results }
  return { ...response, hresult: hresult(ndr), ...(error ? { error } : {}) }
}

function nothing(): ActivationRequest & ActivationResponse {
  return { iids: [], protocols: [], results: [] }
}

/** The properties in a custom OBJREF: a header that lists their classes and sizes, and then each. */
function properties(reference: ObjectReference | undefined): ActivationRequest & ActivationResponse {
  const found = nothing()
  const blob = reference?.custom
  if (!blob) return found
  blob.group('Activation properties', () => {
    blob.u32('Size')
    blob.skip(4)
    const header = blob.window(blob.at, blob.bytes.length)
    const { headerSize, classes, sizes } = customHeader(header)
    header.at = Math.min(headerSize, header.bytes.length)
    for (const [i, size] of sizes.entries()) {
      const known = PROPERTIES[classes[i] ?? '']
      const part = header.part(size)
      part.group(known?.name ?? `Property ${classes[i] ?? i}`, () => {
        if (!known) return
        const body = part.window(SERIALIZATION_HEADERS, part.bytes.length)
        known.read(new Ndr(body), found)
        part.at = part.bytes.length
      })
    }
    blob.at = blob.bytes.length
  })
  return found
}

/** CustomHeader. MS-DCOM 2.2.22.1. */
function customHeader(from: Reader): { headerSize: number; classes: string[]; sizes: number[] } {
  const ndr = new Ndr(from.window(SERIALIZATION_HEADERS, from.bytes.length))
  ndr.u32('Total size')
  const headerSize = ndr.u32('Header size') ?? from.bytes.length
  ndr.u32()
  ndr.u32('Destination context')
  const count = Math.min(ndr.u32('Properties') ?? 0, MOST_PROPERTIES)
  ndr.uuid()
  const hasClasses = ndr.pointer() === true
  const hasSizes = ndr.pointer() === true
  ndr.pointer()
  const classes: string[] = []
  const sizes: number[] = []
  if (hasClasses) {
    ndr.count()
    for (let i = 0; i < count; i++) {
      const clsid = ndr.uuid('Property class')
      if (clsid === undefined) break
      classes.push(clsid)
    }
  }
  if (hasSizes) {
    ndr.count()
    for (let i = 0; i < count; i++) {
      const size = ndr.u32('Property size')
      if (size === undefined) break
      sizes.push(size)
    }
  }
  return { headerSize, classes, sizes }
}

/** InstantiationInfoData. MS-DCOM 2.2.22.2.1. */
function instantiation(ndr: Ndr, into: ActivationRequest): void {
  into.clsid = ndr.uuid('CLSID')
  into.context = ndr.u32('Class context', hex)
  ndr.u32('Activation flags', hex)
  ndr.u32()
  const count = ndr.u32('Interfaces') ?? 0
  ndr.u32()
  const has = ndr.pointer() === true
  ndr.u32()
  into.clientVersion = comVersion(ndr)
  if (has) into.iids = uuids(ndr, count, 'IID')
}

/** SpecialPropertiesData. MS-DCOM 2.2.22.2.2. */
function special(ndr: Ndr, into: ActivationRequest): void {
  ndr.u32('Session')
  ndr.u32()
  ndr.u32('Client impersonates')
  ndr.u32()
  into.level = ndr.u32('Default authentication level', named(AUTH_LEVELS))
}

/** InstanceInfoData. MS-DCOM 2.2.22.2.3. */
function instance(ndr: Ndr, into: ActivationRequest): void {
  const has = ndr.pointer() === true
  ndr.u32('Mode', hex)
  ndr.pointer()
  ndr.pointer()
  if (has) into.fileName = ndr.string('File')
}

/** SecurityInfoData. MS-DCOM 2.2.22.2.7. */
function security(ndr: Ndr, into: ActivationRequest): void {
  ndr.u32()
  const hasServer = ndr.pointer() === true
  ndr.pointer()
  if (!hasServer) return
  ndr.u32()
  const hasName = ndr.pointer() === true
  ndr.pointer()
  ndr.u32()
  if (hasName) into.serverName = ndr.string('Server name')
}

/** ScmRequestInfoData. MS-DCOM 2.2.22.2.4. */
function scmRequest(ndr: Ndr, into: ActivationRequest): void {
  ndr.pointer()
  if (ndr.pointer() !== true) return
  ndr.u32('Impersonation level')
  ndr.u16()
  if (ndr.pointer() !== true) return
  const count = ndr.count() ?? 0
  for (let i = 0; i < count; i++) {
    const protocol = ndr.u16('Protocol sequence')
    if (protocol === undefined) break
    into.protocols.push(protocol)
  }
}

/** ScmReplyInfoData. MS-DCOM 2.2.22.2.8. */
function scmReply(ndr: Ndr, into: ActivationResponse): void {
  ndr.pointer()
  if (ndr.pointer() !== true) return
  into.oxid = idOf(ndr.u64('OXID', longHex))
  const hasBindings = ndr.pointer() === true
  into.ipidRemUnknown = ndr.uuid('IPID of IRemUnknown')
  into.authenticationHint = ndr.u32('Authentication hint', named(AUTH_LEVELS))
  into.serverVersion = comVersion(ndr)
  if (hasBindings) into.bindings = conformantBindings(ndr)
}

/** PropsOutInfo. MS-DCOM 2.2.22.2.9. */
function propertiesOut(ndr: Ndr, into: ActivationResponse): void {
  const count = ndr.u32('Interfaces') ?? 0
  const [hasIids, hasStatuses, hasReferences] = [ndr.pointer(), ndr.pointer(), ndr.pointer()]
  const iids = hasIids === true ? uuids(ndr, count, 'IID') : []
  into.results = hasStatuses === true ? statuses(ndr).map((status, i) => ({ iid: iids[i], hresult: status })) : []
  if (hasReferences === true) references(ndr, into.results)
}

/** RemoteActivation, opnum 0 of IActivation: the stub of a request. MS-DCOM 3.1.2.5.2.3.1. */
export function remoteActivationRequest(from: Reader, wide = false): ActivationRequest {
  const ndr = new Ndr(from, wide)
  orpcThis(ndr)
  const clsid = ndr.uuid('CLSID')
  const fileName = ndr.pointer() === true ? ndr.string('Object name') : undefined
  if (ndr.pointer() === true) interfacePointer(ndr)
  ndr.u32('Impersonation level')
  ndr.u32('Mode', hex)
  const count = ndr.u32('Interfaces') ?? 0
  const iids = ndr.pointer() === true ? uuids(ndr, count, 'IID') : []
  return { clsid, fileName, iids, protocols: protocolSequences(ndr) }
}

/** RemoteActivation: the stub of an answer. Its HRESULT precedes the interfaces' own. */
export function remoteActivationResponse(from: Reader, wide = false): ActivationResponse {
  const ndr = new Ndr(from, wide)
  const error = orpcThat(ndr)?.error
  const response: ActivationResponse = { results: [], ...(error ? { error } : {}) }
  response.oxid = idOf(ndr.u64('OXID', longHex))
  if (ndr.pointer() === true) response.bindings = conformantBindings(ndr)
  response.ipidRemUnknown = ndr.uuid('IPID of IRemUnknown')
  response.authenticationHint = ndr.u32('Authentication hint', named(AUTH_LEVELS))
  response.serverVersion = comVersion(ndr)
  response.hresult = hresult(ndr)
  const pending: ActivationResult[] = []
  references(ndr, pending)
  response.results = statuses(ndr).map((status, i) => ({ ...pending[i], hresult: status }))
  return response
}

function uuids(ndr: Ndr, count: number, label: string): string[] {
  ndr.count()
  const found: string[] = []
  for (let i = 0; i < count; i++) {
    const uuid = ndr.uuid(label)
    if (uuid === undefined) break
    found.push(uuid)
  }
  return found
}

function statuses(ndr: Ndr): number[] {
  const count = ndr.count() ?? 0
  const found: number[] = []
  for (let i = 0; i < count; i++) {
    const status = hresult(ndr)
    if (status === undefined) break
    found.push(status)
  }
  return found
}

/** A conformant array of pointers to OBJREFs, written to the results in their order. */
function references(ndr: Ndr, results: ActivationResult[]): void {
  const count = ndr.count() ?? 0
  const present: boolean[] = []
  for (let i = 0; i < count && ndr.from.left > 0; i++) present.push(ndr.pointer() === true)
  for (const [i, has] of present.entries()) {
    const reference = has ? interfacePointer(ndr) : undefined
    results[i] = reference ? { ...results[i], reference } : { ...results[i] }
  }
}
