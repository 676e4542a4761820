// The enumeration as it goes where nothing breaks it: everything on one connection, object by object to the end.
import {
  I_ENUM_WBEM_CLASS_OBJECT,
  I_REM_UNKNOWN2,
  I_WBEM_FETCH_SMART_ENUM,
  I_WBEM_WCO_SMART_ENUM,
} from '../captures/com/interfaces'
import {
  REM_QUERY_INTERFACE,
  REM_RELEASE,
  remQueryInterface,
  remQueryInterfaceResult,
  remRelease,
  resultOnly,
} from '../captures/com/orpc'
import {
  CLONE,
  GET_SMART_ENUM,
  IID_ENUM_WBEM_CLASS_OBJECT,
  IID_WBEM_FETCH_SMART_ENUM,
  IID_WBEM_WCO_SMART_ENUM,
  interfaceResult,
  NEXT,
  next,
  nextResult,
  RESET,
  SMART_ENUM_NEXT,
  smartEnumNext,
  smartEnumResult,
  WBEM_S_FALSE,
  withoutParameters,
} from '../captures/com/wmi'
import { Random } from '../random'
import type { Binding, RpcSession } from '../captures/rpc/session'
import { deviceResult, smartDeviceResult } from './devices'
import { BOTH_NDR, type Story } from './story'

const DEVICE_BYTES = 3600
const THINKING = 0.0006

export class Enumeration {
  readonly #random = new Random('enumeration')
  readonly #enumerator: Binding
  readonly #remUnknown: Binding

  /** `services` is what the administrator called to get the enumerator; IRemUnknown2 may be bound already, by whomever. */
  constructor(
    readonly story: Story,
    readonly session: RpcSession,
    readonly services: Binding,
    remUnknown = session.bind(I_REM_UNKNOWN2, { transfers: BOTH_NDR }),
  ) {
    this.#remUnknown = this.#asAdministrator(remUnknown)
    this.#enumerator = this.#asAdministrator(session.bind(I_ENUM_WBEM_CLASS_OBJECT))
  }

  /** The enumerator is cloned and set to its start. */
  start(): void {
    const { causality, clone, enumerator, resolver } = this.story.ids
    const stub = withoutParameters(causality)
    const cloned = interfaceResult(IID_ENUM_WBEM_CLASS_OBJECT, clone, resolver)
    this.session.call(this.#enumerator, { opnum: CLONE, stub, object: enumerator.ipid }, cloned)
    this.#pause()
    this.session.call(this.#enumerator, { opnum: RESET, stub, object: clone.ipid }, resultOnly(0))
    this.#pause()
  }

  /** The clone is asked for IWbemFetchSmartEnum, and has it. */
  findFetchSmartEnum(): void {
    const { causality, clone, fetchSmartEnum, remUnknown } = this.story.ids
    const stub = remQueryInterface(causality, clone.ipid, [IID_WBEM_FETCH_SMART_ENUM])
    const found = remQueryInterfaceResult([{ hresult: 0, reference: fetchSmartEnum }])
    this.session.call(this.#remUnknown, { opnum: REM_QUERY_INTERFACE, stub, object: remUnknown }, found)
    this.#pause()
  }

  /** GetSmartEnum under the identity last logged on, which the server refuses. */
  failGetSmartEnum(status: number): void {
    const binding = this.session.bind(I_WBEM_FETCH_SMART_ENUM)
    this.session.fault(this.session.request(binding, this.#getSmartEnum()), status)
    this.#pause()
  }

  /** GetSmartEnum and `devices` objects by IWbemWCOSmartEnum::Next, then the end of them. */
  walkSmartEnum(devices: number): void {
    const { session, story } = this
    const { causality, resolver, smartEnum } = story.ids
    const fetch = session.bind(I_WBEM_FETCH_SMART_ENUM)
    session.call(fetch, this.#getSmartEnum(), interfaceResult(IID_WBEM_WCO_SMART_ENUM, smartEnum, resolver))
    const walk = session.bind(I_WBEM_WCO_SMART_ENUM)
    const proxy = this.#random.uuid()
    const request = { opnum: SMART_ENUM_NEXT, stub: smartEnumNext(causality, proxy), object: smartEnum.ipid }
    for (let device = 0; device < devices; device++) {
      const length = 448 + this.#random.below(900)
      this.#longCall(walk, request, smartDeviceResult(story.setting.server.name, length, device))
    }
    session.call(walk, request, smartEnumResult(0, new Uint8Array(0), WBEM_S_FALSE))
  }

  /** `devices` objects by IEnumWbemClassObject::Next, then the end of them. */
  walk(devices: number): void {
    const { causality, clone } = this.story.ids
    const request = { opnum: NEXT, stub: next(causality), object: clone.ipid }
    for (let device = 0; device < devices; device++) {
      const length = DEVICE_BYTES + this.#random.below(800)
      this.#longCall(this.#enumerator, request, deviceResult(this.story.setting.server.name, length, device))
    }
    this.session.call(this.#enumerator, request, nextResult([], 1, WBEM_S_FALSE))
  }

  /** References are given back, and the client closes. */
  finish(): void {
    const { causality, clone, enumerator, remUnknown, services } = this.story.ids
    this.story.wire.wait(0.9)
    const stub = remRelease(causality, [clone.ipid, enumerator.ipid, services.ipid])
    this.session.call(this.#remUnknown, { opnum: REM_RELEASE, stub, object: remUnknown }, resultOnly(0))
    this.story.wire.wait(0.0012)
    this.session.tcp.reset('client')
  }

  #getSmartEnum(): { opnum: number; stub: Uint8Array; object: string } {
    const { causality, fetchSmartEnum } = this.story.ids
    return { opnum: GET_SMART_ENUM, stub: withoutParameters(causality), object: fetchSmartEnum.ipid }
  }

  #asAdministrator({ contextId }: Binding): Binding {
    return { ...this.services, contextId }
  }

  #longCall(
    binding: Binding,
    request: { opnum: number; stub: Uint8Array; object: string },
    response: Uint8Array,
  ): void {
    const call = this.session.request(binding, request)
    this.#pause()
    this.session.respond(call, response)
    this.session.tcp.acknowledge('client')
    this.#pause()
  }

  /** What a program takes, on either side. */
  #pause(): void {
    this.story.wire.wait(THINKING * (0.5 + this.#random.below(1000) / 1000))
  }
}
