// The objects that the case study's server hands out, and the bodies that describe them.
import { remoteCreateInstance, remoteCreateInstanceResult } from '../captures/com/activation'
import { type Bindings, bindings, type StandardReference } from '../captures/com/objref'
import { classObject, CLSID_WBEM_LEVEL1_LOGIN, IID_WBEM_LEVEL1_LOGIN, nextResult } from '../captures/com/wmi'
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

const DEVICES = [
  ['ACPI x86-based PC', 'ROOT\\ACPI_HAL\\0000', 'Computer'],
  ['Microsoft ACPI-Compliant System', 'ACPI_HAL\\PNP0C08\\0', 'System'],
  ['Intel(R) Core(TM)2 Duo CPU E8400 @ 3.00GHz', 'ACPI\\GENUINEINTEL_-_X86_FAMILY_6_MODEL_23\\_0', 'Processor'],
  ['PCI bus', 'ACPI\\PNP0A08\\1', 'System'],
  ['Standard Dual Channel PCI IDE Controller', 'PCI\\VEN_8086&DEV_2920\\3&11583659&0&FA', 'HDC'],
  ['Intel(R) 82567LM-3 Gigabit Network Connection', 'PCI\\VEN_8086&DEV_10DE\\3&11583659&0&C8', 'Net'],
  ['High Precision Event Timer', 'ACPI\\PNP0103\\4&2A7D7FD8&0', 'System'],
  ['System CMOS/real time clock', 'ACPI\\PNP0B00\\4&2A7D7FD8&0', 'System'],
]

/** The answer to Next with one device in it; `stubLength` bytes in all. */
export function deviceResult(server: string, stubLength: number, device = 2): Uint8Array<ArrayBuffer> {
  const [caption = '', id = '', kind = ''] = DEVICES[device % DEVICES.length]!
  const properties = [
    'Win32_PnPEntity',
    'CIM_LogicalDevice',
    caption,
    id,
    kind,
    '{4d36e97d-e325-11ce-bfc1-08002be10318}',
    'OK',
  ]
  const around = nextResult([classObject('Win32_PnPEntity', [], 0)], 1).length
  const repeated = [...properties, 'Win32_ComputerSystem', server, ...DEVICES.flat()]
  while (repeated.join('').length < stubLength) repeated.push(...DEVICES.flat())
  return nextResult([classObject('Win32_PnPEntity', repeated, stubLength - around)], 1)
}

/** An IPID as Windows makes them: apartment, process, then chance. */
function ipid(random: Random): string {
  const word = random.below(0x10000).toString(16).padStart(4, '0')
  return `0000${word}-03a4-0${(0x800 + random.below(0x7ff)).toString(16)}-${random.uuid().slice(19)}`
}
