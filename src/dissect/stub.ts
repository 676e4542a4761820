// Which dissector reads the stub of which method. Of any other stub it is said what can be said of all: COM's own header,
// strings that can be recognised by their shape, the verification trailer, the value returned.
import { EPM, IACTIVATION, IOBJECT_EXPORTER, IREM_UNKNOWN, IREM_UNKNOWN2, ISYSTEM_ACTIVATOR } from '../names/well-known'
import {
  activationRequest,
  activationResponse,
  remoteActivationRequest,
  remoteActivationResponse,
} from './com/activation'
import { stubArguments } from './arguments'
import { Ept, eptLookupRequest, eptLookupResponse, eptMapRequest, eptMapResponse } from './rpc/epm'
import { leadingStrings } from './leading-strings'
import { Ndr } from './ndr'
import {
  complexPingRequest,
  complexPingResponse,
  ObjectExporter,
  resolveRequest,
  resolveResponse,
  serverAlive2Response,
  simplePingRequest,
  statusResponse,
} from './com/objectexporter'
import { orpcThat, orpcThis } from './com/orpc'
import type { KnownClasses } from '../wmio/object-array'
import type { Reader } from './reader'
import {
  remAddRefResponse,
  remQueryInterface2Request,
  remQueryInterface2Response,
  remQueryInterfaceRequest,
  remQueryInterfaceResponse,
  remReferencesRequest,
  RemUnknown,
} from './com/remunknown'
import { hex } from './show'
import { verificationTrailer } from './rpc/verification-trailer'

/** Reads a stub from its first byte; `wide` is NDR64. */
type StubReader = (from: Reader, wide: boolean) => unknown

/** The readers of one method; a direction whose stub says nothing has none. */
interface Method {
  request?: StubReader | undefined
  response?: StubReader | undefined
}

/** Readers by opnum. */
type Methods = Readonly<Record<number, Method>>

const REM_UNKNOWN: Methods = {
  [RemUnknown.QueryInterface]: { request: remQueryInterfaceRequest, response: remQueryInterfaceResponse },
  [RemUnknown.AddRef]: { request: remReferencesRequest, response: remAddRefResponse },
  [RemUnknown.Release]: { request: remReferencesRequest },
  [RemUnknown.QueryInterface2]: { request: remQueryInterface2Request, response: remQueryInterface2Response },
}

const OBJECT_EXPORTER: Methods = {
  [ObjectExporter.ResolveOxid]: {
    request: resolveRequest,
    response: (from, wide) => resolveResponse(from, false, wide),
  },
  [ObjectExporter.SimplePing]: { request: simplePingRequest, response: statusResponse },
  [ObjectExporter.ComplexPing]: { request: complexPingRequest, response: complexPingResponse },
  [ObjectExporter.ServerAlive]: { response: statusResponse },
  [ObjectExporter.ResolveOxid2]: {
    request: resolveRequest,
    response: (from, wide) => resolveResponse(from, true, wide),
  },
  [ObjectExporter.ServerAlive2]: { response: serverAlive2Response },
}

const SYSTEM_ACTIVATOR: Methods = {
  3: { request: (from, wide) => activationRequest(from, false, wide), response: activationResponse },
  4: { request: (from, wide) => activationRequest(from, true, wide), response: activationResponse },
}

const ACTIVATION: Methods = { 0: { request: remoteActivationRequest, response: remoteActivationResponse } }

const ENDPOINT_MAPPER: Methods = {
  [Ept.Lookup]: { request: eptLookupRequest, response: eptLookupResponse },
  [Ept.Map]: { request: eptMapRequest, response: eptMapResponse },
}

/** Interfaces whose stubs are read. */
const INTERFACES: Readonly<Record<string, Methods>> = {
  [IREM_UNKNOWN]: REM_UNKNOWN,
  [IREM_UNKNOWN2]: REM_UNKNOWN,
  [IOBJECT_EXPORTER]: OBJECT_EXPORTER,
  [ISYSTEM_ACTIVATOR]: SYSTEM_ACTIVATOR,
  [IACTIVATION]: ACTIVATION,
  [EPM]: ENDPOINT_MAPPER,
}

/** What must be known of a stub to read it. */
export interface StubFacts {
  interface: string
  opnum: number
  answer: boolean
  /** Transfer syntax NDR64. */
  wide: boolean
  /** WMI classes that earlier answers brought. */
  classes?: KnownClasses | undefined
  /** A COM interface: ORPCTHIS or ORPCTHAT come first, an answer ends with an HRESULT. */
  com: boolean
}

/** Reads a whole stub as far as its method is known; gives what the method's dissector gives (or its Arguments), if there is one. */
export function stub(from: Reader, facts: StubFacts): unknown {
  const method = INTERFACES[facts.interface]?.[facts.opnum]
  const read = facts.answer ? method?.response : method?.request
  const result = read ? read(from, facts.wide) : stubArguments(from, facts)
  if (!read && result === undefined) undescribed(from, facts)
  if (!facts.answer) verificationTrailer(from.window(0, from.bytes.length))
  else if (!read && from.left >= 4) returnValue(from)
  return result
}

/** A method without a description. */
function undescribed(from: Reader, { com, answer, wide }: StubFacts): void {
  if (com) (answer ? orpcThat : orpcThis)(new Ndr(from, wide))
  leadingStrings(from, wide)
}

/** The last four bytes: what the method returns, where it returns a status. */
function returnValue(from: Reader): void {
  from.window(from.bytes.length - 4, from.bytes.length).u32('Last four bytes (the value returned)', hex)
}
