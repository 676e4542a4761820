// The case study itself: a Windows PE server that closes the connection on which the wrong identity was used. Frame numbers,
// times, lengths, sequence numbers and windows are those that the article prints; what it does not print is ours.
import {
  I_ENUM_WBEM_CLASS_OBJECT,
  I_REM_UNKNOWN2,
  I_WBEM_FETCH_SMART_ENUM,
  IID_MANAGED_OBJECT,
  IID_PROVIDE_CLASS_INFO,
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
  interfaceResult,
  NEXT,
  next,
  RESET,
  withoutParameters,
} from '../captures/com/wmi'
import type { Frame } from '../captures/file/frame'
import { Wire } from '../captures/network/wire'
import { NDR32, NDR64 } from '../captures/rpc/pdu'
import { type Binding, FEATURES, type RpcSession } from '../captures/rpc/session'
import { withBitmask } from '../captures/rpc/verification-trailer'
import { Neighbours } from './neighbours'
import { deviceResult } from './devices'
import { type Setting, setting } from './setting'
import { BOTH_NDR, FAULT_ACCESS_DENIED, FAULT_SECURITY_PACKAGE, NDR32_AND_FEATURES, Story } from './story'

/** Makes the response 4384 bytes long: 24 of header, this padded to 16, 24 of verifier. */
const DEVICE_STUB = 4330

/** The capture of 845 frames; with another setting the same story at the same times. */
export function winpeCapture(changes: Partial<Setting> = {}): Frame[] {
  const where = setting(changes)
  const wire = new Wire({ start: where.start })
  new WindowsPe(new Story(where, wire), new Neighbours(wire, where.nameServer, 'case study')).play()
  return wire.frames.sort((a, b) => a.microseconds - b.microseconds)
}

class WindowsPe {
  readonly #wire: Wire

  constructor(
    readonly story: Story,
    readonly neighbours: Neighbours,
  ) {
    this.#wire = story.wire
  }

