// The objects that the case study's server hands out, and the bodies that describe them.
import { remoteCreateInstance, remoteCreateInstanceResult } from '../captures/com/activation'
import { type Bindings, bindings, type StandardReference } from '../captures/com/objref'
import { CLSID_WBEM_LEVEL1_LOGIN, IID_WBEM_LEVEL1_LOGIN } from '../captures/com/wmi'
import { Random } from '../random'
import type { Setting } from './setting'

export interface ObjectIds {
  causality: string
  remUnknown: string
  level1Login: string
  services: StandardReference
  enumerator: StandardReference
  clone: StandardReference
  fetchSmartEnum: StandardReference
  smartEnum: StandardReference
  /** Where the server's resolver listens, and where its exporter does. */
  resolver: Bindings
  exporter: Bindings
}

export function objectIds(setting: Setting): ObjectIds {
  const random = new Random(`objects of ${setting.server.address}`)
  const oxid = random.u64()
  const reference = (): StandardReference => ({ oxid, oid: random.u64(), ipid: ipid(random) })
  const { name, address } = setting.server
  const temporary = ['2001:db8:b11:17:4c5d:20a9:8f3c:e1b7', '2001:db8:b11:17:c1e0:7a02:55d0:9b14']
  const addresses = [name, address, ...temporary]
  return {
    causality: random.uuid(),
    remUnknown: ipid(random),
    level1Login: ipid(random),
    services: reference(),
    enumerator: reference(),
    clone: reference(),
    fetchSmartEnum: reference(),
    smartEnum: reference(),
    resolver: bindings(addresses),
    exporter: bindings(
      addresses.map((text) => `${text}[${setting.exporterPort}]`),
      'NT AUTHORITY\\SYSTEM',
    ),
  }
}

export interface ActivationStubs {
  request: Uint8Array
  response: Uint8Array
}

export function activationStubs(setting: Setting, ids: ObjectIds): ActivationStubs {
  const random = new Random('activation')
  const iids = [IID_WBEM_LEVEL1_LOGIN]
  const request = remoteCreateInstance({
    causality: ids.causality,
    clsid: CLSID_WBEM_LEVEL1_LOGIN,
    iids,
    serverName: setting.server.address,
    contextId: random.uuid(),
  })
  const { oxid } = ids.services
  const response = remoteCreateInstanceResult({
    iids,
    references: [{ oxid, oid: random.u64(), ipid: ids.level1Login }],
    resolver: ids.resolver,
    exporter: ids.exporter,
    remUnknown: ids.remUnknown,
    authenticationHint: 2,
  })
  return { request, response }
}

/** An IPID as Windows makes them: apartment, process, then chance. */
function ipid(random: Random): string {
  const word = random.below(0x10000).toString(16).padStart(4, '0')
  return `0000${word}-03a4-0${(0x800 + random.below(0x7ff)).toString(16)}-${random.uuid().slice(19)}`
}
