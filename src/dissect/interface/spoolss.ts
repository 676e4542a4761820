// Print spooler: synchronous and asynchronous. MS-RPRN 3.1.4, MS-PAR 3.1.4.
import {
  bytes,
  handle,
  type Method,
  type Methods,
  number,
  optional,
  optionalText,
  type Parameter,
  text,
} from '../parameter'
import { hex } from '../show'

const printer = handle('Printer')
const name = optionalText('Printer')
const server = optionalText('Server')
const environment = optionalText('Environment')
const level = number('Level')

/** DEVMODE_CONTAINER. MS-RPRN 2.2.1.2.1. */
const deviceMode: Parameter = (ndr, found) => {
  ndr.alignToPointer()
  ndr.u32('Device mode bytes')
  ndr.alignToPointer()
  optional(bytes('Device mode'))(ndr, found)
}

/** Fields of DRIVER_INFO_2 to 8 that are strings, in order, and the level from which on they are there. MS-RPRN 2.2.1.5. */
const DRIVER_STRINGS: readonly (readonly [level: number, label: string])[] = [
  [2, 'Driver'],
  [2, 'Environment'],
  [2, 'Driver path'],
  [2, 'Data file'],
  [2, 'Configuration file'],
  [3, 'Help file'],
  [3, 'Monitor'],
  [3, 'Default data type'],
]
const DRIVER_LEVELS = [2, 3, 4, 6, 8]

/** DRIVER_CONTAINER: level, a union of pointers, and the driver's description with its strings behind it. MS-RPRN 2.2.1.2.3. */
const driver: Parameter = (ndr, found) => {
  ndr.alignToPointer()
  const stated = ndr.u32('Level')
  if (stated === undefined || !DRIVER_LEVELS.includes(stated)) return
  ndr.u32()
  ndr.alignToPointer()
  if (!ndr.pointer()) return
  ndr.alignToPointer()
  ndr.u32('Driver version')
  ndr.alignToPointer()
  const labels = DRIVER_STRINGS.filter(([from]) => from <= stated).map(([, label]) => label)
  const present = labels.filter(() => ndr.pointer())
  for (const label of present) text(label)(ndr, found)
}

function open(...more: Parameter[]): Method {
  return { request: [name, optionalText('Data type'), deviceMode, number('Access', hex), ...more], response: [printer] }
}

const addDriver: Method = { request: [server, driver] }

export const printing: Methods = {
  0: { request: [number('Flags', hex), name, level] },
  1: open(),
  9: addDriver,
  10: { request: [server, environment, level] },
  11: { request: [printer, environment, level] },
  12: { request: [server, environment, level] },
  29: { request: [printer] },
  65: { request: [printer, number('Flags', hex), number('Options', hex), optionalText('Local machine')] },
  69: open(),
  89: addDriver,
}

export const asynchronousPrinting: Methods = {
  0: open(),
  39: addDriver,
  38: { request: [name] },
}
