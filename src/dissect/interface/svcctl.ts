// Service Control Manager. MS-SCMR 3.1.4.
import {
  access,
  bytes,
  enumeration,
  handle,
  type Method,
  type Methods,
  narrowText,
  number,
  optional,
  optionalText,
  type Parameter,
  pointedArray,
  text,
} from '../parameter'
import { bits, decimal, hex, named, type Show } from '../show'

const CONTROLS: Readonly<Record<number, string>> = {
  1: 'stop',
  2: 'pause',
  3: 'continue',
  4: 'interrogate',
  5: 'shutdown',
  6: 'parameters changed',
}
/** SERVICE_* type bits. MS-SCMR 2.2.15, dwServiceType. */
const TYPES: Readonly<Record<number, string>> = {
  0x1: 'kernel driver',
  0x2: 'file system driver',
  0x10: 'own process',
  0x20: 'shared process',
  0x40: 'user service',
  0x100: 'interactive',
}
const STARTS: Readonly<Record<number, string>> = {
  0: 'boot',
  1: 'system',
  2: 'automatic',
  3: 'on demand',
  4: 'disabled',
}
const STATES: Readonly<Record<number, string>> = {
  1: 'stopped',
  2: 'start pending',
  3: 'stop pending',
  4: 'running',
  5: 'continue pending',
  6: 'pause pending',
  7: 'paused',
}
/** Means "leave it as it is". */
const NO_CHANGE = 0xffffffff

const manager = handle('Service manager')
const service = handle('Service')
const type = number('Type', orUnchanged(bits(TYPES)))
const start = number('Start', orUnchanged(named(STARTS)))
const errorControl = number('Error control', orUnchanged(decimal))

/** SERVICE_STATUS. MS-SCMR 2.2.47. */
const status: readonly Parameter[] = [
  type,
  number('State', named(STATES)),
  number('Controls accepted', hex),
  number('Win32 exit code'),
  number('Service exit code'),
  number('Checkpoint'),
  number('Wait hint (ms)'),
]

function orUnchanged(show: Show<number>): Show<number> {
  return (value) => (value === NO_CHANGE ? 'unchanged' : show(value))
}

function open(name: (label: string) => Parameter): Method {
  return { request: [manager, name('Service'), access], response: [service] }
}

function openManager(name: (label: string) => Parameter): Method {
  return {
    request: [optional(name('Machine')), optional(name('Database')), access],
    response: [manager],
  }
}

function create(name: (label: string) => Parameter): Method {
  return {
    request: [
      manager,
      name('Service'),
      optional(name('Display name')),
      access,
      type,
      start,
      errorControl,
      name('Binary path'),
      optional(name('Load order group')),
      optional(number('Tag')),
      optional(bytes('Dependencies')),
      number('Dependency bytes'),
      optional(name('Account')),
    ],
    response: [optional(number('Tag')), service],
  }
}

/** QUERY_SERVICE_CONFIGW: the pointers' strings come after all fields. MS-SCMR 2.2.15. */
const configuration: Parameter = (ndr, found) => {
  const labels: string[] = []
  const pointer = (label: string) => {
    ndr.alignToPointer()
    if (ndr.pointer()) labels.push(label)
  }
  ndr.alignToPointer()
  type(ndr, found)
  start(ndr, found)
  errorControl(ndr, found)
  pointer('Binary path')
  pointer('Load order group')
  number('Tag')(ndr, found)
  for (const label of ['Dependencies', 'Account', 'Display name']) pointer(label)
  for (const label of labels) text(label)(ndr, found)
}

export const services: Methods = {
  1: { request: [service, number('Control', named(CONTROLS))], response: status },
  2: { request: [service] },
  6: { request: [service], response: status },
  11: {
    request: [
      service,
      type,
      start,
      errorControl,
      optionalText('Binary path'),
      optionalText('Load order group'),
      optional(number('Tag')),
      optional(bytes('Dependencies')),
      number('Dependency bytes'),
      optionalText('Account'),
    ],
  },
  12: create(text),
  15: openManager(text),
  16: open(text),
  17: { request: [service, number('Room')], response: [configuration] },
  19: { request: [service, number('Arguments'), optional(pointedArray(text('Argument')))] },
  20: { request: [manager, text('Service')], response: [text('Display name')] },
  21: { request: [manager, text('Display name')], response: [text('Service')] },
  24: create(narrowText),
  27: openManager(narrowText),
  28: open(narrowText),
  31: { request: [service, number('Arguments'), optional(pointedArray(narrowText('Argument')))] },
  37: { request: [service, number('Level')] },
  39: { request: [service, number('Level'), number('Room')] },
  40: { request: [service, enumeration('Level'), number('Room')] },
  // CreateServiceWOW64W and CreateWowService have the parameters of CreateServiceW first.
  45: create(text),
  60: create(text),
}
