// The steps that every variant of the case study is made of: name look-up, resolver, activation, logon to WMI, enumeration,
// and the query under the wrong identity. Each sends a fixed number of frames; when they pass, the variant says.
import { CLASS, deviceClass } from './devices'
import { activationStubs, type ActivationStubs, objectIds, type ObjectIds } from './objects'
import type { Setting } from './setting'
import {
  I_OBJECT_EXPORTER,
  I_REM_UNKNOWN2,
  I_SYSTEM_ACTIVATOR,
  I_WBEM_LEVEL1_LOGIN,
  I_WBEM_SERVICES,
  IID_MANAGED_OBJECT,
  IID_PROVIDE_CLASS_INFO,
} from '../captures/com/interfaces'
import { REMOTE_CREATE_INSTANCE } from '../captures/com/activation'
import { REM_QUERY_INTERFACE, remQueryInterface } from '../captures/com/orpc'
import { SERVER_ALIVE2, SERVER_ALIVE2_REQUEST, serverAlive2Response } from '../captures/com/resolver'
import {
  CREATE_INSTANCE_ENUM,
  createInstanceEnum,
  ESTABLISH_POSITION,
  establishPosition,
  establishPositionResult,
  GET_OBJECT,
  getObject,
  getObjectResult,
  IID_ENUM_WBEM_CLASS_OBJECT,
  IID_WBEM_SERVICES,
  interfaceResult,
  NTLM_LOGIN,
  ntlmLogin,
} from '../captures/com/wmi'
import { dnsQuery, dnsResponse, reverseName, TYPE_PTR } from '../captures/network/dns'
import type { Wire } from '../captures/network/wire'
import { NDR32, NDR64 } from '../captures/rpc/pdu'
import { type Binding, type Call, FEATURES, type LogonRequest, RpcSession } from '../captures/rpc/session'

const ENDPOINT_MAPPER_PORT = 135
export const FAULT_SECURITY_PACKAGE = 0x00000721
export const FAULT_ACCESS_DENIED = 0x00000005

/** WMI has its providers loaded before it answers. */
const ENUMERATOR_SECONDS = 0.19
const CLASS_BYTES = 4500

/** What an interface of which only NDR32 proxies exist is offered with on a fresh association. */
export const NDR32_AND_FEATURES = [NDR32, FEATURES]
/** What IRemUnknown2, whose proxy speaks both, is offered with on a 64-bit client. */
export const BOTH_NDR = [NDR32, NDR64]

export class Story {
  readonly ids: ObjectIds
  readonly activation: ActivationStubs

  constructor(
    readonly setting: Setting,
    readonly wire: Wire,
  ) {
    this.ids = objectIds(setting)
    this.activation = activationStubs(setting, this.ids)
  }

  /** The program's own identity: packet privacy, as its ConnectionOptions ask. */
  get administrator(): LogonRequest {
    const { administrator, administratorTarget, package: authPackage } = this.setting
    return { account: administrator, level: 'privacy', package: authPackage, targetName: administratorTarget }
  }

  /** What a proxy without blanket uses: the process's token at the default level. */
  processUser(targetName = this.setting.processTarget): LogonRequest {
    return { account: this.setting.processUser, level: 'connect', package: this.setting.package, targetName }
  }

  /** An RPC connection from the `number`th client port. */
  session(number: number, serverPort: number, firstCallId: number): RpcSession {
    const { client, server, serverNames, firstClientPort } = this.setting
    const clientPort = firstClientPort + number
    return new RpcSession(this.wire, { client, clientPort, server, serverPort, serverNames, firstCallId })
  }

  exporter(number: number, firstCallId: number): RpcSession {
    return this.session(number, this.setting.exporterPort, firstCallId)
  }

  /** The client asks what 10.177.17.6 is called: 2 frames. */
  lookUpName(): void {
    const { client, nameServer, server, serverDnsName } = this.setting
    const question = reverseName(server.address)
    this.wire.udp(client, 54107, nameServer, 53, dnsQuery(0x6a31, question, TYPE_PTR))
    const answer = dnsResponse(0x6a31, question, TYPE_PTR, [{ value: serverDnsName }])
    this.wire.udp(nameServer, 53, client, 54107, answer)
  }

