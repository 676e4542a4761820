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

/** The interfaces ITaskSchedulerService and atsvc. */
export const TASKS = '86d35949-83c9-4044-b424-db363231fd0c'
export const AT = '1ff70682-0a51-30e8-076d-740be8cee98b'

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

/** SASec, with which "at" tasks got their accounts. MS-TSCH 3.2.5.3. */
export const AT_SECURITY = '378e52b0-c0a9-11cf-822d-00aa0051e40f'
export const atSecurity: Methods = {
  0: { request: [server, text('Job'), text('Account')] },
}
