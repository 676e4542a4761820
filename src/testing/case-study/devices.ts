// The devices of the case study's server: a class, and instances of a given length. A WMI object may have unused bytes, so its
// length can be that of the article's frames.
import { nextResult, objectByValue, smartEnumResult } from '../captures/com/wmi'
import {
  classBlock,
  type ClassSource,
  encodingUnit,
  instanceBlock,
  instanceBlockWithoutClass,
  objectArray,
  type PropertySource,
  sizedBlock,
  type Values,
} from '../captures/com/wmio'

export const CLASS = 'Win32_PnPEntity'
const NAMESPACE = 'root\\cimv2'
const CLASS_GUID = '{4d36e97d-e325-11ce-bfc1-08002be10318}'
/** Bytes of an EncodingUnit before its block. */
const UNIT_HEADER = 8

const key = { name: 'key' }
const read = { name: 'read' }
const text = (name: string, origin: number, ...qualifiers: PropertySource['qualifiers'] & object): PropertySource => ({
  name,
  type: 'string',
  origin,
  qualifiers: [read, ...qualifiers],
})

const ENTITY: ClassSource = {
  name: CLASS,
  superclasses: ['CIM_LogicalDevice', 'CIM_LogicalElement', 'CIM_ManagedSystemElement'],
  qualifiers: [{ name: 'dynamic' }, { name: 'provider', value: 'CIMWin32' }, { name: 'Locale', value: 1033 }],
  properties: [
    text('Caption', 0, { name: 'MaxLen', value: 64 }),
    text('Description', 0),
    text('Name', 0),
    text('Status', 0, { name: 'MaxLen', value: 10 }),
    { name: 'Availability', type: 'uint16', origin: 2, qualifiers: [read] },
    { name: 'ConfigManagerErrorCode', type: 'uint32', origin: 2, qualifiers: [read] },
    text('CreationClassName', 2),
    text('DeviceID', 2, key, { name: 'MaxLen', value: 256 }),
    text('SystemName', 2),
    text('ClassGuid', 3),
    { name: 'HardwareID', type: 'string', array: true, qualifiers: [read] },
    text('Manufacturer', 3),
    text('Service', 3),
  ],
}
/** What fits where an object is short. */
const SHORT: ClassSource = {
  name: CLASS,
  superclasses: ENTITY.superclasses!.slice(0, 1),
  properties: ['Caption', 'DeviceID'].map((name): PropertySource => ({
    name,
    type: 'string',
    qualifiers: name === 'DeviceID' ? [key] : [],
  })),
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
] as const

/** The class by value, of `length` bytes of encoding. */
export function deviceClass(server: string, length: number): Uint8Array<ArrayBuffer> {
  const origin = { server, namespace: NAMESPACE }
  const block = (unused: number) => classBlock(ENTITY, undefined, origin, unused)
  return objectByValue(encodingUnit(sizedBlock(length - UNIT_HEADER, block)))
}

/** The answer to IEnumWbemClassObject::Next with one device in it; `stubLength` bytes in all. */
export function deviceResult(server: string, stubLength: number, device = 2): Uint8Array<ArrayBuffer> {
  const around = nextResult([objectByValue(new Uint8Array(0))], 1).length
  const block = (unused: number) =>
    instanceBlock(ENTITY, valuesOf(server, device), { server, namespace: NAMESPACE }, [], unused)
  const unit = encodingUnit(sizedBlock(stubLength - around - UNIT_HEADER, block))
  return nextResult([objectByValue(unit)], 1)
}

/** The answer to IWbemWCOSmartEnum::Next with one device in it; `length` bytes of buffer. The first brings the class. */
export function smartDeviceResult(server: string, length: number, device: number): Uint8Array<ArrayBuffer> {
  const id = new Uint8Array(16).fill(0x5a)
  const kind = device === 0 ? 'instance' : 'instance without class'
  const around = objectArray([{ kind, id, block: new Uint8Array(0) }]).length
  const { Caption, DeviceID } = valuesOf(server, device)
  const values = { Caption: Caption!, DeviceID: DeviceID! }
  const block = (unused: number) =>
    device === 0
      ? instanceBlock(SHORT, values, undefined, [], unused)
      : instanceBlockWithoutClass(SHORT, values, undefined, unused)
  return smartEnumResult(1, objectArray([{ kind, id, block: sizedBlock(length - around, block) }]))
}

function valuesOf(server: string, device: number): Values {
  const [caption, id, service] = DEVICES[device % DEVICES.length]!
  return {
    Caption: caption,
    Description: caption,
    Name: caption,
    Status: 'OK',
    Availability: null,
    ConfigManagerErrorCode: 0,
    CreationClassName: CLASS,
    DeviceID: id,
    SystemName: server,
    ClassGuid: CLASS_GUID,
    HardwareID: [id.replace(/\\[^\\]*$/, '')],
    Manufacturer: '(Standard system devices)',
    Service: service,
  }
}
