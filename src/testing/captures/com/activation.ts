// Remote activation: ISystemActivator::RemoteCreateInstance and the property blobs it carries. MS-DCOM 2.2.22, 3.1.2.5.2.3.3.
import { ByteWriter } from '../../bytes'
import {
  type Bindings,
  customObject,
  dualStringArray,
  interfacePointer,
  type StandardReference,
  standardObject,
} from './objref'
import { orpcThat, orpcThis } from './orpc'

export const REMOTE_CREATE_INSTANCE = 4

const IID_ACTIVATION_PROPERTIES_IN = '000001a2-0000-0000-c000-000000000046'
const IID_ACTIVATION_PROPERTIES_OUT = '000001a3-0000-0000-c000-000000000046'
const CLSID_ACTIVATION_PROPERTIES_IN = '00000338-0000-0000-c000-000000000046'
const CLSID_ACTIVATION_PROPERTIES_OUT = '00000339-0000-0000-c000-000000000046'
const CLSID_SPECIAL_SYSTEM = '000001b9-0000-0000-c000-000000000046'
const CLSID_INSTANTIATION = '000001ab-0000-0000-c000-000000000046'
const CLSID_ACTIVATION_CONTEXT = '000001a5-0000-0000-c000-000000000046'
const CLSID_SECURITY = '000001a6-0000-0000-c000-000000000046'
const CLSID_LOCATION = '000001a4-0000-0000-c000-000000000046'
const CLSID_SCM_REQUEST = '000001aa-0000-0000-c000-000000000046'
const CLSID_SCM_REPLY = '000001b6-0000-0000-c000-000000000046'
const IID_CONTEXT = '000001c0-0000-0000-c000-000000000046'
const CLSID_CONTEXT_MARSHALER = '0000033b-0000-0000-c000-000000000046'
const NIL = '00000000-0000-0000-0000-000000000000'

const CLSCTX_REMOTE_SERVER = 0x10
const ORPC_LOCAL = 1
const IMPERSONATE = 2

export interface ActivationRequest {
  causality: string
  clsid: string
  iids: string[]
  /** The server as the program named it. */
  serverName: string
  contextId: string
  /** RPC_C_AUTHN_LEVEL that the client would use by default. */
  defaultLevel?: number
}

/** The stub of RemoteCreateInstance. */
export function remoteCreateInstance(request: ActivationRequest): Uint8Array<ArrayBuffer> {
  const properties = activationProperties([
    [CLSID_SPECIAL_SYSTEM, specialSystemProperties(request.defaultLevel ?? 2)],
    [CLSID_INSTANTIATION, instantiation(request)],
    [CLSID_ACTIVATION_CONTEXT, activationContext(request.contextId)],
    [CLSID_SECURITY, securityInformation(request.serverName)],
    [CLSID_LOCATION, property((body) => body.fill(16))],
    [CLSID_SCM_REQUEST, scmRequest()],
  ])
  const objref = customObject(
    IID_ACTIVATION_PROPERTIES_IN,
    CLSID_ACTIVATION_PROPERTIES_IN,
    properties,
    properties.length + 8,
  )
  const stub = orpcThis(request.causality, ORPC_LOCAL).u32(0).u32(0x00020000)
  return interfacePointer(stub, objref).take()
}

export interface ActivationReply {
  iids: string[]
  /** One reference an interface, all on one exporter. */
  references: StandardReference[]
  resolver: Bindings
  exporter: Bindings
  remUnknown: string
  authenticationHint?: number
}

/** The stub of a successful answer. */
export function remoteCreateInstanceResult(reply: ActivationReply): Uint8Array<ArrayBuffer> {
  const properties = activationProperties([
    [CLSID_ACTIVATION_PROPERTIES_OUT, propertiesOutput(reply)],
    [CLSID_SCM_REPLY, scmReply(reply)],
  ])
  const objref = customObject(
    IID_ACTIVATION_PROPERTIES_OUT,
    CLSID_ACTIVATION_PROPERTIES_OUT,
    properties,
    properties.length + 8,
  )
  const stub = orpcThat(ORPC_LOCAL).u32(0x00020000)
  return interfacePointer(stub, objref).align(4).u32(0).take()
}

/** The stub of an answer that says why nothing was created. */
export function remoteCreateInstanceFailure(hresult: number): Uint8Array<ArrayBuffer> {
  return orpcThat(ORPC_LOCAL).u32(0).u32(hresult).take()
}

