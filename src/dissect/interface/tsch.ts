// Scheduled tasks: the task scheduler of today and its ancestor "at". MS-TSCH 3.2.5.
import {
  type Method,
  type Methods,
  number,
  optional,
  optionalText,
  type Parameter,
  pointedArray,
  text,
} from '../parameter'
import { hex } from '../show'

const path = text('Path')
const flags = number('Flags', hex)
const server = optionalText('Server')

function onPath(...parameters: Parameter[]): Method {
  return { request: [path, ...parameters] }
}

/** The strings that a task is run with. */
const runArguments = optional(pointedArray(text('Argument')))

/** AT_INFO: when, and the command. MS-TSCH 2.3.4. */
const job: Parameter = (ndr, found) => {
  ndr.alignToPointer()
  ndr.u32('Time (ms after midnight)')
  ndr.u32('Days of the month', hex)
  ndr.u8('Days of the week')
  ndr.u8('Flags')
  ndr.alignToPointer()
  optionalText('Command')(ndr, found)
}

export const tasks: Methods = {
  0: { response: [number('Version', hex)] },
  1: {
    request: [optionalText('Path'), text('XML'), flags, optionalText('Security descriptor'), number('Logon type')],
    response: [optionalText('Path')],
  },
  2: { request: [path], response: [optionalText('XML')] },
  3: onPath(optionalText('Security descriptor'), flags),
  4: onPath(text('Security descriptor'), flags),
  5: onPath(),
  6: onPath(flags),
  7: onPath(flags),
  8: { request: [optionalText('Path'), flags] },
  11: { request: [optionalText('Path'), flags] },
  12: onPath(number('Arguments'), runArguments, flags, number('Session'), optionalText('User')),
  13: onPath(flags),
  14: onPath(text('New name'), flags),
  16: onPath(),
  17: onPath(flags),
}

export const at: Methods = {
  0: { request: [server, job], response: [number('Job')] },
  1: { request: [server, number('First job'), number('Last job')] },
  2: { request: [server] },
  3: { request: [server, number('Job')] },
}

export const atSecurity: Methods = {
  0: { request: [server, text('Job'), text('Account')] },
}