  play(): void {
    this.#untilFrame(395, 0, 5.0598, () => this.#before())
    const idle = this.#resolveAndActivate()
    this.#untilFrame(510, 5.2861, 5.33, () => {
      this.#logOnAndEnumerate()
      // Windows acknowledges what nothing follows after 200 ms.
      this.#wire.timed([5.262144, 5.280391], () => idle.forEach(({ tcp }) => tcp.acknowledge('client')))
    })
    const clone = this.#clone()
    this.#wrongIdentity(clone)
    const { session, enumerator } = this.#nextConnection()
    this.neighbours.sweep(200, 5.338605, 5.338889)
    this.#loop(session, enumerator)
    this.#untilFrame(835, 5.341, 6.612, () => undefined)
    this.#collectGarbage()
  }

  /** Tells a part of the story, then lets the neighbours fill up to `last` frames, between the times given. */
  #untilFrame(last: number, from: number, to: number, part: () => void): void {
    part()
    this.neighbours.chatter(last - this.#wire.frames.length, from, to)
  }

  #before(): void {
    const { client, server } = this.story.setting
    this.#wire.timed([4.981204, 4.981688], () => this.story.lookUpName())
    if (client.version === 4) this.#wire.timed([5.042117, 5.042293], () => this.#wire.arp(client, server))
  }

  /** Frames 396 to 411: port 135. */
  #resolveAndActivate(): RpcSession[] {
    const asked = [5.060214, 5.060481, 5.060602, 5.060911, 5.061338, 5.061502, 5.061926]
    const resolver = this.#wire.timed(asked, () => this.story.askResolver())
    const handshake = [5.076912, 5.077201, 5.077333]
    const activation = [...handshake, 5.078086, 5.078721, 5.078987, 5.079045, 5.079271, 5.081677]
    return [resolver, this.#wire.timed(activation, () => this.story.activate())]
  }

  /** Calls 2 to 5: WMI's logon, the class, CreateInstanceEnum; then the client is done with this connection. */
  #logOnAndEnumerate(): void {
    const { story } = this
    const session = story.exporter(2, 2)
    const login = [
      5.083402, 5.083611, 5.083744, 5.084126, 5.084502, 5.084718, 5.084749, 5.084966, 5.085127, 5.085413, 5.087706,
    ]
    this.#wire.timed(login, () => story.logOnToWmi(session))
    const asked = [5.089118, 5.089266, 5.089391, 5.090712, 5.090724, 5.090736, 5.090741, 5.090802]
    const services = this.#wire.timed(asked, () => story.getClass(session))
    this.#wire.timed([5.092277, 5.281844], () => story.enumerate(session, services))
    this.#wire.timed([5.283349, 5.283384, 5.283406, 5.283537], () => session.close('client'))
  }

  /** Frames 511 to 519. */
  #clone(): RpcSession {
    const { story } = this
    const session = story.exporter(3, 7)
    const response = interfaceResult(IID_ENUM_WBEM_CLASS_OBJECT, story.ids.clone, story.ids.resolver)
    const logOn = [5.332071, 5.332309, 5.332418, 5.332803, 5.333287, 5.333982]
    this.#wire.timed([...logOn, 5.334018, 5.334248, 5.334574], () => {
      const enumerator = this.#bindEnumerator(session)
      const call = session.request(enumerator, this.#onEnumerator(CLONE))
      session.tcp.acknowledge('server')
      session.respond(call, response)
    })
    return session
  }

  /** Frames 520 to 531: both queries under the second identity fault, and the server closes. */
  #wrongIdentity(session: RpcSession): void {
    const asked = [5.334778, 5.334891, 5.335016, 5.335047, 5.335231, 5.335313, 5.335379, 5.335574]
    const closed = [5.335574, 5.3356, 5.336227, 5.336356]
    this.#wire.timed([...asked, ...closed], () => {
      const { story } = this
      const { ipid } = story.ids.clone
      const binding = story.becomeProcessUser(session)
      const managed = story.query(session, binding, ipid, IID_MANAGED_OBJECT)
      session.tcp.acknowledge('server')
      session.fault(managed, FAULT_SECURITY_PACKAGE)
      const classInfo = story.query(session, binding, ipid, IID_PROVIDE_CLASS_INFO)
      session.tcp.reopen('server')
      session.fault(classInfo, FAULT_ACCESS_DENIED)
      session.close('server')
    })
  }

  /** Frames 532 to 544: Reset, and a query under the right identity, which is answered. */
  #nextConnection(): { session: RpcSession; enumerator: Binding } {
    const { story } = this
    const session = story.exporter(4, 11)
    const enumerator = this.#wire.timed([5.336862, 5.336943, 5.337055, 5.337389, 5.337595, 5.337729], () =>
      this.#bindEnumerator(session),
    )
    this.#wire.timed([5.337755, 5.337971, 5.338106], () => {
      const call = session.request(enumerator, this.#onEnumerator(RESET))
      session.tcp.acknowledge('server')
      session.respond(call, resultOnly(0))
    })
    this.#wire.timed([5.338385, 5.33845, 5.338491, 5.338605], () => {
      const remUnknown = session.bind(I_REM_UNKNOWN2, { transfers: BOTH_NDR })
      const stub = remQueryInterface(story.ids.causality, story.ids.clone.ipid, [IID_WBEM_FETCH_SMART_ENUM])
      const found = remQueryInterfaceResult([{ hresult: 0, reference: story.ids.fetchSmartEnum }])
      session.call(remUnknown, { opnum: REM_QUERY_INTERFACE, stub, object: story.ids.remUnknown }, found)
    })
    return { session, enumerator }
  }

  /** Frames 745 to 763: the foreach loop. */
  #loop(session: RpcSession, enumerator: Binding): void {
    const { story } = this
    const { ids } = story
    const getSmartEnum = {
      opnum: GET_SMART_ENUM,
      stub: withoutParameters(ids.causality),
      object: ids.fetchSmartEnum.ipid,
    }
    const first = [5.338889, 5.338996, 5.339116, 5.339146, 5.339337, 5.339415]
    const smart = this.#wire.timed(first, () => {
      const logon = story.processUser(story.setting.administratorTarget)
      const binding = session.bind(I_WBEM_FETCH_SMART_ENUM, { logon })
      const call = session.request(binding, getSmartEnum)
      session.tcp.reopen('server').acknowledge('server')
      session.fault(call, FAULT_SECURITY_PACKAGE)
      return binding
    })
    this.#wire.timed([5.339466, 5.339624, 5.339842, 5.339854, 5.339865, 5.339866, 5.339887], () => {
      const call = session.request(enumerator, { ...this.#onEnumerator(NEXT), stub: next(ids.causality) })
      session.tcp.acknowledge('server')
      session.respond(call, deviceResult(story.setting.server.name, DEVICE_STUB))
      session.tcp.acknowledge('client')
    })
    this.#wire.timed([5.340308, 5.340479, 5.3405, 5.340515, 5.340568, 5.340651], () => {
      const call = session.request(smart, getSmartEnum)
      session.fault(call, FAULT_ACCESS_DENIED)
      session.close('server')
    })
  }

  /** Frames 836 to 845: the last reference is given back, and the client drops the idle connection. */
  #collectGarbage(): void {
    const { story } = this
    const { ids } = story
    const session = story.exporter(5, 17)
    const times = [6.612612, 6.612861, 6.61302, 6.613592, 6.614019, 6.614199, 6.614236, 6.614429, 6.614761, 6.616079]
    this.#wire.timed(times, () => {
      const transfers = [NDR32, NDR64, FEATURES]
      const offer = session.open().offer(I_REM_UNKNOWN2, { transfers, logon: story.administrator })
      session.tcp.reopen('server')
      session.answer(offer)
      const remUnknown = session.authenticate(offer)
      const stub = withBitmask(remRelease(ids.causality, [ids.clone.ipid]))
      const call = session.request(remUnknown, { opnum: REM_RELEASE, stub, object: ids.remUnknown })
      session.tcp.acknowledge('server')
      session.respond(call, resultOnly(0))
      session.tcp.reset('client')
    })
  }

  /** Handshake, bind and logon as administrator: 6 frames. */
  #bindEnumerator(session: RpcSession): Binding {
    session.open()
    const offer = session.offer(I_ENUM_WBEM_CLASS_OBJECT, {
      transfers: NDR32_AND_FEATURES,
      logon: this.story.administrator,
    })
    session.tcp.reopen('server')
    session.answer(offer)
    return session.authenticate(offer)
  }

  #onEnumerator(opnum: number): { opnum: number; stub: Uint8Array; object: string } {
    const { causality, clone, enumerator } = this.story.ids
    const object = opnum === CLONE ? enumerator.ipid : clone.ipid
    return { opnum, stub: withoutParameters(causality), object }
  }
}