/** The custom header with class and size of each property, then the properties. */
function activationProperties(properties: [clsid: string, data: Uint8Array][]): Uint8Array<ArrayBuffer> {
  const sizes = properties.map(([, data]) => data.length)
  const headerSize = 64 + 4 + 16 * properties.length + 4 + 4 * properties.length
  const alignedHeaderSize = (headerSize + 7) & ~7
  const totalSize = sizes.reduce((sum, size) => sum + size, alignedHeaderSize)
  const header = property((body) => {
    body.u32(totalSize).u32(alignedHeaderSize).u32(0).u32(2).u32(properties.length).uuid(NIL)
    body.u32(0x00020000).u32(0x00020004).u32(0)
    body.u32(properties.length)
    for (const [clsid] of properties) body.uuid(clsid)
    body.u32(properties.length)
    for (const size of sizes) body.u32(size)
  })
  const blob = new ByteWriter().u32(totalSize).u32(0).bytes(header)
  for (const [, data] of properties) blob.bytes(data)
  return blob.take()
}

/** One serialized type: common header, private header, body padded to 8. MS-RPCE 2.2.6. */
function property(write: (body: ByteWriter) => void): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter()
  write(body)
  body.align(8)
  return new ByteWriter().u8(1).u8(0x10).u16(8).u32(0xcccccccc).u32(body.length).u32(0).bytes(body.take()).take()
}

function specialSystemProperties(defaultLevel: number): Uint8Array {
  return property((body) => {
    body.u32(0xffffffff).u32(0).u32(0).u32(0).u32(defaultLevel).uuid(NIL)
    body.u32(0).u32(CLSCTX_REMOTE_SERVER).u32(2).fill(32).fill(8)
  })
}

function instantiation({ clsid, iids }: ActivationRequest): Uint8Array {
  const size = (16 + 48 + 4 + 16 * iids.length + 7) & ~7
  return property((body) => {
    body.uuid(clsid).u32(CLSCTX_REMOTE_SERVER).u32(0).u32(0).u32(iids.length).u32(0).u32(0x00020000)
    body.u32(size).u16(5).u16(7).u32(iids.length)
    for (const iid of iids) body.uuid(iid)
  })
}

/** A context of the default kind: frozen, without extents. MS-DCOM 2.2.20. */
function activationContext(contextId: string): Uint8Array {
  const context = new ByteWriter().u16(1).u16(1).uuid(contextId).u32(2).fill(20).u32(1).take()
  const objref = customObject(IID_CONTEXT, CLSID_CONTEXT_MARSHALER, context)
  return property((body) => {
    body.fill(16).u32(0x00020000).u32(0)
    interfacePointer(body, objref)
  })
}

function securityInformation(serverName: string): Uint8Array {
  return property((body) => {
    body.u32(0).u32(0x00020000).u32(0)
    body.u32(0).u32(0x00020004).u32(0).u32(0)
    body
      .u32(serverName.length + 1)
      .u32(0)
      .u32(serverName.length + 1)
      .utf16(serverName)
      .u16(0)
  })
}

function scmRequest(): Uint8Array {
  return property((body) => {
    body.u32(0).u32(0x00020000).u32(IMPERSONATE).u16(1).align(4).u32(0x00020004).u32(1).u16(7)
  })
}

function propertiesOutput({ iids, references, resolver }: ActivationReply): Uint8Array {
  return property((body) => {
    body.u32(iids.length).u32(0x00020000).u32(0x00020004).u32(0x00020008)
    body.u32(iids.length)
    for (const iid of iids) body.uuid(iid)
    body.u32(iids.length).fill(4 * iids.length)
    body.u32(iids.length)
    iids.forEach((_, at) => body.u32(0x0002000c + 4 * at))
    iids.forEach((iid, at) => interfacePointer(body, standardObject(iid, references[at]!, resolver)))
  })
}

function scmReply({ references, exporter, remUnknown, authenticationHint }: ActivationReply): Uint8Array {
  const array = dualStringArray(exporter)
  return property((body) => {
    body.u32(0).u32(0x00020000).u64(references[0]!.oxid).u32(0x00020004)
    body
      .uuid(remUnknown)
      .u32(authenticationHint ?? 5)
      .u16(5)
      .u16(7)
    body.u32((array.length - 4) / 2).bytes(array)
  })
}
