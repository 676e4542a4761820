import { expect, test } from 'vitest'
import { stubArguments } from '../../dissect/arguments'
import { Reader } from '../../dissect/reader'
import { IENUM_WBEM_CLASS_OBJECT, IWBEM_WCO_SMART_ENUM } from '../../names/well-known'
import type { KnownClasses } from '../../wmio/object-array'
import { deviceResult, smartDeviceResult } from './devices'

test('devices are whole WMI objects of the length asked for', () => {
  const stub = deviceResult('SERVER', 4000, 5)
  expect(stub).toHaveLength(4000)
  const from = new Reader(stub)
  const found = stubArguments(from, { interface: IENUM_WBEM_CLASS_OBJECT, opnum: 4, answer: true, wide: false })
  expect(found?.get('Object')).toMatch(/^Win32_PnPEntity \(DeviceID = "PCI/)
  expect(from.note).toBeUndefined()
})

test('the first device of a smart enumeration brings the class of the others', () => {
  const classes: KnownClasses = new Map()
  const texts = [0, 1].map((device) => {
    const from = new Reader(smartDeviceResult('SERVER', 448, device))
    const method = { interface: IWBEM_WCO_SMART_ENUM, opnum: 3, answer: true, wide: false, classes }
    const text = stubArguments(from, method)?.get('Object')
    expect(from.note).toBeUndefined()
    return text
  })
  expect(texts).toEqual([
    'Win32_PnPEntity (DeviceID = "ROOT\\\\ACPI_HAL\\\\0000")',
    'Win32_PnPEntity (DeviceID = "ACPI_HAL\\\\PNP0C08\\\\0")',
  ])
})