  /** ServerAlive2 without logon: 7 frames, and the connection stays. */
  askResolver(): RpcSession {
    const session = this.session(0, ENDPOINT_MAPPER_PORT, 2).open()
    const resolver = session.bind(I_OBJECT_EXPORTER, { transfers: NDR32_AND_FEATURES })
    session.call(
      resolver,
      { opnum: SERVER_ALIVE2, stub: SERVER_ALIVE2_REQUEST },
      serverAlive2Response(this.ids.resolver),
    )
    return session
  }

  /** RemoteCreateInstance of WMI's logon object under the administrator: 9 frames with raw NTLM. */
  activate(): RpcSession {
    const session = this.session(1, ENDPOINT_MAPPER_PORT, 3).open()
    const activator = session.bind(I_SYSTEM_ACTIVATOR, { logon: this.administrator })
    const call = session.request(activator, { opnum: REMOTE_CREATE_INSTANCE, stub: this.activation.request })
    session.tcp.acknowledge('server')
    session.respond(call, this.activation.response)
    return session
  }

  /** EstablishPosition and NTLMLogin, which hands out IWbemServices: 11 frames. */
  logOnToWmi(session: RpcSession): void {
    const { ids, setting } = this
    session.open()
    const login = session.bind(I_WBEM_LEVEL1_LOGIN, { transfers: NDR32_AND_FEATURES, logon: this.administrator })
    const object = ids.level1Login
    const established = session.request(login, {
      opnum: ESTABLISH_POSITION,
      stub: establishPosition(ids.causality),
      object,
    })
    session.tcp.acknowledge('server')
    session.respond(established, establishPositionResult())
    const resource = `//${setting.server.address}/root/cimv2`
    const stub = ntlmLogin(ids.causality, resource, 'en-US,en')
    session.call(
      login,
      { opnum: NTLM_LOGIN, stub, object },
      interfaceResult(IID_WBEM_SERVICES, ids.services, ids.resolver),
    )
  }

  /** GetObject of the class: alter_context, its answer, request, an answer in four segments, ACK: 8 frames. */
  getClass(session: RpcSession): Binding {
    const services = session.bind(I_WBEM_SERVICES)
    const object = this.ids.services.ipid
    const definition = deviceClass(this.setting.server.name, CLASS_BYTES)
    const stub = getObject(this.ids.causality, CLASS)
    session.call(services, { opnum: GET_OBJECT, stub, object }, getObjectResult(definition))
    session.tcp.acknowledge('client')
    return services
  }

  /** CreateInstanceEnum of the class: request and response. */
  enumerate(session: RpcSession, services: Binding): void {
    const { ids } = this
    const stub = createInstanceEnum(ids.causality, CLASS)
    const object = ids.services.ipid
    const response = interfaceResult(IID_ENUM_WBEM_CLASS_OBJECT, ids.enumerator, ids.resolver)
    const call = session.request(services, { opnum: CREATE_INSTANCE_ENUM, stub, object })
    this.wire.wait(ENUMERATOR_SECONDS)
    session.respond(call, response)
  }

  /** Alter_context, challenge, AUTH3: the second identity on a connection. */
  becomeProcessUser(session: RpcSession): Binding {
    return session.bind(I_REM_UNKNOWN2, { transfers: BOTH_NDR, logon: this.processUser() })
  }

  /** What the .NET wrapper asks of every object, under an identity that the server refuses: 4 frames. */
  askTwice(session: RpcSession, binding: Binding, ipid: string, statuses: readonly [number, number]): void {
    session.fault(this.query(session, binding, ipid, IID_MANAGED_OBJECT), statuses[0])
    session.fault(this.query(session, binding, ipid, IID_PROVIDE_CLASS_INFO), statuses[1])
  }

  /** RemQueryInterface for one interface of the object `ipid`. */
  query(session: RpcSession, binding: Binding, ipid: string, iid: string): Call {
    const stub = remQueryInterface(this.ids.causality, ipid, [iid])
    return session.request(binding, { opnum: REM_QUERY_INTERFACE, stub, object: this.ids.remUnknown })
  }
}
